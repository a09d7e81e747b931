/// The host of an address: a name, or a number in one of the many ways numbers are written.
package enum WebHost: Sendable, Hashable {
    /// In lower case, ASCII, without a dot at its end.
    case name(String)
    case address(IPAddress)

    /// As it stands in a URL.
    package var text: String {
        switch self {
        case .name(let name): name
        case .address(.v4(let number)): IPAddress.v4(number).description
        case .address(.v6(let number)): "[\(IPAddress.v6(number))]"
        }
    }

    /// As a resolver and a client take it.
    var plain: String { if case .address(let address) = self { address.description } else { text } }

    /// Reads a host as the WHATWG's URL standard does (section 3.5, "host parsing"), only stricter: what it would
    /// decode or map is refused.
    init(_ text: Substring) throws(WebAddressError) {
        if text.hasPrefix("[") {
            guard text.hasSuffix("]") else { throw WebAddressError("the host lacks its ]") }
            let inside = text.dropFirst().dropLast()
            if inside.contains("%") { throw WebAddressError("an address with a zone is of this machine's own network") }
            guard let address = IPAddress(inside), case .v6 = address else {
                throw WebAddressError("\(text) is no address")
            }
            self = .address(address)
            return
        }
        var host = text.lowercased()
        guard host.utf8.allSatisfy({ $0 < 0x80 }) else {
            throw WebAddressError("a host outside ASCII must be written in its xn-- form")
        }
        if host.hasSuffix(".") { host.removeLast() }
        guard !host.isEmpty, host.utf8.count <= 253, host.utf8.allSatisfy(WebHost.isHostByte) else {
            throw WebAddressError("the host is not a name")
        }
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.allSatisfy({ (1...63).contains($0.utf8.count) }) else {
            throw WebAddressError("the host is not a name")
        }
        guard let last = labels.last, WebHost.isNumber(last) else {
            self = .name(host)
            return
        }
        guard let number = WebHost.number(labels) else { throw WebAddressError("\(host) is no address") }
        self = .address(.v4(number))
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
            UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    /// Whether the last part of a host makes the whole of it a number ("ends in a number").
    private static func isNumber(_ label: Substring) -> Bool {
        label.utf8.allSatisfy { (0x30...0x39).contains($0) } || part(label) != nil
    }

    /// Decimal, octal (`0177`) or hexadecimal (`0x7f`).
    private static func part(_ text: Substring) -> UInt64? {
        if text.hasPrefix("0x") {
            let digits = text.dropFirst(2)
            return digits.isEmpty ? 0 : UInt64(plain: digits, radix: 16)
        }
        if text.count > 1, text.hasPrefix("0") { return UInt64(plain: text.dropFirst(), radix: 8) }
        return UInt64(plain: text, radix: 10)
    }

    /// One to four parts, of which the last fills what is left.
    private static func number(_ labels: [Substring]) -> UInt32? {
        guard (1...4).contains(labels.count) else { return nil }
        let parts = labels.compactMap(part)
        guard parts.count == labels.count, let last = parts.last, parts.dropLast().allSatisfy({ $0 <= 255 }),
            last < 1 << (8 * UInt64(5 - parts.count))
        else { return nil }
        var number = last
        for (place, part) in parts.dropLast().enumerated() { number += part << (8 * UInt64(3 - place)) }
        return UInt32(exactly: number)
    }
}

extension UInt64 {
    /// Digits only: no sign.
    fileprivate init?(plain text: Substring, radix: Int) {
        guard !text.isEmpty, text.first != "+", text.first != "-" else { return nil }
        self.init(text, radix: radix)
    }
}
