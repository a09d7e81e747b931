/// Leaves a node alone that failed, for longer each time (a circuit breaker).
///
/// Times are seconds of a clock that only goes forward.
package struct Breaker: Sendable, Equatable {
    private static let shortest = 2.0
    private static let longest = 120.0
    /// Failures of votes in a row after which it opens; one that cannot be reached opens it at once.
    private static let patience = 3

    private var failures = 0
    private var openings = 0
    /// Nothing is asked of the node before; `nil` while all is well.
    package private(set) var opensUntil: Double?

    package init() {}

    /// Whether something may be asked now: also once after a rest, as a trial.
    package func mayAsk(at now: Double) -> Bool { opensUntil.map { now >= $0 } ?? true }

    /// Whether all is well, as far as is known.
    package var isClosed: Bool { opensUntil == nil }

    package mutating func succeed() { self = Breaker() }

    /// - Parameter isFatal: the node cannot be reached at all, or is not who it was.
    package mutating func fail(at now: Double, isFatal: Bool = false) {
        failures += 1
        guard isFatal || failures >= Self.patience || opensUntil != nil else { return }
        openings = min(openings + 1, 16)
        var rest = Self.shortest
        for _ in 1..<max(1, openings) { rest = min(Self.longest, rest * 2) }
        opensUntil = now + rest
    }
}
