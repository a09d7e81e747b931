/// Counts what was lost and says when to tell of it: at once, then at most once a minute.
package struct Losses: Sendable {
    /// So many were lost since the last notice, the last of them for this reason.
    package struct Notice: Sendable, Equatable {
        package var count: Int
        package var reason: String

        package init(count: Int, reason: String) {
            self.count = count
            self.reason = reason
        }
    }

    private static let interval = Duration.seconds(60)
    private var count = 0
    private var reason = ""
    private var last: ContinuousClock.Instant?

    package init() {}

    package mutating func add(_ count: Int, because reason: String) {
        guard count > 0 else { return }
        self.count += count
        self.reason = reason
    }

    /// What to tell now; `nil` when nothing was lost or a notice was given less than a minute ago.
    package mutating func due(at now: ContinuousClock.Instant) -> Notice? {
        if let last, now - last < Self.interval { return nil }
        guard let notice = rest() else { return nil }
        last = now
        return notice
    }

    /// What was not told yet, however recent the last notice; for the end.
    package mutating func rest() -> Notice? {
        guard count > 0 else { return nil }
        defer { count = 0 }
        return Notice(count: count, reason: reason)
    }
}
