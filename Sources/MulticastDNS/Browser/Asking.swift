/// When a question is asked again: after 1, 2, 4 … seconds, at last every hour (RFC 6762 §5.2).
struct Asking {
    var next: Duration
    private(set) var interval = Duration.seconds(1)

    init(next: Duration) { self.next = next }

    static let longest = Duration.seconds(3600)

    /// It was asked, by us or by somebody else.
    mutating func wasAsked(at now: Duration) {
        next = now + interval
        interval = min(interval * 2, Self.longest)
    }
}
