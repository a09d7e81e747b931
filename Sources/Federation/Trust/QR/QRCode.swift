/// A QR code of versions 1 to 6 (ISO/IEC 18004:2015) for a terminal: up to 106 bytes, or 154 upper-case letters
/// and digits.
package struct QRCode: Sendable {
    private let matrix: QRMatrix

    /// The smallest code for a text, which a reader gets as UTF-8; about 15 % of it may be unreadable.
    ///
    /// `nil` when the text is too long.
    package init?(_ text: String) {
        guard let content = QRContent(text, level: .medium) else { return nil }
        matrix = QRMatrix(content, level: .medium)
    }

    init(_ matrix: QRMatrix) { self.matrix = matrix }

    /// Modules a side, without the light border.
    package var size: Int { matrix.size }

    /// Whether a module is dark; what is outside is light.
    package func isDark(row: Int, column: Int) -> Bool {
        (0..<size).contains(row) && (0..<size).contains(column) && matrix[row, column]
    }

    /// The light border that readers need: four modules (section 6.3.8).
    package static let border = 4

    /// Lines for a terminal, two rows of modules in each.
    ///
    /// - Parameter hasColour: with colour (ECMA-48, SGR) the code is black on white whatever the terminal's colours are.
    ///   Without, light modules are drawn and dark ones left out, which is right where text is lighter than its ground.
    package func terminalLines(hasColour: Bool) -> [String] {
        let range = -QRCode.border..<size + QRCode.border
        return stride(from: range.lowerBound, to: range.upperBound, by: 2).map { row in
            let line = range.map { column in
                let above = isDark(row: row, column: column) == hasColour
                // A last row that is not there is ground and not border.
                let below = row + 1 < range.upperBound && isDark(row: row + 1, column: column) == hasColour
                return above ? (below ? "█" : "▀") : (below ? "▄" : " ")
            }
            return hasColour ? "\u{1B}[30;107m" + line.joined() + "\u{1B}[0m" : line.joined()
        }
    }
}
