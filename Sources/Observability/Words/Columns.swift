/// Rows of cells as lines of aligned columns, two spaces apart.
package struct Columns {
    /// Where the cells of a column stand.
    package enum Side: Sendable {
        case left, right
    }

    /// One side per column; cells beyond them stand to the left.
    package var sides: [Side]

    package init(sides: [Side]) { self.sides = sides }

    /// The lines of the rows; all rows have as many cells as the first.
    package func lines(_ rows: [[String]]) -> [String] {
        let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = zip(row, widths).enumerated().map { column, cell in
                let padding = String(repeating: " ", count: cell.1 - cell.0.count)
                return column < sides.count && sides[column] == .right ? padding + cell.0 : cell.0 + padding
            }
            let line = cells.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }
}
