/// An address of the Internet Protocol.
package enum IPAddress: Sendable, Hashable, CustomStringConvertible {
    case v4(UInt32)
    case v6(UInt128)

    /// Reads four decimal numbers with dots, or the forms of RFC 4291, section 2.2, without a zone.
    package init?(_ text: some StringProtocol) {
        if let number = IPAddress.dotted(text) {
            self = .v4(number)
        } else if let number = IPAddress.colons(String(text)) {
            self = .v6(number)
        } else {
            return nil
        }
    }

    package var description: String {
        switch self {
        case .v4(let number):
            return (0..<4).map { String(number >> (24 - 8 * UInt32($0)) & 0xFF) }.joined(separator: ".")
        case .v6(let number):
            let groups = (0..<8).map { UInt16(truncatingIfNeeded: number >> (112 - 16 * UInt128($0))) }
            return IPAddress.text(groups)
        }
    }

    /// The address of version 4 that one of version 6 stands for: mapped (RFC 4291, section 2.5.5.2), compatible
    /// (2.5.5.1), or translated (RFC 6052, section 2.1); others are themselves.
    package var unwrapped: IPAddress {
        guard case .v6(let number) = self else { return self }
        let low = UInt32(truncatingIfNeeded: number)
        let high = number >> 32
        let isMapped = high == 0xFFFF
        let isTranslated = high == (UInt128(0x0064_FF9B) << 64)
        // `::` and `::1` have rules of their own.
        let isCompatible = high == 0 && low > 1
        return isMapped || isTranslated || isCompatible ? .v4(low) : self
    }

    private static func dotted(_ text: some StringProtocol) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var number: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                part.utf8.count == 1 || part.utf8.first != 0x30, let value = UInt8(part)
            else { return nil }
            number = number << 8 | UInt32(value)
        }
        return number
    }

    private static func colons(_ text: String) -> UInt128? {
        let halves = text.ranges(of: "::")
        guard halves.count <= 1, !text.isEmpty else { return nil }
        let before: Substring
        let after: Substring
        if let gap = halves.first {
            (before, after) = (text[..<gap.lowerBound], text[gap.upperBound...])
        } else {
            (before, after) = (text[...], "")
        }
        guard let first = groups(before, mayEndDotted: halves.isEmpty),
            let last = groups(after, mayEndDotted: true)
        else { return nil }
        let missing = 8 - first.count - last.count
        guard halves.isEmpty ? missing == 0 : missing >= 1 else { return nil }
        let all = first + [UInt16](repeating: 0, count: missing) + last
        return all.reduce(UInt128(0)) { $0 << 16 | UInt128($1) }
    }

    private static func groups(_ text: Substring, mayEndDotted: Bool) -> [UInt16]? {
        guard !text.isEmpty else { return [] }
        var groups: [UInt16] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (place, part) in parts.enumerated() {
            if part.contains("."), mayEndDotted, place == parts.count - 1, let number = dotted(part) {
                groups += [UInt16(truncatingIfNeeded: number >> 16), UInt16(truncatingIfNeeded: number)]
                continue
            }
            guard (1...4).contains(part.utf8.count), part.allSatisfy(\.isHexDigit), part.allSatisfy(\.isASCII),
                let value = UInt16(part, radix: 16)
            else { return nil }
            groups.append(value)
        }
        return groups.count <= 8 ? groups : nil
    }

    /// The canonical text of RFC 5952, section 4.
    private static func text(_ groups: [UInt16]) -> String {
        var best = 0..<0
        var at = 0
        while at < groups.count {
            let end = groups[at...].firstIndex { $0 != 0 } ?? groups.count
            if end - at > best.count, end - at > 1 { best = at..<end }
            at = max(end, at + 1)
        }
        func joined(_ part: ArraySlice<UInt16>) -> String {
            part.map { String($0, radix: 16) }.joined(separator: ":")
        }
        guard !best.isEmpty else { return joined(groups[...]) }
        return joined(groups[..<best.lowerBound]) + "::" + joined(groups[best.upperBound...])
    }
}

/// All addresses that begin with the same bits.
package struct IPNetwork: Sendable, Hashable {
    package var first: IPAddress
    /// How many bits are the same, 0…32 or 0…128.
    package var bits: Int

    /// Reads `ADDRESS/BITS`, or an address alone.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let address = parts.first.flatMap({ IPAddress($0) }) else { return nil }
        let width = if case .v4 = address { 32 } else { 128 }
        if parts.count == 2 {
            guard let bits = Int(parts[1]), (0...width).contains(bits) else { return nil }
            self.bits = bits
        } else {
            bits = width
        }
        first = address
    }

    package func contains(_ address: IPAddress) -> Bool {
        switch (first, address) {
        case (.v4(let own), .v4(let other)): bits == 0 || (own ^ other) >> UInt32(32 - bits) == 0
        case (.v6(let own), .v6(let other)): bits == 0 || (own ^ other) >> UInt128(128 - bits) == 0
        default: false
        }
    }
}
