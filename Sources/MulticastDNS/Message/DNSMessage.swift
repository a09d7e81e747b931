/// A DNS message (RFC 1035 §4, as multicast DNS uses it: RFC 6762 §18).
package struct DNSMessage: Equatable, Sendable {
    /// Zero in multicast DNS, except in answers to old clients (RFC 6762 §18.1).
    package var id: UInt16
    /// The bits of the header's second word.
    package var flags: Flags
    package var questions: [Question]
    package var answers: [ResourceRecord]
    package var authorities: [ResourceRecord]
    package var additionals: [ResourceRecord]

    package init(
        id: UInt16 = 0,
        flags: Flags = [],
        questions: [Question] = [],
        answers: [ResourceRecord] = [],
        authorities: [ResourceRecord] = [],
        additionals: [ResourceRecord] = []
    ) {
        self.id = id
        self.flags = flags
        self.questions = questions
        self.answers = answers
        self.authorities = authorities
        self.additionals = additionals
    }

    /// No message of multicast DNS is longer, headers of IP and UDP included (RFC 6762 §17).
    package static let maximumSize = 9000

    /// What the header says besides the counts.
    package struct Flags: OptionSet, Hashable, Sendable {
        package let rawValue: UInt16

        package init(rawValue: UInt16) { self.rawValue = rawValue }

        package static let response = Flags(rawValue: 0x8000)
        package static let authoritative = Flags(rawValue: 0x0400)
        /// TC: in a query, more known answers follow (RFC 6762 §7.2).
        package static let truncated = Flags(rawValue: 0x0200)
        /// Operation and response code, both 0 in every message that counts (RFC 6762 §18.3, §18.11).
        static let codes = Flags(rawValue: 0x780F)
    }

    /// Whether it answers rather than asks.
    package var isResponse: Bool { flags.contains(.response) }

    /// Whether multicast DNS has to do with it at all; others are ignored silently.
    package var counts: Bool { flags.isDisjoint(with: .codes) }
}

/// Why bytes are no DNS message.
package enum MalformedMessage: Error, Equatable {
    case tooLong
    /// It ends before what it announces.
    case truncated
    /// A compressed name points forward, at itself, or in a circle.
    case badPointer
    /// A label of a kind that does not exist.
    case badLabel
    /// More than 255 bytes, or the root where a name must be.
    case badName
    /// The data of a record does not fill what it announces.
    case badData(RecordType)
}
