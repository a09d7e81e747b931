/// One check of a value against a schema.
struct SchemaCheck {
    let root: JSON
    var budget = SchemaBudget()

    init(root: JSON) { self.root = root }

    mutating func violation(of value: JSON, by schema: JSON, at path: String, depth: Int) -> SchemaViolation? {
        guard budget.spend(depth: depth) else { return nil }
        if schema == .bool(false) { return SchemaViolation(path: path, reason: "must not be there") }
        guard case .object(let rules) = schema else { return nil }
        if let reference = rules["$ref"]?.stringValue, let target = root.schema(at: reference),
            let found = violation(of: value, by: target, at: path, depth: depth + 1)
        {
            return found
        }
        if let reason = reason(against: value, rules) { return SchemaViolation(path: path, reason: reason) }
        if let found = violationInside(value, rules, at: path, depth: depth) { return found }
        return violation(of: value, byBranches: rules, at: path, depth: depth)
    }

    /// What the rules on the value alone say against it.
    private func reason(against value: JSON, _ rules: JSON.Object) -> String? {
        if let types = rules.typeNames, !types.contains(where: value.isOfType) {
            return "must be \(types.joined(separator: " or ")), not \(value.kindName)"
        }
        if let allowed = rules["enum"]?.arrayValue, !allowed.contains(where: { $0.byValue == value.byValue }) {
            return "must be one of \(JSON.array(allowed).text)"
        }
        if let only = rules["const"], only.byValue != value.byValue { return "must be \(only.text)" }
        switch value {
        case .number: return value.exactNumber.flatMap { reason(against: $0, rules) }
        case .string(let text): return reason(against: text, rules)
        case .array(let elements): return reason(against: elements, rules)
        case .object(let object):
            let missing = rules["required"]?.arrayValue?.compactMap(\.stringValue).first { object[$0] == nil }
            return missing.map { "lacks the required member \(JSON.string($0).text)" }
        case .null, .bool: return nil
        }
    }

    private func reason(against number: ExactNumber, _ rules: JSON.Object) -> String? {
        let least = rules["minimum"]?.exactNumber
        let most = rules["maximum"]?.exactNumber
        // In draft 4 the exclusive limits are flags.
        let above = rules["exclusiveMinimum"] == .bool(true) ? least : rules["exclusiveMinimum"]?.exactNumber
        let below = rules["exclusiveMaximum"] == .bool(true) ? most : rules["exclusiveMaximum"]?.exactNumber
        if let least, number < least { return "must be at least \(least.text)" }
        if let most, number > most { return "must be at most \(most.text)" }
        if let above, number <= above { return "must be more than \(above.text)" }
        if let below, number >= below { return "must be less than \(below.text)" }
        if let divisor = rules["multipleOf"]?.exactNumber, !number.isMultiple(of: divisor) {
            return "must be a multiple of \(divisor.text)"
        }
        return nil
    }

    private func reason(against text: String, _ rules: JSON.Object) -> String? {
        if let reason = rules.reason(against: text.unicodeScalars.count, "minLength", "maxLength", "characters") {
            return reason
        }
        if let pattern = rules["pattern"]?.stringValue, SchemaPattern.fits(text, pattern) == false {
            return "must match \(pattern)"
        }
        return nil
    }

    private func reason(against elements: [JSON], _ rules: JSON.Object) -> String? {
        if let reason = rules.reason(against: elements.count, "minItems", "maxItems", "items") { return reason }
        if rules["uniqueItems"] == .bool(true), Set(elements.map(\.byValue.text)).count < elements.count {
            return "must not have the same item twice"
        }
        return nil
    }

    private mutating func violationInside(
        _ value: JSON,
        _ rules: JSON.Object,
        at path: String,
        depth: Int
    ) -> SchemaViolation? {
        switch value {
        case .array(let elements):
            let prefix = rules.prefixSchemas
            for (place, element) in elements.enumerated() {
                guard let schema = place < prefix.count ? prefix[place] : rules.restSchema else { break }
                let found = violation(of: element, by: schema, at: "\(path)/\(place)", depth: depth + 1)
                if let found { return found }
            }
        case .object(let object):
            // By name, so that the order in which members are written cannot change what a bounded check finds.
            for (key, member) in object.members.sorted(by: { $0.key < $1.key }) {
                let isPlain = !key.utf8.contains { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }
                let name = isPlain ? key : key.replacing("~", with: "~0").replacing("/", with: "~1")
                let step = path + "/" + name
                for schema in rules.schemas(for: key) {
                    if let found = violation(of: member, by: schema, at: step, depth: depth + 1) { return found }
                }
            }
        case .null, .bool, .number, .string: break
        }
        return nil
    }

    private mutating func violation(
        of value: JSON,
        byBranches rules: JSON.Object,
        at path: String,
        depth: Int
    ) -> SchemaViolation? {
        for schema in rules["allOf"]?.arrayValue ?? [] {
            if let found = violation(of: value, by: schema, at: path, depth: depth + 1) { return found }
        }
        if let branches = rules["anyOf"]?.arrayValue {
            let fitting = fitting(branches, value, at: path, depth: depth, enough: 1)
            if fitting == 0 { return SchemaViolation(path: path, reason: "fits none of the forms it may have") }
        }
        if let branches = rules["oneOf"]?.arrayValue {
            let fitting = fitting(branches, value, at: path, depth: depth, enough: 2)
            if fitting == 0 { return SchemaViolation(path: path, reason: "fits none of the forms it may have") }
            if fitting > 1 { return SchemaViolation(path: path, reason: "fits more than one of the forms it may have") }
        }
        if let other = rules["not"], violation(of: value, by: other, at: path, depth: depth + 1) == nil {
            return SchemaViolation(path: path, reason: "has a form that is ruled out")
        }
        return nil
    }

    /// How many branches the value fits, counted up to `enough`.
    private mutating func fitting(_ branches: [JSON], _ value: JSON, at path: String, depth: Int, enough: Int) -> Int {
        var count = 0
        for branch in branches where count < enough {
            if violation(of: value, by: branch, at: path, depth: depth + 1) == nil { count += 1 }
        }
        return count
    }
}

extension JSON {
    /// Whether the value is of a type, by its name in schemas; unknown names fit everything.
    func isOfType(_ name: String) -> Bool {
        switch (name, self) {
        case ("null", .null), ("boolean", .bool), ("number", .number), ("string", .string), ("array", .array),
            ("object", .object):
            true
        case ("integer", .number): exactNumber?.isInteger ?? true
        case ("null", _), ("boolean", _), ("number", _), ("string", _), ("array", _), ("object", _), ("integer", _):
            false
        default: true
        }
    }
}

extension JSON.Object {
    /// The names under `type`; `nil` when there is no such rule.
    var typeNames: [String]? {
        switch self["type"] {
        case .string(let name): [name]
        case .array(let names): names.compactMap(\.stringValue)
        default: nil
        }
    }

    fileprivate func reason(against count: Int, _ least: String, _ most: String, _ unit: String) -> String? {
        let exact = ExactNumber(String(count))
        if let exact, let limit = self[least]?.exactNumber, exact < limit {
            return "must have at least \(limit.text) \(unit), not \(count)"
        }
        if let exact, let limit = self[most]?.exactNumber, exact > limit {
            return "must have at most \(limit.text) \(unit), not \(count)"
        }
        return nil
    }
}
