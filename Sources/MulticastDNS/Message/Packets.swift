/// Divides what is to be sent into datagrams that are not fragmented.
package enum Packets {
    /// What fits an Ethernet frame beside the headers of IPv6 and UDP.
    package static let usualSize = 1500 - 40 - 8

    /// A record that alone is larger goes out by itself, in a datagram of up to this size.
    private static let largest = DNSMessage.maximumSize - 40 - 8

    /// A query as one or more datagrams: known answers that do not fit follow, announced by the TC bit (RFC 6762 §7.2).
    package static func query(_ questions: [Question], knownAnswers: [ResourceRecord] = []) -> [[UInt8]] {
        var packets: [[UInt8]] = []
        var writer = MessageWriter(id: 0, flags: [], limit: usualSize)
        for question in questions where !writer.add(question) {
            packets.append(writer.bytes)
            writer = MessageWriter(id: 0, flags: [], limit: usualSize)
            _ = writer.add(question)
        }
        for record in knownAnswers where !writer.add(record, to: .answers) {
            writer.mark(.truncated)
            packets.append(writer.bytes)
            writer = MessageWriter(id: 0, flags: [], limit: usualSize)
            _ = writer.add(record, to: .answers)
        }
        if !writer.isEmpty { packets.append(writer.bytes) }
        return packets
    }

    /// A response as one or more datagrams; additional records are left out where there is no room.
    package static func response(
        _ answers: [ResourceRecord],
        additionals: [ResourceRecord] = []
    ) -> [[UInt8]] {
        var packets: [[UInt8]] = []
        let flags: DNSMessage.Flags = [.response, .authoritative]
        var writer = MessageWriter(id: 0, flags: flags, limit: usualSize)
        for record in answers where !writer.add(record, to: .answers) {
            if !writer.isEmpty { packets.append(writer.bytes) }
            writer = MessageWriter(id: 0, flags: flags, limit: usualSize)
            if writer.add(record, to: .answers) { continue }
            if let alone = DNSMessage(flags: flags, answers: [record]).encoded(limit: largest) {
                packets.append(alone)
            }
        }
        guard !writer.isEmpty else { return packets }
        for record in additionals { _ = writer.add(record, to: .additionals) }
        packets.append(writer.bytes)
        return packets
    }
}
