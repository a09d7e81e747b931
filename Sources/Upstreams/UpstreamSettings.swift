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
    /// Most requests it gets at once.
    package var limit: Int

    package init(address: String, model: String? = nil, key: String? = nil, timeout: Int = 60, limit: Int = 8) {
        self.address = address
        self.model = model
        self.key = key
        self.timeout = timeout
        self.limit = limit
    }
}
