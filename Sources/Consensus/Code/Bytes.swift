/// What lexers ask of single bytes of UTF-8.
enum Bytes {
    static let newline = UInt8(ascii: "\n")
    static let backslash = UInt8(ascii: "\\")
    static let hash = UInt8(ascii: "#")
    static let dot = UInt8(ascii: ".")
    static let underscore = UInt8(ascii: "_")
    static let space = UInt8(ascii: " ")
    static let single = UInt8(ascii: "'")
    static let double = UInt8(ascii: "\"")

    static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

    /// A letter, an underscore or a part of a character beyond ASCII.
    static func isNameStart(_ byte: UInt8) -> Bool { isLetter(byte) || byte == underscore || byte >= 0x80 }

    static func isNamePart(_ byte: UInt8) -> Bool { isNameStart(byte) || isDigit(byte) }

    /// White space within a line.
    static func isBlank(_ byte: UInt8) -> Bool { byte == space || byte == 0x09 || byte == 0x0B || byte == 0x0C }

    /// The text's bytes with every line end as one line feed and without byte order marks at its start.
    static func lines(of text: String) -> [UInt8] {
        let carriageReturn: UInt8 = 0x0D
        var bytes = Array(text.utf8)
        while bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        guard bytes.contains(carriageReturn) else { return bytes }
        var lines: [UInt8] = []
        lines.reserveCapacity(bytes.count)
        for (place, byte) in bytes.enumerated() {
            if byte == carriageReturn {
                lines.append(newline)
            } else if byte != newline || place == 0 || bytes[place - 1] != carriageReturn {
                lines.append(byte)
            }
        }
        return lines
    }

    /// How many bytes the character has that begins with this byte; 1 for a stray one.
    static func width(of lead: UInt8) -> Int {
        switch lead {
        case 0xC0..<0xE0: 2
        case 0xE0..<0xF0: 3
        case 0xF0...: 4
        default: 1
        }
    }
}
