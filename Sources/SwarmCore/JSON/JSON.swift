/// A JSON value that keeps what meaning may hang on: the order of keys and the spelling of numbers.
///
/// Tool schemas are shown to the model and turned into grammars in the order the client wrote them, and the same request
/// must render to the same prompt every time, so that its prefix is found in memory again. RFC 8259.
package enum JSON: Sendable, Equatable {
    case null
    case bool(Bool)
    /// A number as it was written, for example `1e3` or `9007199254740993`.
    case number(String)
    case string(String)
    case array([JSON])
    case object(Object)

    /// Members in the order they were written; of a repeated key the last one counts.
    package struct Object: Sendable, Equatable {
        package private(set) var members: [(key: String, value: JSON)]
        private var places: [String: Int]

        package init(_ members: [(key: String, value: JSON)] = []) {
            self.members = []
            self.places = [:]
            for member in members { self[member.key] = member.value }
        }

        /// The value of a key; setting `nil` removes it, setting a new key appends it.
        package subscript(key: String) -> JSON? {
            get { places[key].map { members[$0].value } }
            set {
                if let place = places[key] {
                    if let newValue {
                        members[place].value = newValue
                    } else {
                        members.remove(at: place)
                        places = Dictionary(uniqueKeysWithValues: members.enumerated().map { ($1.key, $0) })
                    }
                } else if let newValue {
                    places[key] = members.count
                    members.append((key, newValue))
                }
            }
        }

        package var isEmpty: Bool { members.isEmpty }
        package var count: Int { members.count }
        package var keys: [String] { members.map(\.key) }

        /// Same keys with equal values, in any order.
        package static func == (a: Object, b: Object) -> Bool {
            a.count == b.count && a.members.allSatisfy { b[$0.key] == $0.value }
        }
    }
}

extension JSON {
    package static func integer(_ value: some BinaryInteger) -> JSON { .number(String(value)) }

    /// A finite number; anything else becomes `null`, as in JavaScript.
    package static func double(_ value: Double) -> JSON {
        guard value.isFinite else { return .null }
        return value == value.rounded() && abs(value) < 1e15 ? .number(String(Int64(value))) : .number("\(value)")
    }

    package var stringValue: String? { if case .string(let value) = self { value } else { nil } }
    package var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }
    package var arrayValue: [JSON]? { if case .array(let value) = self { value } else { nil } }
    package var objectValue: Object? { if case .object(let value) = self { value } else { nil } }
    package var doubleValue: Double? { if case .number(let text) = self { Double(text) } else { nil } }
    package var isNull: Bool { self == .null }

    /// The number as an integer, also when it is written like `3.0` or `1e2`; `nil` if it has a fraction or is too large.
    package var intValue: Int? {
        guard case .number(let text) = self else { return nil }
        return Int(text) ?? Double(text).flatMap { Int(exactly: $0) }
    }

    package subscript(key: String) -> JSON? { objectValue?[key] }

    /// What it is, for error messages.
    package var kindName: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral, ExpressibleByFloatLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int) { self = .integer(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(floatLiteral value: Double) { self = .double(value) }
    package init(arrayLiteral elements: JSON...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(Object(elements.map { (key: $0.0, value: $0.1) }))
    }
    package init(nilLiteral: ()) { self = .null }
}
