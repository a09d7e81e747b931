/// What a person pressed on a terminal.
package enum Key: Sendable, Equatable {
    case up, down, left, right
    case home, end
    case enter
    case escape
    case backspace
    /// Ctrl-C, which comes as a byte while the terminal is raw.
    case interrupt
    /// Ctrl-D.
    case endOfInput
    case character(Character)
}

/// Bytes of a terminal as keys (ECMA-48; the sequences of xterm).
///
/// A sequence may come in pieces. What is not understood is passed over.
package struct KeyReader: Sendable {
    private var pending: [UInt8] = []

    package init() {}

    /// The keys that are complete with these bytes.
    package mutating func read(_ bytes: some Sequence<UInt8>) -> [Key] {
        pending += bytes
        var keys: [Key] = []
        while !pending.isEmpty, let (key, count) = Self.first(pending) {
            pending.removeFirst(count)
            if let key { keys.append(key) }
        }
        return keys
    }

    /// The first key and how many bytes it takes; `nil` when more bytes are needed.
    private static func first(_ bytes: [UInt8]) -> (key: Key?, count: Int)? {
        switch bytes[0] {
        case 0x1B: return escape(bytes)
        case 0x0D, 0x0A: return (.enter, 1)
        case 0x7F, 0x08: return (.backspace, 1)
        case 0x03: return (.interrupt, 1)
        case 0x04: return (.endOfInput, 1)
        // As in Emacs and readline: Ctrl-P, Ctrl-N.
        case 0x10: return (.up, 1)
        case 0x0E: return (.down, 1)
        case 0..<0x20: return (nil, 1)
        default: return character(bytes)
        }
    }

    /// A sequence that begins with ESC, or the key itself: a terminal sends the bytes of a sequence together.
    private static func escape(_ bytes: [UInt8]) -> (key: Key?, count: Int)? {
        guard bytes.count > 1 else { return (.escape, 1) }
        guard bytes[1] == UInt8(ascii: "[") || bytes[1] == UInt8(ascii: "O") else { return (.escape, 1) }
        // Parameters and intermediate bytes, then the one that names it.
        guard let last = bytes.dropFirst(2).firstIndex(where: { (0x40...0x7E).contains($0) }) else {
            // No key has so long a name.
            if bytes.count < 16 { return nil }
            return (nil, bytes.count)
        }
        let key: Key? =
            switch (bytes[last], bytes[2]) {
            case (UInt8(ascii: "A"), _): .up
            case (UInt8(ascii: "B"), _): .down
            case (UInt8(ascii: "C"), _): .right
            case (UInt8(ascii: "D"), _): .left
            case (UInt8(ascii: "H"), _), (UInt8(ascii: "~"), UInt8(ascii: "1")): .home
            case (UInt8(ascii: "F"), _), (UInt8(ascii: "~"), UInt8(ascii: "4")): .end
            default: nil
            }
        return (key, last + 1)
    }

    /// One scalar of UTF-8.
    private static func character(_ bytes: [UInt8]) -> (key: Key?, count: Int)? {
        let length =
            switch bytes[0] {
            case 0xC2...0xDF: 2
            case 0xE0...0xEF: 3
            case 0xF0...0xF4: 4
            default: 1
            }
        guard bytes.count >= length else { return nil }
        guard let text = String(validating: bytes.prefix(length), as: UTF8.self), let character = text.first,
            !text.unicodeScalars.contains(where: SafeText.acts)
        else { return (nil, 1) }
        return (.character(character), length)
    }
}
