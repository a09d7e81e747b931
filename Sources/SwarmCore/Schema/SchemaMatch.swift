/// One pass that brings a value closer to the form its schema speaks of.
struct SchemaMatch {
    let root: JSON
    private var budget = SchemaBudget()

    init(root: JSON) { self.root = root }

    mutating func form(of value: JSON, by schema: JSON, depth: Int) -> JSON {
        guard budget.spend(depth: depth), case .object(let rules) = schema else { return value }
        var form = value
        if let reference = rules["$ref"]?.stringValue, let target = root.schema(at: reference) {
            form = self.form(of: form, by: target, depth: depth + 1)
        }
        for part in rules["allOf"]?.arrayValue ?? [] { form = self.form(of: form, by: part, depth: depth + 1) }
        for name in ["anyOf", "oneOf"] {
            if let branches = rules[name]?.arrayValue { form = self.form(of: form, byFirstOf: branches, depth: depth) }
        }
        form = rules.coerced(form)
        switch form {
        case .array(let elements): return array(elements, rules, depth: depth)
        case .object(let object): return self.object(object, rules, depth: depth)
        case .null, .bool, .number, .string: return form
        }
    }

    /// By the first branch the value fits as it is, else by the first that it fits once it is in that branch's form.
    private mutating func form(of value: JSON, byFirstOf branches: [JSON], depth: Int) -> JSON {
        if let branch = branches.first(where: { fits(value, $0) }) {
            return form(of: value, by: branch, depth: depth + 1)
        }
        for branch in branches {
            let form = form(of: value, by: branch, depth: depth + 1)
            if fits(form, branch) { return form }
        }
        return value
    }

    private mutating func fits(_ value: JSON, _ schema: JSON) -> Bool {
        var check = SchemaCheck(root: root)
        check.budget = budget
        let found = check.violation(of: value, by: schema, at: "", depth: 0)
        budget = check.budget
        return found == nil && !budget.isExhausted
    }

    private mutating func array(_ elements: [JSON], _ rules: JSON.Object, depth: Int) -> JSON {
        let prefix = rules.prefixSchemas
        var forms: [JSON] = []
        for (place, element) in elements.enumerated() {
            let schema = place < prefix.count ? prefix[place] : rules.restSchema
            forms.append(schema.map { form(of: element, by: $0, depth: depth + 1) } ?? element)
        }
        if rules["uniqueItems"] == .bool(true), prefix.isEmpty {
            forms = forms.map { (text: $0.byValue.text, value: $0) }.sorted { $0.text < $1.text }.map(\.value)
        }
        return .array(forms)
    }

    private mutating func object(_ object: JSON.Object, _ rules: JSON.Object, depth: Int) -> JSON {
        let required = rules.requiredNames
        var kept = JSON.Object()
        for (key, member) in object.members {
            var value = member
            for schema in rules.schemas(for: key) { value = form(of: value, by: schema, depth: depth + 1) }
            if let declared = rules["properties"]?[key], !required.contains(key) {
                if value.isNull || isDefault(value, of: declared, depth: depth) { continue }
            }
            kept[key] = value
        }
        return .object(kept)
    }

    private mutating func isDefault(_ value: JSON, of schema: JSON, depth: Int) -> Bool {
        var declared = schema
        if schema["default"] == nil, let reference = schema["$ref"]?.stringValue {
            declared = root.schema(at: reference) ?? schema
        }
        guard let fallback = declared["default"] else { return false }
        return value.byValue == form(of: fallback, by: schema, depth: depth + 1).byValue
    }
}

extension JSON.Object {
    /// A scalar as the rules `enum`, `const` and `type` would have it; anything else as it is.
    fileprivate func coerced(_ value: JSON) -> JSON {
        guard case .string(let text) = value else { return value }
        if let allowed = self["enum"]?.arrayValue ?? self["const"].map({ [$0] }) {
            if allowed.contains(value) { return value }
            let bare = text.trimmingSpace.lowercased()
            return allowed.first { $0.stringValue?.trimmingSpace.lowercased() == bare }
                ?? allowed.first { $0.scalarText == (ExactNumber(bare)?.text ?? bare) } ?? value
        }
        guard let types = typeNames, !types.contains(where: value.isOfType) else { return value }
        let bare = text.trimmingSpace
        for type in types {
            switch type {
            case "integer", "number":
                if let number = ExactNumber(bare), type == "number" || number.isInteger { return .number(number.text) }
            case "boolean":
                if bare.lowercased() == "true" { return .bool(true) }
                if bare.lowercased() == "false" { return .bool(false) }
            case "null":
                if ["null", "none"].contains(bare.lowercased()) { return .null }
            default: break
            }
        }
        return value
    }
}

extension JSON {
    /// A number, boolean or null as text.
    fileprivate var scalarText: String? {
        switch self {
        case .number, .bool, .null: byValue.text
        case .string, .array, .object: nil
        }
    }
}

extension String {
    fileprivate var trimmingSpace: Substring {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return self[endIndex...] }
        return self[first...last]
    }
}
