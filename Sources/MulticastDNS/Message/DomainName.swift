/// A domain name as a list of labels, without the root; equal names differ at most in the case of ASCII letters.
///
/// A label has 1 to 63 bytes and a name at most 255 in its uncompressed form (RFC 1035 §2.3.4). Multicast DNS compares
/// names by their bytes except for ASCII case (RFC 6762 §16).
package struct DomainName: Sendable {
    package let labels: [[UInt8]]

    /// The name of the multicast zone.
    package static let local = DomainName(checked: [Array("local".utf8)])

    /// - Throws: when a label or the whole is empty or too long.
    package init(labels: [[UInt8]]) throws(InvalidName) {
        guard !labels.isEmpty else { throw .empty }
        var size = 1
        for label in labels {
            guard !label.isEmpty else { throw .empty }
            guard label.count <= 63 else { throw .labelTooLong }
            size += label.count + 1
        }
        guard size <= 255 else { throw .nameTooLong }
        self.labels = labels
    }

    /// Reads a name as people write it.
    ///
    /// Dots are between labels, `\.` and `\\` stand for the characters, `\ddd` for a byte (RFC 1035 §5.1). A dot at the
    /// end changes nothing.
    /// - Throws: when it is not a name.
    package init(_ text: String) throws(InvalidName) {
        var labels: [[UInt8]] = [[]]
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "."): labels.append([])
            case UInt8(ascii: "\\"): labels[labels.count - 1].append(try Self.escaped(&rest))
            default: labels[labels.count - 1].append(byte)
            }
        }
        if labels.last == [] { labels.removeLast() }
        try self.init(labels: labels)
    }

    /// For labels that are known to be short enough.
    init(checked labels: [[UInt8]]) { self.labels = labels }

    /// The byte after a backslash.
    private static func escaped(_ rest: inout ArraySlice<UInt8>) throws(InvalidName) -> UInt8 {
        guard let first = rest.popFirst() else { throw .badEscape }
        guard first.isDigit else { return first }
        guard let second = rest.popFirst(), let third = rest.popFirst(), second.isDigit, third.isDigit else {
            throw .badEscape
        }
        let value = [first, second, third].reduce(0) { $0 * 10 + Int($1 - 48) }
        guard let byte = UInt8(exactly: value) else { throw .badEscape }
        return byte
    }

    /// This name with another label before it.
    package func prefixed(by label: [UInt8]) throws(InvalidName) -> DomainName {
        try DomainName(labels: [label] + labels)
    }

    /// The name without its first label; `nil` for a name of one label.
    package var parent: DomainName? { labels.count > 1 ? DomainName(checked: Array(labels.dropFirst())) : nil }

    /// Without compression, as it is compared (RFC 6762 §8.2).
    package var wire: [UInt8] { labels.flatMap { [UInt8($0.count)] + $0 } + [0] }
}

/// Why bytes or a text are no domain name.
package enum InvalidName: Error, Equatable {
    case empty
    case labelTooLong
    case nameTooLong
    case badEscape
}

extension DomainName: Hashable {
    package static func == (one: DomainName, other: DomainName) -> Bool {
        guard one.labels.count == other.labels.count else { return false }
        return zip(one.labels, other.labels).allSatisfy { pair in
            pair.0.count == pair.1.count && zip(pair.0, pair.1).allSatisfy { $0.folded == $1.folded }
        }
    }

    package func hash(into hasher: inout Hasher) {
        for label in labels {
            hasher.combine(label.count)
            for byte in label { hasher.combine(byte.folded) }
        }
    }
}

extension DomainName: CustomStringConvertible {
    /// The name as people write it, which can be read again.
    package var description: String { labels.map(Self.presentation).joined(separator: ".") }

    /// A label with its dots, backslashes, control characters and bytes that are no UTF-8 escaped.
    static func presentation(_ label: [UInt8]) -> String {
        let isText = String(validating: label, as: UTF8.self) != nil
        var bytes: [UInt8] = []
        for byte in label {
            switch byte {
            case UInt8(ascii: "."), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0..<0x20, 0x7F: bytes += decimal(byte)
            case 0x80... where !isText: bytes += decimal(byte)
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func decimal(_ byte: UInt8) -> [UInt8] {
        [UInt8(ascii: "\\"), 48 + byte / 100, 48 + byte / 10 % 10, 48 + byte % 10]
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (48...57).contains(self) }

    /// A capital ASCII letter as a small one.
    var folded: UInt8 { (65...90).contains(self) ? self | 0x20 : self }
}
