extension IPAddress: CustomStringConvertible {
    /// As RFC 5952 has it: small letters, no zeros in front, the longest run of zeros as `::`.
    package var description: String {
        guard case .v6 = self else { return bytes.map(String.init).joined(separator: ".") }
        let bytes = bytes
        let groups = (0..<8).map { UInt16(bytes[$0 * 2]) << 8 | UInt16(bytes[$0 * 2 + 1]) }
        let words = groups.map { String($0, radix: 16) }
        guard let run = Self.longestZeros(groups) else { return words.joined(separator: ":") }
        return words[..<run.lowerBound].joined(separator: ":") + "::" + words[run.upperBound...].joined(separator: ":")
    }

    /// The first of the longest runs of at least two zeros.
    private static func longestZeros(_ groups: [UInt16]) -> Range<Int>? {
        var best: Range<Int>?
        var start: Int?
        for (index, group) in (groups + [1]).enumerated() {
            if group == 0 {
                start = start ?? index
            } else if let first = start.take(), index - first >= 2, index - first > best?.count ?? 0 {
                best = first..<index
            }
        }
        return best
    }

    /// Reads an address without scope or port; `nil` when it is none.
    package init?(_ text: some StringProtocol) {
        let address = text.contains(":") ? Self.six(String(text)) : Self.four(String(text))
        guard let address else { return nil }
        self = address
    }

    private static func four(_ text: String) -> IPAddress? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let bytes = parts.compactMap { part in
            part.utf8.allSatisfy { (48...57).contains($0) } && part.utf8.count <= 3 ? UInt8(part) : nil
        }
        return parts.count == 4 && bytes.count == 4 ? IPAddress(bytes: bytes) : nil
    }

    private static func six(_ text: String) -> IPAddress? {
        guard let gap = text.firstRange(of: "::") else {
            guard let bytes = bytes(text), bytes.count == 16 else { return nil }
            return IPAddress(bytes: bytes)
        }
        let (before, after) = (text[..<gap.lowerBound], text[gap.upperBound...])
        guard let head = before.isEmpty ? [] : bytes(before), let tail = after.isEmpty ? [] : bytes(after) else {
            return nil
        }
        guard head.count + tail.count <= 14 else { return nil }
        return IPAddress(bytes: head + Array(repeating: 0, count: 16 - head.count - tail.count) + tail)
    }

    /// Groups of hexadecimal digits, the last of which may be an address of IPv4.
    private static func bytes(_ text: some StringProtocol) -> [UInt8]? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        var bytes: [UInt8] = []
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, part.contains(".") {
                guard let last = four(String(part)) else { return nil }
                bytes += last.bytes
            } else {
                guard (1...4).contains(part.utf8.count), part.utf8.first != UInt8(ascii: "+"),
                    let number = UInt16(part, radix: 16)
                else { return nil }
                bytes += [UInt8(number >> 8), UInt8(number & 0xFF)]
            }
        }
        return bytes
    }
}
