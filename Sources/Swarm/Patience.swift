import SwarmCore

/// How long a vote waits for the candidates of other nodes, once everything else has ended.
///
/// - With at least half of the ballot, the rest has as long again as half of what that took, and at least two seconds: losing
///   a slow node costs its votes, waiting for it costs everybody's time.
/// - With less, nothing can be decided without those who are late. After a quarter of the time, and at least one second, as many
///   of their candidates are begun a second time as are wanting of a half (a hedged request; Dean and Barroso, "The Tail at
///   Scale", 2013), once in a request. Whichever of the two ends first counts.
struct Patience {
    /// What to do now.
    enum Step: Equatable {
        case wait
        /// Begin so many candidates a second time.
        case hedge(Int)
        /// What is outstanding is given up.
        case giveUp
    }

    private static let patience = (share: 0.5, least: 2.0)
    private static let doubt = (share: 0.25, least: 1.0)

    /// Since when nothing but others' candidates is outstanding, in seconds, and whether those that ended are half of the ballot.
    private var alone: (since: Double, isHalf: Bool)?
    private var hasHedged = false

    /// - Parameters:
    ///   - seconds: since the request began.
    ///   - ended: candidates that ended by themselves.
    ///   - late: candidates of others that are waited for.
    ///   - isAllElseDone: nothing else is waited for.
    mutating func step(after seconds: Double, ended: Int, late: Int, isAllElseDone: Bool) -> Step {
        guard isAllElseDone, late > 0 else {
            alone = nil
            return .wait
        }
        let isHalf = ended >= late
        let since = alone.flatMap { $0.isHalf == isHalf ? $0.since : nil } ?? seconds
        alone = (since, isHalf)
        let (share, least) = isHalf ? Self.patience : Self.doubt
        guard seconds >= since + max(least, share * since) else { return .wait }
        if isHalf { return .giveUp }
        guard !hasHedged else { return .wait }
        hasHedged = true
        return .hedge((late - ended + 1) / 2)
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
