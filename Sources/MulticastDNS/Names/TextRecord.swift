/// The keys and values of a TXT record (RFC 6763 §6).
package struct TextRecord: Sendable, Equatable {
    /// One key, and its value if it has one: `key` alone, `key=` and `key=value` are three different things.
    package struct Entry: Sendable, Equatable {
        package var key: String
        package var value: [UInt8]?

        package init(key: String, value: [UInt8]?) {
            self.key = key
            self.value = value
        }
    }

    /// In their order, each key once.
    package private(set) var entries: [Entry]

    /// No entries.
    package init() { entries = [] }

    /// - Throws: when a key is empty, is not printable ASCII, has `=` in it or stands twice, when an entry has more than
    ///   255 bytes, or all together more than `maximumSize`.
    package init(_ entries: [Entry]) throws(InvalidText) {
        var keys: Set<String> = []
        for entry in entries {
            guard Self.isKey(Array(entry.key.utf8)) else { throw .badKey(entry.key) }
            guard keys.insert(entry.key.lowercased()).inserted else { throw .repeatedKey(entry.key) }
            guard Self.bytes(of: entry).count <= 255 else { throw .entryTooLong(entry.key) }
        }
        self.entries = entries
        guard wire.count <= Self.maximumSize else { throw .tooLong }
    }

    /// Keys with texts as their values, in this order.
    package init(_ pairs: KeyValuePairs<String, String>) throws(InvalidText) {
        try self.init(pairs.map { Entry(key: $0.key, value: Array($0.value.utf8)) })
    }

    /// RFC 6763 §6.2: larger ones do not fit a packet of Ethernet beside their headers.
    package static let maximumSize = 1300

    /// The value of a key, in whatever case; `nil` when there is no such key or it has no value.
    package subscript(key: String) -> [UInt8]? { entry(key)?.value }

    /// The value as a text; `nil` also when it is not UTF-8.
    package func text(_ key: String) -> String? {
        self[key].flatMap { String(validating: $0, as: UTF8.self) }
    }

    /// Whether the key is there, with or without a value.
    package func has(_ key: String) -> Bool { entry(key) != nil }

    private func entry(_ key: String) -> Entry? {
        let key = key.lowercased()
        return entries.first { $0.key.lowercased() == key }
    }

    /// As it is sent; no entries are one empty string (RFC 6763 §6.1).
    package var wire: [UInt8] {
        entries.isEmpty
            ? [0]
            : entries.flatMap { entry in
                let bytes = Self.bytes(of: entry)
                return [UInt8(truncatingIfNeeded: bytes.count)] + bytes
            }
    }

    private static func bytes(of entry: Entry) -> [UInt8] {
        Array(entry.key.utf8) + (entry.value.map { [UInt8(ascii: "=")] + $0 } ?? [])
    }

    /// Reads what was received: strings without a key are ignored, and of several with one key the first counts
    /// (RFC 6763 §6.4).
    package init(wire: [UInt8]) {
        entries = []
        var keys: Set<String> = []
        var rest = wire[...]
        while let length = rest.popFirst(), rest.count >= Int(length) {
            let string = rest.prefix(Int(length))
            rest = rest.dropFirst(Int(length))
            let key = string.prefix { $0 != UInt8(ascii: "=") }
            guard Self.isKey(Array(key)) else { continue }
            let name = String(decoding: key, as: UTF8.self)
            guard keys.insert(name.lowercased()).inserted else { continue }
            let value = key.count < string.count ? Array(string.dropFirst(key.count + 1)) : nil
            entries.append(Entry(key: name, value: value))
        }
    }

    private static func isKey(_ bytes: [UInt8]) -> Bool {
        !bytes.isEmpty && bytes.allSatisfy { (0x20...0x7E).contains($0) && $0 != UInt8(ascii: "=") }
    }

    /// Whether the bytes are whole strings, one after the other.
    static func isWellFormed(_ bytes: [UInt8]) -> Bool {
        var place = 0
        while place < bytes.count { place += 1 + Int(bytes[place]) }
        return place == bytes.count
    }
}

/// Why keys and values are no TXT record.
package enum InvalidText: Error, Equatable {
    case badKey(String)
    case repeatedKey(String)
    case entryTooLong(String)
    case tooLong
}
