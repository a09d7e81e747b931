extension QRMatrix {
    /// How much there is that misleads a reader (ISO/IEC 18004:2015, section 7.8.3.1); less is better.
    var penalty: Int {
        let rows = (0..<size).map { row in (0..<size).map { self[row, $0] } }
        let columns = (0..<size).map { column in (0..<size).map { self[$0, column] } }
        let lines = rows + columns
        return lines.reduce(0) { $0 + QRMatrix.runs($1) + QRMatrix.falseFinders($1) } + squares + imbalance
    }

    /// Five modules and more of one colour in a row.
    private static func runs(_ line: [Bool]) -> Int {
        var sum = 0
        var length = 0
        for (place, isDark) in line.enumerated() {
            length = place > 0 && line[place - 1] == isDark ? length + 1 : 1
            if length == 5 { sum += 3 } else if length > 5 { sum += 1 }
        }
        return sum
    }

    /// What looks like a finder with four light modules at one side.
    private static func falseFinders(_ line: [Bool]) -> Int {
        let window = (1 << 11) - 1
        var seen = 0
        var sum = 0
        for (place, isDark) in line.enumerated() {
            seen = (seen << 1 | (isDark ? 1 : 0)) & window
            if place >= 10, seen == 0b101_1101_0000 || seen == 0b000_0101_1101 { sum += 40 }
        }
        return sum
    }

    /// Two by two modules of one colour.
    private var squares: Int {
        var sum = 0
        for row in 1..<size {
            for column in 1..<size {
                let isDark = self[row, column]
                if self[row - 1, column] == isDark, self[row, column - 1] == isDark, self[row - 1, column - 1] == isDark
                {
                    sum += 3
                }
            }
        }
        return sum
    }

    /// Each full 5 % away from half dark.
    private var imbalance: Int {
        let dark = isDark.count { $0 }
        return abs(dark * 20 - isDark.count * 10) / isDark.count * 10
    }
}
