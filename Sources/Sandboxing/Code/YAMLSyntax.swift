import Yams

enum YAMLSyntax {
    /// Aliases in one text that are looked into; keys made of nested aliases take time exponential in their number.
    private static let mostAliases = 16

    /// Whether the text is YAML; `nil` when it is full of aliases, which are not worth the time.
    static func isValid(_ text: String) -> Bool? {
        guard text.matches(of: /(?:^|[\s,\[{:])\*[^\s,\[\]{}]/).count <= mostAliases else { return nil }
        do {
            let parser = try Parser(yaml: text)
            while try parser.nextRoot() != nil {}
            return true
        } catch {
            return false
        }
    }
}
