/// Reads messages from bytes that anybody may have sent.
struct MessageReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) throws(MalformedMessage) {
        guard bytes.count <= DNSMessage.maximumSize else { throw .tooLong }
        self.bytes = bytes
    }

    mutating func message() throws(MalformedMessage) -> DNSMessage {
        let id = try word()
        let flags = DNSMessage.Flags(rawValue: try word())
        let counts = (try Int(word()), try Int(word()), try Int(word()), try Int(word()))
        // The smallest question has 5 bytes and the smallest record 11: the counts promise no more than is there.
        guard counts.0 * 5 + (counts.1 + counts.2 + counts.3) * 11 <= bytes.count - position else { throw .truncated }
        var message = DNSMessage(id: id, flags: flags)
        for _ in 0..<counts.0 { message.questions.append(try question()) }
        message.answers = try records(counts.1)
        message.authorities = try records(counts.2)
        message.additionals = try records(counts.3)
        return message
    }

    private mutating func records(_ count: Int) throws(MalformedMessage) -> [ResourceRecord] {
        var records: [ResourceRecord] = []
        for _ in 0..<count {
            // EDNS puts a record with the root as its name into a query; nothing here needs it.
            if let record = try record() { records.append(record) }
        }
        return records
    }

    private mutating func question() throws(MalformedMessage) -> Question {
        guard let name = try name() else { throw .badName }
        let type = RecordType(rawValue: try word())
        let kind = try word()
        return Question(name: name, type: type, wantsUnicast: kind & 0x8000 != 0, recordClass: kind & 0x7FFF)
    }

    private mutating func record() throws(MalformedMessage) -> ResourceRecord? {
        let name = try name()
        let type = RecordType(rawValue: try word())
        let kind = try word()
        let ttl = UInt32(try word()) << 16 | UInt32(try word())
        let length = try Int(word())
        let dataEnd = position + length
        guard dataEnd <= bytes.count else { throw .truncated }
        guard let name else {
            position = dataEnd
            return nil
        }
        let data = try data(of: type, until: dataEnd)
        guard position == dataEnd else { throw .badData(type) }
        return ResourceRecord(
            name: name,
            data: data,
            // RFC 2181 §8: with the top bit set it means zero.
            ttl: ttl > 0x7FFF_FFFF ? 0 : ttl,
            isUnique: kind & 0x8000 != 0,
            recordClass: kind & 0x7FFF
        )
    }

    private mutating func data(of type: RecordType, until end: Int) throws(MalformedMessage) -> RecordData {
        switch type {
        case .a, .aaaa:
            guard let address = IPAddress(bytes: try take(until: end)), address.recordType == type else {
                throw .badData(type)
            }
            return .address(address)
        case .ptr: return .ptr(try dataName(type))
        case .srv:
            let numbers = (try word(), try word(), try word())
            let target = try dataName(type)
            return .srv(
                ServiceLocation(priority: numbers.0, weight: numbers.1, port: numbers.2, target: target)
            )
        case .txt:
            let text = try take(until: end)
            guard TextRecord.isWellFormed(text) else { throw .badData(type) }
            return .txt(text)
        case .nsec: return .nsec(next: try dataName(type), types: try types(until: end))
        default: return .other(type, try take(until: end))
        }
    }

    /// The root says that there is no such service (RFC 2782), which is as good as no record.
    private mutating func dataName(_ type: RecordType) throws(MalformedMessage) -> DomainName {
        guard let name = try name() else { throw .badData(type) }
        return name
    }

    /// The bit map of RFC 4034 §4.1.2.
    private mutating func types(until end: Int) throws(MalformedMessage) -> [RecordType] {
        var types: [RecordType] = []
        while position < end {
            let window = UInt16(try byte()) << 8
            let count = Int(try byte())
            guard (1...32).contains(count), position + count <= end else { throw .badData(.nsec) }
            for (index, bits) in try take(until: position + count).enumerated() {
                for bit in 0..<8 where bits & (0x80 >> UInt8(bit)) != 0 {
                    types.append(RecordType(rawValue: window | UInt16(index * 8 + bit)))
                }
            }
        }
        return types
    }

    /// A name, compressed or not; `nil` for the root.
    ///
    /// A pointer must point before the place where the run of labels that holds it begins: each one goes further back, so
    /// that reading ends.
    private mutating func name() throws(MalformedMessage) -> DomainName? {
        var labels: [[UInt8]] = []
        var size = 1
        var place = position
        var limit = position
        var hasJumped = false
        while true {
            guard place < bytes.count else { throw .truncated }
            let length = Int(bytes[place])
            switch length >> 6 {
            case 0:
                let end = place + 1 + length
                guard end <= bytes.count else { throw .truncated }
                if !hasJumped { position = end }
                guard length > 0 else { return labels.isEmpty ? nil : DomainName(checked: labels) }
                size += length + 1
                guard size <= 255 else { throw .badName }
                labels.append(Array(bytes[(place + 1)..<end]))
                place = end
            case 3:
                guard place + 1 < bytes.count else { throw .truncated }
                let target = (length & 0x3F) << 8 | Int(bytes[place + 1])
                if !hasJumped { position = place + 2 }
                guard target < limit else { throw .badPointer }
                hasJumped = true
                limit = target
                place = target
            default: throw .badLabel
            }
        }
    }

    private mutating func byte() throws(MalformedMessage) -> UInt8 {
        guard position < bytes.count else { throw .truncated }
        defer { position += 1 }
        return bytes[position]
    }

    private mutating func word() throws(MalformedMessage) -> UInt16 {
        UInt16(try byte()) << 8 | UInt16(try byte())
    }

    private mutating func take(until end: Int) throws(MalformedMessage) -> [UInt8] {
        guard position <= end, end <= bytes.count else { throw .truncated }
        defer { position = end }
        return Array(bytes[position..<end])
    }
}

extension DNSMessage {
    /// Reads one datagram.
    /// - Throws: when it is no DNS message; every input either is one or throws.
    package init(bytes: [UInt8]) throws(MalformedMessage) {
        var reader = try MessageReader(bytes)
        self = try reader.message()
    }
}
