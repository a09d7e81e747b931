/// The text by which people carry a cluster's secret from one machine to another.
///
/// `swarm-` and seven groups of four characters of Crockford's base 32 (crockford.com/base32.html), which has no I, L, O
/// and U. 140 bits: 128 of the secret and a CRC of 12, which finds every wrong character and every swap of two
/// neighbours.
enum JoinCode {
    static let prefix = "swarm-"
    /// Characters without prefix and dashes.
    static let length = 28
    private static let group = 4
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")

    static func text(_ secret: [UInt8]) -> String {
        let check = crc(secret)
        // 16 bytes and 12 bits are 17 bytes and a half: the last half byte is not used.
        let bytes = secret + [UInt8(check >> 4), UInt8(check & 15) << 4]
        let characters = (0..<length).map { place in alphabet[five(bytes, at: place * 5)] }
        let groups = stride(from: 0, to: length, by: group).map { String(characters[$0..<$0 + group]) }
        return prefix + groups.joined(separator: "-")
    }

    /// The secret in a code; case, spaces and dashes do not matter, and O, I and L are taken for what they look like.
    static func secret(_ text: String) throws(JoinCodeError) -> [UInt8] {
        var letters = text.filter { !$0.isWhitespace && !dashes.contains($0) }.uppercased()
        if letters.hasPrefix("SWARM"), letters.count != length { letters.removeFirst(5) }
        guard !letters.isEmpty else { throw .empty }
        var values: [UInt8] = []
        for letter in letters {
            guard let value = value(letter) else { throw .character(letter) }
            values.append(value)
        }
        guard values.count == length else { throw .length(values.count) }
        var bytes: [UInt8] = []
        var window = 0
        var width = 0
        for value in values {
            window = (window << 5 | Int(value)) & 0xFFFF
            width += 5
            if width >= 8 {
                width -= 8
                bytes.append(UInt8(window >> width & 0xFF))
            }
        }
        // 17 bytes came out, and the last four bits wait in the window.
        let secret = Array(bytes.prefix(ClusterSecret.byteCount))
        let check = UInt16(bytes[ClusterSecret.byteCount]) << 4 | UInt16(window & 15)
        guard check == crc(secret) else { throw .mistyped }
        return secret
    }

    /// What people and programs write for a hyphen.
    private static let dashes: Set<Character> = [
        "-", "_", "\u{2010}", "\u{2011}", "\u{2012}", "\u{2013}", "\u{2014}", "\u{2212}",
    ]

    private static func value(_ letter: Character) -> UInt8? {
        let meant: Character =
            switch letter {
            case "O": "0"
            case "I", "L": "1"
            default: letter
            }
        return alphabet.firstIndex(of: meant).map { UInt8($0) }
    }

    private static func five(_ bytes: [UInt8], at bit: Int) -> Int {
        let place = bit / 8
        let pair = Int(bytes[place]) << 8 | (place + 1 < bytes.count ? Int(bytes[place + 1]) : 0)
        return pair >> (11 - bit % 8) & 31
    }

    /// The CRC of 12 bits of 3GPP TS 25.212, section 4.2.1.1: x¹² + x¹¹ + x³ + x² + x + 1, bits from the highest.
    ///
    /// It finds all errors within 12 bits in a row. It begins with ones, so that a code of zeros is none.
    static func crc(_ bytes: [UInt8]) -> UInt16 {
        var rest: UInt16 = 0xFFF
        for byte in bytes {
            for bit in (0..<8).reversed() {
                let isOdd = (rest >> 11 ^ UInt16(byte >> bit)) & 1 == 1
                rest = rest << 1 & 0xFFF
                if isOdd { rest ^= 0x80F }
            }
        }
        return rest
    }
}
