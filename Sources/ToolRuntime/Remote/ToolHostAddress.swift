/// Where a tool host is: `http://HOST:PORT` or `https://HOST:PORT`, with or without `/v1`.
package struct ToolHostAddress: Sendable, Hashable, CustomStringConvertible {
    /// Without a slash or `/v1` at its end.
    package let text: String
    package let isEncrypted: Bool
    /// Without brackets.
    package let host: String

    /// - Returns: `nil` for anything that is no such address, such as one with a user name in it.
    package init?(_ text: String) {
        guard let scheme = ["http://", "https://"].first(where: { text.lowercased().hasPrefix($0) }) else { return nil }
        var rest = text.dropFirst(scheme.count)
        while rest.hasSuffix("/") { rest = rest.dropLast() }
        if rest.hasSuffix("/v1") { rest = rest.dropLast(3) }
        guard !rest.isEmpty, rest.utf8.count <= 300,
            rest.utf8.allSatisfy({ byte in
                let letter = Character(Unicode.Scalar(byte))
                return letter.isASCII && (letter.isLetter || letter.isNumber || ".-_:[]".contains(letter))
            })
        else { return nil }
        let host: Substring
        var port: Substring?
        if rest.hasPrefix("[") {
            guard let end = rest.firstIndex(of: "]") else { return nil }
            host = rest[rest.index(after: rest.startIndex)..<end]
            let after = rest[rest.index(after: end)...]
            guard after.isEmpty || after.hasPrefix(":") else { return nil }
            if !after.isEmpty { port = after.dropFirst() }
        } else {
            let parts = rest.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count <= 2, !rest.contains("["), !rest.contains("]") else { return nil }
            host = parts[0]
            port = parts.count == 2 ? parts[1] : nil
        }
        guard !host.isEmpty, port.map({ Int($0).map((1...65_535).contains) ?? false }) ?? true else { return nil }
        self.text = scheme + rest
        self.host = String(host)
        isEncrypted = scheme == "https://"
    }

    package var description: String { text }
}
