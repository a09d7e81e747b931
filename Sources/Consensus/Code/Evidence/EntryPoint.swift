/// The function a request asks for, as far as its text tells.
struct EntryPoint: Equatable {
    var name: String?
    /// What stands before the brackets of a call: the name, or `Solution().name` for a method.
    var callee: String?
    /// Names of the parameters without `self`, when the signature is known.
    var parameters: [String] = []
    /// Every function and class that the text defines, and `name`.
    var defined: Set<String> = []

    init(_ marked: MarkedLines) {
        // Tests are not what is asked for, they say what it must do.
        let headers = EntryPoint.headers(marked.lines).filter { !$0.name.lowercased().hasPrefix("test") }
        defined = Set(headers.map(\.name))
        let mentioned = EntryPoint.mention(marked.lines).flatMap { defined.isEmpty || defined.contains($0) ? $0 : nil }
        let top = headers.map(\.indent).min() ?? 0
        let outer = headers.filter { $0.indent == top }
        let chosen =
            headers.last { $0.name == mentioned }
            ?? outer.last { !$0.isClass }
            ?? headers.last { !$0.isClass && outer.last?.name == "Solution" && !$0.name.hasPrefix("_") }
            ?? outer.last
        name = chosen?.name ?? mentioned
        parameters = chosen?.parameters ?? []
        let isMethod = chosen.map { !$0.isClass && $0.indent > top } ?? false
        callee = isMethod ? outer.last.map { $0.name + "()." + (name ?? "") } : name
        if let name { defined.insert(name) }
    }

    /// The entry is taken from what is called when nothing else names it.
    mutating func adopt(_ called: String) {
        guard name == nil else { return }
        name = called
        callee = called
        defined.insert(called)
    }

    private struct Header {
        var name: String
        var parameters: [String]
        var indent: Int
        var isClass: Bool
    }

    private static func headers(_ lines: [MarkedLines.Line]) -> [Header] {
        lines.indices.compactMap { index in
            let line = lines[index]
            guard line.place != .fence, MarkedLines.isHeader(line.content[...]) else { return nil }
            let words = line.content.split(separator: " ")
            let isClass = words.first == "class"
            let rest = words.drop { ["async", "def", "class", "func", "fn"].contains($0) }.joined(separator: " ")
            let name = String(rest.prefix(while: \.isWordPart))
            let after = rest.dropFirst(name.count).first
            guard !name.isEmpty, after == "(" || isClass && (after == ":" || after == nil) else { return nil }
            let text = ([rest] + lines[(index + 1)...].prefix(30).map(\.content)).joined(separator: "\n")
            let signature = CodeScan(text.prefix(2000))
            let call = signature.calls.first { $0.range.lowerBound == 0 }.map { signature.characters[$0.range] }
            let inner = call.map { String($0.dropFirst(name.count + 1).dropLast()) } ?? ""
            let parameters = CodeScan(inner).arguments.map { String($0.prefix(while: \.isWordPart)) }
            return Header(
                name: name,
                parameters: parameters.filter { !$0.isEmpty && $0 != "self" && $0 != "cls" },
                indent: line.indent,
                isClass: isClass
            )
        }
    }

    /// Names in phrases such as "a function called `name`".
    private static func mention(_ lines: [MarkedLines.Line]) -> String? {
        let called = #/(?i:function|method)\s+(?i:called|named)\s+[`'"*]*([A-Za-z_]\w*)/#
        let quoted = #/(?i:function|method)\s+\**`([A-Za-z_]\w*)[`(]/#
        let asked = #/(?i:implement|write|create|define|complete|fix)\s[\w ]{0,40}`([A-Za-z_]\w*)\(/#
        // The first that is named is what is asked for; what follows is usually there to explain.
        for line in lines where line.place == .prose && line.text.utf8.count <= 1000 {
            // Searching for a phrase costs much more than looking for a word.
            let words = line.text.lowercased()
            guard words.contains("`") || words.contains("called") || words.contains("named") else { continue }
            for phrase in [called, quoted, asked] {
                if let match = line.text.firstMatch(of: phrase) { return String(match.output.1) }
            }
        }
        return nil
    }
}
