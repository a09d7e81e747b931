/// A JSON schema, of the part of draft 2020-12 that tool parameters and response formats use.
///
/// Understood: `type`, `enum`, `const`, `properties`, `required`, `additionalProperties`, `patternProperties`, `items`,
/// `prefixItems`, the limits on items, length and value, `uniqueItems`, `pattern`, `multipleOf`, `anyOf`, `oneOf`,
/// `allOf`, `not`, `$ref` within the document, and boolean schemas; of earlier drafts `items` as a list and
/// `exclusiveMinimum` as a flag. Everything else is ignored, as the specification says of unknown keywords
/// (json-schema.org/draft/2020-12/json-schema-core, section 4.3.1).
package struct JSONSchema: Sendable, Equatable {
    private let root: JSON

    /// Takes any JSON: what is no schema allows everything.
    package init(_ schema: JSON) { root = schema }

    /// The first thing about a value that the schema forbids.
    ///
    /// Checking is bounded, so that schemas that refer to themselves end; what is not decided by then counts as
    /// allowed.
    package func violation(of value: JSON) -> SchemaViolation? {
        var check = SchemaCheck(root: root)
        let found = check.violation(of: value, by: root, at: "", depth: 0)
        return check.budget.isExhausted ? nil : found
    }

    /// The value in the form in which two values that mean the same to the schema are equal; for comparing only.
    ///
    /// Numbers and booleans given as strings are taken for what the schema asks for, enumerated strings get the
    /// declared case, optional members that are null or equal to their default go, arrays of unique items are sorted,
    /// members are sorted by name, and numbers are written in one way. Applying it again changes nothing.
    package func matchForm(of value: JSON) -> JSON {
        let plain = value.byValue
        var form = plain
        for _ in 0..<JSONSchema.passes {
            var pass = SchemaMatch(root: root)
            let next = pass.form(of: form, by: root, depth: 0).byValue
            if next == form { return form }
            form = next
        }
        // Schemas that contradict themselves may never settle.
        return plain
    }

    /// Most passes of normalising; one that changes nothing ends it.
    private static let passes = 6
}

/// What a schema forbids about a value, and where.
package struct SchemaViolation: Error, Sendable, Hashable, CustomStringConvertible {
    /// A JSON pointer into the value (RFC 6901); empty for the whole.
    package var path: String
    /// What is wrong, in words.
    package var reason: String

    package init(path: String, reason: String) {
        self.path = path
        self.reason = reason
    }

    package var description: String { path.isEmpty ? reason : "\(path): \(reason)" }
}

/// How much work one pass over a value may be.
struct SchemaBudget {
    /// Schemas within schemas.
    static let depth = 200
    /// Applications of a schema to a value.
    static let steps = 50_000

    private var steps = 0
    private(set) var isExhausted = false

    /// Counts one application at a depth; `false` when there is no more to spend.
    mutating func spend(depth: Int) -> Bool {
        steps += 1
        if depth > SchemaBudget.depth || steps > SchemaBudget.steps { isExhausted = true }
        return !isExhausted
    }
}

extension JSON {
    /// The schema a reference within this document leads to: `#`, or `#` and a JSON pointer (RFC 6901, section 6).
    package func schema(at reference: String) -> JSON? {
        guard reference.hasPrefix("#") else { return nil }
        var place = self
        let pointer = reference.dropFirst()
        guard pointer.isEmpty || pointer.hasPrefix("/") else { return nil }
        for part in pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
            let token = part.percentDecoded.replacing("~1", with: "/").replacing("~0", with: "~")
            switch place {
            case .object(let object):
                guard let next = object[token] else { return nil }
                place = next
            case .array(let elements):
                guard let index = Int(token), elements.indices.contains(index) else { return nil }
                place = elements[index]
            case .null, .bool, .number, .string: return nil
            }
        }
        return place
    }
}

extension JSON.Object {
    /// Schemas for the first elements of an array: `prefixItems`, or a list under `items` as before draft 2020-12.
    var prefixSchemas: [JSON] { self["prefixItems"]?.arrayValue ?? self["items"]?.arrayValue ?? [] }

    /// The schema for the elements after those.
    var restSchema: JSON? { self["items"]?.arrayValue == nil ? self["items"] : self["additionalItems"] }

    /// The schemas that apply to a member: the declared one, those of matching patterns, else the additional one.
    func schemas(for key: String) -> [JSON] {
        var found = self["properties"]?[key].map { [$0] } ?? []
        for (pattern, schema) in self["patternProperties"]?.objectValue?.members ?? []
        where SchemaPattern.fits(key, pattern) == true {
            found.append(schema)
        }
        return found.isEmpty ? self["additionalProperties"].map { [$0] } ?? [] : found
    }

    /// Names that must be there.
    var requiredNames: Set<String> { Set(self["required"]?.arrayValue?.compactMap(\.stringValue) ?? []) }
}

extension Substring {
    fileprivate var percentDecoded: String {
        guard contains("%") else { return String(self) }
        var bytes: [UInt8] = []
        var rest = utf8[...]
        while let byte = rest.popFirst() {
            let code = rest.prefix(2)
            if byte == UInt8(ascii: "%"), code.count == 2,
                let value = UInt8(String(decoding: Array(code), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
