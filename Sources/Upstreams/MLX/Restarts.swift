/// When a server that ended is started again: after a pause that doubles, and not for ever.
package struct Restarts: Sendable, Equatable {
    /// What to do about an end.
    package enum Decision: Sendable, Equatable {
        case startAgain(after: Duration)
        /// It ended so often in a row.
        case giveUp(times: Int)
    }

    /// Ends in a row after which it is given up.
    package static let most = 5
    /// Who lived so long ended for another reason than the time before.
    package static let steady = Duration.seconds(60)
    private static let longestPause = Duration.seconds(30)

    private var row = 0
    private let pause: Duration

    /// - Parameter pause: before it is started again for the first time.
    package init(pause: Duration = .seconds(1)) { self.pause = pause }

    /// Takes note that it ended after this long.
    package mutating func ended(after life: Duration) -> Decision {
        row = life >= Self.steady ? 1 : row + 1
        guard row < Self.most else { return .giveUp(times: row) }
        return .startAgain(after: min(Self.longestPause, pause * (1 << (row - 1))))
    }
}
