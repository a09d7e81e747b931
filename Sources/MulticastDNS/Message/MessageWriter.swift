/// Writes one message piece by piece, as long as it stays within a size.
struct MessageWriter {
    enum Section: Int {
        case questions, answers, authorities, additionals
    }

    private(set) var bytes: [UInt8]
    private let limit: Int
    /// Whether names in SRV records may be compressed: not in answers to old clients (RFC 6762 §18.14).
    private let compressesServices: Bool
    private var counts = [0, 0, 0, 0]
    /// Where each name that was written, and each end of it, begins.
    private var places: [[[UInt8]]: Int] = [:]

    init(id: UInt16, flags: DNSMessage.Flags, limit: Int, compressesServices: Bool = true) {
        self.limit = limit
        self.compressesServices = compressesServices
        bytes = []
        for word in [id, flags.rawValue, 0, 0, 0, 0] { append(word) }
    }

    /// Whether nothing but the header was written.
    var isEmpty: Bool { counts == [0, 0, 0, 0] }

    /// Adds a question; `false`, and nothing added, when it does not fit.
    mutating func add(_ question: Question) -> Bool {
        fitting(.questions) { writer in
            writer.append(question.name)
            writer.append(question.type.rawValue)
            writer.append(question.recordClass | (question.wantsUnicast ? 0x8000 : 0))
        }
    }

    /// Adds a record; `false`, and nothing added, when it does not fit.
    ///
    /// Sections must come in their order.
    mutating func add(_ record: ResourceRecord, to section: Section) -> Bool {
        fitting(section) { writer in
            writer.append(record.name)
            writer.append(record.type.rawValue)
            writer.append(record.recordClass | (record.isUnique ? 0x8000 : 0))
            writer.append(UInt16(record.ttl >> 16))
            writer.append(UInt16(record.ttl & 0xFFFF))
            let place = writer.bytes.count
            writer.append(UInt16(0))
            writer.append(record.data)
            let size = writer.bytes.count - place - 2
            writer.bytes[place] = UInt8(truncatingIfNeeded: size >> 8)
            writer.bytes[place + 1] = UInt8(truncatingIfNeeded: size)
        }
    }

    /// Sets a flag after the fact.
    mutating func mark(_ flag: DNSMessage.Flags) {
        bytes[2] |= UInt8(flag.rawValue >> 8)
        bytes[3] |= UInt8(flag.rawValue & 0xFF)
    }

    private mutating func fitting(_ section: Section, _ write: (inout MessageWriter) -> Void) -> Bool {
        let before = bytes.count
        write(&self)
        guard bytes.count <= limit, counts[section.rawValue] < 0xFFFF else {
            bytes.removeLast(bytes.count - before)
            places = places.filter { $0.value < before }
            return false
        }
        counts[section.rawValue] += 1
        let place = 4 + section.rawValue * 2
        bytes[place] = UInt8(counts[section.rawValue] >> 8)
        bytes[place + 1] = UInt8(counts[section.rawValue] & 0xFF)
        return true
    }

    private mutating func append(_ word: UInt16) {
        bytes.append(UInt8(word >> 8))
        bytes.append(UInt8(word & 0xFF))
    }

    private mutating func append(_ data: RecordData) {
        switch data {
        case .ptr(let name): append(name)
        case .srv(let place):
            bytes += place.head
            if compressesServices { append(place.target) } else { bytes += place.target.wire }
        case .address, .txt, .nsec, .other: bytes += data.wire
        }
    }

    /// Compressed names keep the case in which they were written: only equal bytes are shared.
    private mutating func append(_ name: DomainName) {
        var rest = name.labels[...]
        while let label = rest.first {
            if let place = places[Array(rest)] {
                append(0xC000 | UInt16(place))
                return
            }
            if bytes.count < 0x4000 { places[Array(rest)] = bytes.count }
            bytes.append(UInt8(label.count))
            bytes += label
            rest = rest.dropFirst()
        }
        bytes.append(0)
    }
}

extension DNSMessage {
    /// The message as one datagram; `nil` when it does not fit.
    package func encoded(limit: Int = DNSMessage.maximumSize, compressesServices: Bool = true) -> [UInt8]? {
        var writer = MessageWriter(id: id, flags: flags, limit: limit, compressesServices: compressesServices)
        for question in questions { guard writer.add(question) else { return nil } }
        for record in answers { guard writer.add(record, to: .answers) else { return nil } }
        for record in authorities { guard writer.add(record, to: .authorities) else { return nil } }
        for record in additionals { guard writer.add(record, to: .additionals) else { return nil } }
        return writer.bytes
    }
}
