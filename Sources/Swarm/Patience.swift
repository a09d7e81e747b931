import SwarmCore

/// How long a vote waits for the candidates of other nodes.
///
/// Once everything of the head's own and at least half of the ballot has ended, the rest has as long again as half of what
/// that took, and at least two seconds: losing a slow node costs its votes, waiting for it costs everybody's time.
struct Patience {
    private static let least = 2.0
    private static let share = 0.5

    /// Seconds after which the others could have decided.
    private var quorum: Double?

    /// Whether what is outstanding is given up.
    /// - Parameters:
    ///   - seconds: since the request began.
    ///   - ended: candidates that ended by themselves.
    ///   - outstanding: candidates that are waited for.
    ///   - isHeadDone: none of them is of the head.
    mutating func isOver(after seconds: Double, ended: Int, outstanding: Int, isHeadDone: Bool) -> Bool {
        guard isHeadDone, outstanding > 0, ended >= outstanding else {
            quorum = nil
            return false
        }
        let since = quorum ?? seconds
        quorum = since
        return seconds >= since + max(Self.least, Self.share * since)
    }
}

/// When a source gave its first and its latest token.
struct SourcePace {
    private(set) var first: ContinuousClock.Instant?
    private(set) var last = ContinuousClock.now

    mutating func note(_ now: ContinuousClock.Instant) {
        if first == nil { first = now }
        last = now
    }

    /// Tokens per second between them; `nil` for fewer than two tokens, or no time.
    func rate(of tokens: Int) -> Double? {
        guard let first, tokens > 1, last > first else { return nil }
        return Double(tokens) / (last - first).seconds
    }
}
