/// One OpenAI-compatible server that gives candidates.
package struct UpstreamSettings: Sendable, Equatable {
    /// Its base address, `/v1` included, without a slash at its end.
    package var address: String
    /// What it calls the model; `nil` takes the first it lists.
    package var model: String?
    /// Sent as a bearer token; never logged.
    package var key: String?
    /// Seconds without a sign of life after which its candidates are given up.
    package var timeout: Int
    /// Most requests it gets at once; further candidates wait.
    package var limit: Int
    /// Its part of a vote; `nil` is as large as that of an engine of one's own.
    package var candidates: Int?
    /// Most tokens of prompt and answer together; `nil` takes what it lists.
    package var contextLength: Int?
    /// Most tokens of an answer where the client names no limit; `nil` leaves it to the server.
    package var maxTokens: Int?
    /// A seed of the client is passed on.
    package var sendsSeed: Bool

    package init(
        address: String,
        model: String? = nil,
        key: String? = nil,
        timeout: Int = 60,
        limit: Int = 8,
        candidates: Int? = nil,
        contextLength: Int? = nil,
        maxTokens: Int? = nil,
        sendsSeed: Bool = true
    ) {
        self.address = address
        self.model = model
        self.key = key
        self.timeout = timeout
        self.limit = limit
        self.candidates = candidates
        self.contextLength = contextLength
        self.maxTokens = maxTokens
        self.sendsSeed = sendsSeed
    }

    /// Reads `URL` or `URL=MODEL`.
    ///
    /// A URL has a scheme, http or https, a host, and perhaps a port and a path; without a path it gets `/v1`. Names and
    /// passwords in it are refused: keys are given apart, where they are kept out of logs.
    /// - Returns: `nil` when it is none.
    package init?(parsing text: String) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        var address = parts[0][...]
        while address.hasSuffix("/") { address = address.dropLast() }
        let scheme = ["http://", "https://"].first { address.lowercased().hasPrefix($0) }
        guard let scheme else { return nil }
        let rest = address.dropFirst(scheme.count)
        let host = rest.prefix { $0 != "/" }
        guard !host.isEmpty, !host.hasPrefix(":"), !rest.contains(where: { "?#@".contains($0) || $0.isWhitespace })
        else {
            return nil
        }
        if parts.count == 2, parts[1].isEmpty || parts[1].contains(where: \.isWhitespace) { return nil }
        self.init(
            address: scheme + rest + (host.endIndex == rest.endIndex ? "/v1" : ""),
            model: parts.count == 2 ? String(parts[1]) : nil
        )
    }

    /// Host and port, as they stand in the address.
    package var host: String {
        String((address.split(separator: "://", maxSplits: 1).last ?? "").prefix { $0 != "/" })
    }

    /// Whether it runs on this machine.
    package var isLocal: Bool {
        let name = host.hasPrefix("[") ? host.drop { $0 == "[" }.prefix { $0 != "]" } : host.prefix { $0 != ":" }
        return name == "localhost" || name == "::1" || name.hasPrefix("127.") && name.split(separator: ".").count == 4
    }

    /// Whether its key could be read on the way.
    package var exposesKey: Bool { key != nil && !isLocal && address.hasPrefix("http://") }
}

extension UpstreamSettings: CustomStringConvertible, CustomDebugStringConvertible {
    /// Without the key.
    package var description: String { address + (model.map { "=" + $0 } ?? "") }
    package var debugDescription: String { description }
}
