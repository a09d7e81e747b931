import SwarmCore

/// A place in a request body: what stands there, and how to name it when it is wrong.
///
/// Absent and `null` mean the same everywhere, because clients send `null` for what they leave open.
struct Field {
    /// For example `messages[2].content`; empty for the body itself.
    let path: String
    let value: JSON?

    init(path: String = "", _ value: JSON?) {
        self.path = path
        self.value = value == .null ? nil : value
    }

    /// The body of a request, which has to be an object.
    static func body(_ bytes: [UInt8]) throws(WireError) -> Field {
        let json: JSON
        do throws(JSONSyntaxError) { json = try JSON(parsing: bytes) } catch { throw .malformedJSON(error) }
        return try Field(json).requiredObject()
    }

    subscript(key: String) -> Field { Field(path: path.isEmpty ? key : "\(path).\(key)", value?[key]) }

    func string() throws(WireError) -> String? {
        guard let value else { return nil }
        guard let string = value.stringValue else { throw wrong("a string") }
        return string
    }

    func bool() throws(WireError) -> Bool? {
        guard let value else { return nil }
        guard let bool = value.boolValue else { throw wrong("a boolean") }
        return bool
    }

    func object() throws(WireError) -> Field? {
        guard let value else { return nil }
        guard value.objectValue != nil else { throw wrong("an object") }
        return self
    }

    func elements() throws(WireError) -> [Field]? {
        guard let value else { return nil }
        guard let elements = value.arrayValue else { throw wrong("an array") }
        return elements.enumerated().map { Field(path: "\(path)[\($0)]", $1) }
    }

    func number(in range: ClosedRange<Double>) throws(WireError) -> Double? {
        guard let value else { return nil }
        guard let number = value.doubleValue, range.contains(number) else {
            throw wrong("a number from \(JSON.double(range.lowerBound).text) to \(JSON.double(range.upperBound).text)")
        }
        return number
    }

    func integer(in range: ClosedRange<Int>) throws(WireError) -> Int? {
        guard let value else { return nil }
        guard let integer = value.intValue, range.contains(integer) else {
            throw wrong("a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return integer
    }

    func integer(atLeast least: Int) throws(WireError) -> Int? {
        guard let value else { return nil }
        guard let integer = value.intValue, integer >= least else { throw wrong("a whole number of at least \(least)") }
        return integer
    }

    /// One of a few words.
    func choice<Choice: CaseIterable & RawRepresentable<String>>(of type: Choice.Type) throws(WireError) -> Choice? {
        guard let text = try string() else { return nil }
        guard let choice = Choice(rawValue: text) else {
            throw wrong("one of " + type.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return choice
    }

    func requiredString() throws(WireError) -> String {
        guard let string = try string() else { throw wrong("a string") }
        return string
    }

    func requiredObject() throws(WireError) -> Field {
        guard let object = try object() else { throw wrong("an object") }
        return object
    }

    func requiredElements() throws(WireError) -> [Field] {
        guard let elements = try elements() else { throw wrong("an array") }
        return elements
    }

    /// The error for this place, saying what should stand there and what does.
    func wrong(_ expected: String) -> WireError { invalid("expected \(expected), got \(found)") }

    func invalid(_ reason: String) -> WireError {
        .invalidParameter(name: path.isEmpty ? "body" : path, reason: reason)
    }

    /// Numbers and short words are quoted; of longer text only the kind is told.
    private var found: String {
        switch value {
        case .number(let text) where text.utf8.count <= 32: text
        case .string(let text) where text.utf8.count <= 32: JSON.string(text).text
        default: value?.kindName ?? "nothing"
        }
    }
}
