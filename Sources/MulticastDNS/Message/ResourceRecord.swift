/// The type of a resource record or of a question (IANA, "DNS Parameters").
package struct RecordType: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    package var rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package static let a = RecordType(rawValue: 1)
    package static let ptr = RecordType(rawValue: 12)
    package static let txt = RecordType(rawValue: 16)
    package static let aaaa = RecordType(rawValue: 28)
    package static let srv = RecordType(rawValue: 33)
    package static let nsec = RecordType(rawValue: 47)
    /// In questions only: every type.
    package static let any = RecordType(rawValue: 255)

    package var description: String {
        switch self {
        case .a: "A"
        case .ptr: "PTR"
        case .txt: "TXT"
        case .aaaa: "AAAA"
        case .srv: "SRV"
        case .nsec: "NSEC"
        case .any: "ANY"
        default: "TYPE\(rawValue)"
        }
    }
}

/// What a resource record says.
package enum RecordData: Hashable, Sendable {
    /// A or AAAA (RFC 1035, RFC 3596).
    case address(IPAddress)
    case ptr(DomainName)
    case srv(ServiceLocation)
    /// The strings with their lengths, as they are sent; `TextRecord` reads them.
    case txt([UInt8])
    /// Which types a name has (RFC 6762 §6.1).
    case nsec(next: DomainName, types: [RecordType])
    /// Any other type, not looked into.
    case other(RecordType, [UInt8])

    /// The record's type.
    package var type: RecordType {
        switch self {
        case .address(.v4): .a
        case .address(.v6): .aaaa
        case .ptr: .ptr
        case .srv: .srv
        case .txt: .txt
        case .nsec: .nsec
        case .other(let type, _): type
        }
    }

    /// The bytes without compression, by which records are compared (RFC 6762 §8.2).
    package var wire: [UInt8] {
        switch self {
        case .address(let address): address.bytes
        case .ptr(let name): name.wire
        case .srv(let place): place.head + place.target.wire
        case .txt(let bytes), .other(_, let bytes): bytes
        case .nsec(let next, let types): next.wire + Self.bitmap(types)
        }
    }

    /// The bit map of RFC 4034 §4.1.2 in windows of 256 types.
    static func bitmap(_ types: [RecordType]) -> [UInt8] {
        var bytes: [UInt8] = []
        for (window, members) in Dictionary(grouping: types, by: { $0.rawValue >> 8 }).sorted(by: { $0.key < $1.key }) {
            var bits: [UInt8] = []
            for type in members {
                let place = Int(type.rawValue & 0xFF)
                while bits.count <= place / 8 { bits.append(0) }
                bits[place / 8] |= 0x80 >> UInt8(place % 8)
            }
            bytes += [UInt8(window), UInt8(bits.count)] + bits
        }
        return bytes
    }
}

/// Where a service is: the data of an SRV record (RFC 2782).
package struct ServiceLocation: Hashable, Sendable {
    package var priority: UInt16
    package var weight: UInt16
    package var port: UInt16
    package var target: DomainName

    package init(priority: UInt16 = 0, weight: UInt16 = 0, port: UInt16, target: DomainName) {
        self.priority = priority
        self.weight = weight
        self.port = port
        self.target = target
    }

    var head: [UInt8] { [priority, weight, port].flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] } }
}

/// A resource record (RFC 1035 §3.2.1, with the cache-flush bit of RFC 6762 §10.2).
package struct ResourceRecord: Hashable, Sendable {
    package var name: DomainName
    package var data: RecordData
    /// Seconds; 0 takes the record back.
    package var ttl: UInt32
    /// Whether the sender has the only records of this name and type: the cache-flush bit.
    package var isUnique: Bool
    /// 1 is the Internet, the only one that multicast DNS uses.
    package var recordClass: UInt16

    package init(name: DomainName, data: RecordData, ttl: UInt32, isUnique: Bool = false, recordClass: UInt16 = 1) {
        self.name = name
        self.data = data
        self.ttl = ttl
        self.isUnique = isUnique
        self.recordClass = recordClass
    }

    package var type: RecordType { data.type }

    /// Whether both say the same of the same name, for whatever time.
    package func isSame(as other: ResourceRecord) -> Bool {
        recordClass == other.recordClass && data == other.data && name == other.name
    }

    /// The record with another time to live.
    package func living(_ ttl: UInt32) -> ResourceRecord {
        var copy = self
        copy.ttl = ttl
        return copy
    }
}

/// A question (RFC 1035 §4.1.2, with the unicast-response bit of RFC 6762 §5.4).
package struct Question: Hashable, Sendable {
    package var name: DomainName
    package var type: RecordType
    /// The QU bit.
    package var wantsUnicast: Bool
    /// 1 is the Internet, 255 any.
    package var recordClass: UInt16

    package init(name: DomainName, type: RecordType, wantsUnicast: Bool = false, recordClass: UInt16 = 1) {
        self.name = name
        self.type = type
        self.wantsUnicast = wantsUnicast
        self.recordClass = recordClass
    }

    /// Whether the record is an answer to it.
    package func matches(_ record: ResourceRecord) -> Bool {
        (type == .any || type == record.type) && (recordClass == 255 || recordClass == record.recordClass)
            && name == record.name
    }
}
