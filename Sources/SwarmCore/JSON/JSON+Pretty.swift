extension JSON {
    /// The value as text for people, a member or element a line.
    /// - Parameters:
    ///   - indent: what a level is set in by.
    ///   - margin: what stands before every line but the first.
    package func pretty(indent: String = "  ", margin: String = "") -> String {
        let inner = margin + indent
        switch self {
        case .array(let elements) where !elements.isEmpty:
            // A list of words reads best on one line.
            if elements.allSatisfy({ $0.arrayValue == nil && $0.objectValue == nil }) {
                return "[" + elements.map(\.text).joined(separator: ", ") + "]"
            }
            let lines = elements.map { inner + $0.pretty(indent: indent, margin: inner) }
            return "[\n" + lines.joined(separator: ",\n") + "\n" + margin + "]"
        case .object(let object) where !object.isEmpty:
            let lines = object.members.map { member in
                inner + JSON.string(member.key).text + ": " + member.value.pretty(indent: indent, margin: inner)
            }
            return "{\n" + lines.joined(separator: ",\n") + "\n" + margin + "}"
        default: return text
        }
    }
}
