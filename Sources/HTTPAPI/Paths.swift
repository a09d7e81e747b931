/// What there is to be asked, and how; paths without `/v1`, which may stand before any of them.
enum Paths {
    static let methods: [String: [String]] = [
        "chat/completions": ["POST"], "completions": ["POST"], "fim/completions": ["POST"], "embeddings": ["POST"],
        "responses": ["POST"], "responses/*": ["GET", "DELETE"], "messages": ["POST"],
        "messages/count_tokens": ["POST"], "models": ["GET"], "models/*": ["GET"], "tokenize": ["POST"],
        "detokenize": ["POST"], "tools": ["GET"], "tools/execute": ["POST"], "health": ["GET"],
        "federation/health": ["GET"], "federation/peers": ["GET"], "federation/diagnostics": ["GET"],
        "opencode.json": ["GET"], "openapi.json": ["GET"],
    ]

    /// The methods of a path; `nil` when there is no such path.
    static func methods(at path: String) -> [String]? {
        var parts = path.split(separator: "/")[...]
        if parts.first == "v1" { parts.removeFirst() }
        guard let first = parts.first else { return nil }
        return methods[parts.joined(separator: "/")] ?? (parts.count > 1 ? methods["\(first)/*"] : nil)
    }

    /// Whether a path speaks Anthropic's dialect.
    static func isAnthropic(_ path: String) -> Bool {
        path.split(separator: "/").drop { $0 == "v1" }.first == "messages"
    }
}
