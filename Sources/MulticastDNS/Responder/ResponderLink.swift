/// What the responder knows about one link.
struct ResponderLink {
    /// A record to be multicast.
    struct Pending {
        var record: ResourceRecord
        var due: Duration
    }

    /// Answers to a query whose known answers are still coming in (RFC 6762 §7.2).
    struct Unfinished {
        var answers: [ResourceRecord]
        var due: Duration
    }

    var addresses: [IPAddress]
    /// By claim.
    var progress: [Progress]
    var pending: [Pending] = []
    var unfinished: [Endpoint: Unfinished] = [:]
    /// When a record was last multicast here.
    private var sent: [Key: Duration] = [:]

    private struct Key: Hashable {
        let name: DomainName
        let data: RecordData

        init(_ record: ResourceRecord) {
            name = record.name
            data = record.data
        }
    }

    init(addresses: [IPAddress], progress: [Progress]) {
        self.addresses = addresses
        self.progress = progress
    }

    /// Queries whose known answers are awaited, at most.
    static let unfinishedLimit = 64

    var deadline: Duration? {
        (progress.compactMap(\.next) + pending.map(\.due) + unfinished.values.map(\.due)).min()
    }

    func lastSent(_ record: ResourceRecord) -> Duration? { sent[Key(record)] }

    mutating func noteSent(_ records: [ResourceRecord], at now: Duration) {
        // Only our own records are sent; this many are there only after many changes of them.
        if sent.count > 512 { sent = sent.filter { now - $0.value < .seconds(1) } }
        for record in records { sent[Key(record)] = now }
    }

    /// Puts a record down to be multicast, no sooner than `gap` after the last time.
    mutating func schedule(_ record: ResourceRecord, at due: Duration, gap: Duration) {
        let due = max(due, lastSent(record).map { $0 + gap } ?? due)
        if let index = pending.firstIndex(where: { $0.record.isSame(as: record) }) {
            pending[index].due = min(pending[index].due, due)
        } else {
            pending.append(Pending(record: record, due: due))
        }
    }

    /// Takes out what is due, and what would be within a moment and may be sent now.
    mutating func takeDue(at now: Duration) -> [ResourceRecord] {
        guard pending.contains(where: { $0.due <= now }) else { return [] }
        let ripe = pending.map { item in
            item.due <= now
                || item.due <= now + .milliseconds(50)
                    && (lastSent(item.record).map { now - $0 >= .seconds(1) } ?? true)
        }
        let taken = zip(pending, ripe).filter(\.1).map(\.0.record)
        pending = zip(pending, ripe).filter { !$0.1 }.map(\.0)
        return taken
    }
}
