/// The modules of a QR code (ISO/IEC 18004:2015, sections 6.3 and 7.7 to 7.9).
struct QRMatrix: Sendable {
    /// Modules a side.
    let size: Int
    /// Row by row; `true` is dark.
    private(set) var isDark: [Bool]
    /// What is no data: patterns, and room for the format.
    private var isFixed: [Bool]

    /// The code with the mask that reads best.
    init(_ content: QRContent, level: QRContent.Level) {
        var plain = QRMatrix(version: content.version)
        plain.place(content.words)
        let masked = (0..<8).map { mask in plain.masked(mask, level: level) }
        self = masked.min { $0.penalty < $1.penalty } ?? plain
    }

    subscript(row: Int, column: Int) -> Bool { isDark[row * size + column] }

    /// An empty code with its patterns.
    private init(version: Int) {
        size = 17 + 4 * version
        isDark = [Bool](repeating: false, count: size * size)
        isFixed = isDark
        for place in 0..<size {
            fix(6, place, place % 2 == 0)
            fix(place, 6, place % 2 == 0)
        }
        for (row, column) in [(3, 3), (3, size - 4), (size - 4, 3)] { drawRings(row, column, reach: 4) }
        // Versions 2 to 6 have one alignment pattern.
        if version > 1 { drawRings(size - 7, size - 7, reach: 2) }
        for place in QRMatrix.formatPlaces(size).joined() { fix(place.row, place.column, false) }
        fix(size - 8, 8, true)
    }

    private mutating func fix(_ row: Int, _ column: Int, _ dark: Bool) {
        guard (0..<size).contains(row), (0..<size).contains(column) else { return }
        isDark[row * size + column] = dark
        isFixed[row * size + column] = true
    }

    /// A finder (reach 4, with its light border) or an alignment pattern (reach 2) around its middle.
    private mutating func drawRings(_ row: Int, _ column: Int, reach: Int) {
        for down in -reach...reach {
            for right in -reach...reach {
                let ring = max(abs(down), abs(right))
                fix(row + down, column + right, reach == 4 ? ring != 2 && ring != 4 : ring != 1)
            }
        }
    }

    /// In columns of two from the right, upwards and downwards by turns; the column of the vertical clock is left out.
    private mutating func place(_ words: [UInt8]) {
        var bit = 0
        var isUpward = true
        for right in stride(from: size - 1, to: 0, by: -2).map({ $0 <= 6 ? $0 - 1 : $0 }) {
            for step in 0..<size {
                let row = isUpward ? size - 1 - step : step
                for column in [right, right - 1] where !isFixed[row * size + column] {
                    // What is left over at the end stays light.
                    guard bit < words.count * 8 else { continue }
                    isDark[row * size + column] = words[bit / 8] >> UInt8(7 - bit % 8) & 1 == 1
                    bit += 1
                }
            }
            isUpward.toggle()
        }
    }

    private func masked(_ mask: Int, level: QRContent.Level) -> QRMatrix {
        var copy = self
        for row in 0..<size {
            for column in 0..<size where !isFixed[row * size + column] && QRMatrix.flips(mask, row, column) {
                copy.isDark[row * size + column].toggle()
            }
        }
        let format = QRMatrix.format(level, mask: mask)
        for places in QRMatrix.formatPlaces(size) {
            for (bit, place) in places.enumerated() { copy.fix(place.row, place.column, format >> bit & 1 == 1) }
        }
        return copy
    }

    /// Table 10.
    private static func flips(_ mask: Int, _ row: Int, _ column: Int) -> Bool {
        switch mask {
        case 0: (row + column) % 2 == 0
        case 1: row % 2 == 0
        case 2: column % 3 == 0
        case 3: (row + column) % 3 == 0
        case 4: (row / 2 + column / 3) % 2 == 0
        case 5: row * column % 2 + row * column % 3 == 0
        case 6: (row * column % 2 + row * column % 3) % 2 == 0
        default: ((row + column) % 2 + row * column % 3) % 2 == 0
        }
    }

    /// Level and mask in 15 bits: a BCH code, and a pattern over it (section 7.9.1).
    static func format(_ level: QRContent.Level, mask: Int) -> Int {
        let data = (level == .low ? 0b01 : 0b00) << 3 | mask
        var rest = data << 10
        for bit in (10..<15).reversed() where rest >> bit & 1 == 1 { rest ^= 0b101_0011_0111 << (bit - 10) }
        return (data << 10 | rest) ^ 0b101_0100_0001_0010
    }

    /// Where the format stands, twice, from its lowest bit on (figure 25).
    private static func formatPlaces(_ size: Int) -> [[(row: Int, column: Int)]] {
        let first = (0..<15).map { bit in
            switch bit {
            case 0..<6: (row: bit, column: 8)
            case 6: (row: 7, column: 8)
            case 7: (row: 8, column: 8)
            case 8: (row: 8, column: 7)
            default: (row: 8, column: 14 - bit)
            }
        }
        let second = (0..<15).map { bit in
            bit < 8 ? (row: 8, column: size - 1 - bit) : (row: size - 15 + bit, column: 8)
        }
        return [first, second]
    }
}
