/// Our own packets, which come back to us because other programs of this machine are to hear them.
///
/// Each that was sent is expected once; another program's packet with the same bytes is then not taken for ours.
struct Echoes {
    private struct Key: Hashable {
        let link: LinkID
        let bytes: [UInt8]
    }

    private var expected: [Key: [Duration]] = [:]
    private var count = 0

    /// Echoes come at once; those that did not within this time never will.
    private static let patience = Duration.seconds(2)

    mutating func expect(_ packet: Outgoing, at now: Duration) {
        guard packet.destination == nil else { return }
        if count >= 256 { forget(before: now - Self.patience) }
        expected[Key(link: packet.link, bytes: packet.bytes), default: []].append(now)
        count += 1
    }

    /// Whether the packet is one of ours, which then is no longer expected.
    mutating func isEcho(_ bytes: [UInt8], on link: LinkID, at now: Duration) -> Bool {
        let key = Key(link: link, bytes: bytes)
        guard var times = expected[key] else { return false }
        times.removeAll { now - $0 > Self.patience }
        let isEcho = !times.isEmpty
        if isEcho { times.removeFirst() }
        count -= (expected[key]?.count ?? 0) - times.count
        expected[key] = times.isEmpty ? nil : times
        return isEcho
    }

    private mutating func forget(before time: Duration) {
        for (key, times) in expected {
            let left = times.filter { $0 >= time }
            expected[key] = left.isEmpty ? nil : left
        }
        count = expected.values.map(\.count).reduce(0, +)
    }
}
