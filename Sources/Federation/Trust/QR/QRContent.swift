/// The bits of a QR code before they are laid out: the text, padding and check words (ISO/IEC 18004:2015, section 7).
struct QRContent: Sendable {
    /// How much of a code may be unreadable.
    enum Level: Sendable {
        /// About 7 %.
        case low
        /// About 15 %.
        case medium
    }

    /// 1 to 6; a code has 17 and four times as many modules a side.
    let version: Int
    /// Data words and then check words, interleaved as they are laid out.
    let words: [UInt8]

    /// The smallest code that holds a text; `nil` when it is too long for version 6.
    init?(_ text: String, level: Level) {
        let alphanumeric = QRContent.alphanumeric(text)
        let bytes = Array(text.utf8)
        for (index, blocks) in QRContent.blocks(level).enumerated() {
            var bits = Bits()
            if let alphanumeric {
                bits.append(0b0010, width: 4)
                bits.append(alphanumeric.count, width: 9)
                for place in stride(from: 0, to: alphanumeric.count, by: 2) {
                    let isPair = place + 1 < alphanumeric.count
                    let value = isPair ? alphanumeric[place] * 45 + alphanumeric[place + 1] : alphanumeric[place]
                    bits.append(value, width: isPair ? 11 : 6)
                }
            } else {
                guard bytes.count < 256 else { return nil }
                bits.append(0b0100, width: 4)
                bits.append(bytes.count, width: 8)
                for byte in bytes { bits.append(Int(byte), width: 8) }
            }
            guard bits.count <= blocks.count * blocks.data * 8 else { continue }
            version = index + 1
            words = QRContent.interleaved(bits.words(blocks.count * blocks.data), blocks)
            return
        }
        return nil
    }

    /// All blocks of these versions have the same size.
    struct Blocks: Sendable {
        var count: Int
        /// Data words of one.
        var data: Int
        /// Check words of one.
        var check: Int
    }

    /// Of versions 1 to 6 (ISO/IEC 18004:2015, table 9).
    static func blocks(_ level: Level) -> [Blocks] {
        switch level {
        case .low:
            [
                Blocks(count: 1, data: 19, check: 7), Blocks(count: 1, data: 34, check: 10),
                Blocks(count: 1, data: 55, check: 15), Blocks(count: 1, data: 80, check: 20),
                Blocks(count: 1, data: 108, check: 26), Blocks(count: 2, data: 68, check: 18),
            ]
        case .medium:
            [
                Blocks(count: 1, data: 16, check: 10), Blocks(count: 1, data: 28, check: 16),
                Blocks(count: 1, data: 44, check: 26), Blocks(count: 2, data: 32, check: 18),
                Blocks(count: 2, data: 43, check: 24), Blocks(count: 4, data: 27, check: 16),
            ]
        }
    }

    /// The values of the characters that take half the room (table 5); `nil` when the text has others.
    private static func alphanumeric(_ text: String) -> [Int]? {
        let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:".utf8)
        var values: [Int] = []
        for byte in text.utf8 {
            guard let value = alphabet.firstIndex(of: byte) else { return nil }
            values.append(value)
        }
        return values
    }

    /// The first words of all blocks, then the second ones and so on; check words behind all data.
    private static func interleaved(_ data: [UInt8], _ blocks: Blocks) -> [UInt8] {
        let parts = (0..<blocks.count).map { Array(data[$0 * blocks.data..<($0 + 1) * blocks.data]) }
        let checks = parts.map { ReedSolomon.check($0, count: blocks.check) }
        return (0..<blocks.data).flatMap { place in parts.map { $0[place] } }
            + (0..<blocks.check).flatMap { place in checks.map { $0[place] } }
    }

    private struct Bits {
        private var bits: [Bool] = []

        var count: Int { bits.count }

        mutating func append(_ value: Int, width: Int) {
            for bit in (0..<width).reversed() { bits.append(value >> bit & 1 == 1) }
        }

        /// Ended by up to four zeros, filled up to whole words, and then with the two words the standard has for it.
        func words(_ count: Int) -> [UInt8] {
            var bits = bits
            bits += [Bool](repeating: false, count: min(4, count * 8 - bits.count))
            while bits.count % 8 != 0 { bits.append(false) }
            var words = stride(from: 0, to: bits.count, by: 8).map { start in
                bits[start..<start + 8].reduce(0 as UInt8) { $0 << 1 | ($1 ? 1 : 0) }
            }
            var isFirst = true
            while words.count < count {
                words.append(isFirst ? 0xEC : 0x11)
                isFirst.toggle()
            }
            return words
        }
    }
}
