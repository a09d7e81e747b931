/// How many requests others may send: a bucket of tokens for each, refilled steadily.
///
/// Times are seconds of a clock that only goes forward.
struct RateLimit: Sendable {
    private let perSecond: Double
    private let burst: Double
    private var buckets: [String: (tokens: Double, at: Double)] = [:]
    /// Most others that are remembered; full buckets are forgotten first.
    private static let limit = 1024

    init(perSecond: Double, burst: Double) {
        self.perSecond = perSecond
        self.burst = burst
    }

    /// Takes a token; `false` when there is none.
    mutating func take(_ name: String, at now: Double) -> Bool {
        if buckets.count >= Self.limit, buckets[name] == nil {
            buckets = buckets.filter { $0.value.tokens + (now - $0.value.at) * perSecond < burst }
            guard buckets.count < Self.limit else { return false }
        }
        let bucket = buckets[name] ?? (burst, now)
        let tokens = min(burst, bucket.tokens + (now - bucket.at) * perSecond)
        guard tokens >= 1 else {
            buckets[name] = (tokens, now)
            return false
        }
        buckets[name] = (tokens - 1, now)
        return true
    }
}
