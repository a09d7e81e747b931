/// Counts the KV cells in use, exactly, although sequences share those of a common prefix.
///
/// Mirrors the unified KV memory: a cell is one token at one position; forking a sequence shares its cells, and a cell is
/// free again when the last sequence that holds it lets go. Used by the engine thread only.
struct CellLedger: Sendable, Equatable {
    /// A sequence's cells, one per position, in order.
    struct Holding: Sendable, Equatable {
        fileprivate(set) var cells: [Int32] = []
        var count: Int { cells.count }
    }

    private var holders: [UInt16]
    private var free: [Int32]

    /// - Parameter capacity: cells in all.
    init(capacity: Int) {
        holders = Array(repeating: 0, count: capacity)
        free = (0..<Int32(capacity)).reversed()
    }

    var capacity: Int { holders.count }
    var freeCount: Int { free.count }
    var usedCount: Int { capacity - freeCount }

    /// Takes one more cell for the end of a sequence; `false` when there is none.
    mutating func extend(_ holding: inout Holding, by count: Int) -> Bool {
        guard count <= free.count else { return false }
        for _ in 0..<count {
            let cell = free.removeLast()
            holders[Int(cell)] = 1
            holding.cells.append(cell)
        }
        return true
    }

    /// A new sequence that shares the first `length` cells of another.
    mutating func fork(_ holding: Holding, length: Int) -> Holding {
        let shared = holding.cells.prefix(length)
        for cell in shared { holders[Int(cell)] += 1 }
        return Holding(cells: Array(shared))
    }

    /// Lets go of a sequence's cells from position `length` on.
    mutating func truncate(_ holding: inout Holding, to length: Int) {
        guard length < holding.count else { return }
        for cell in holding.cells[length...] {
            holders[Int(cell)] -= 1
            if holders[Int(cell)] == 0 { free.append(cell) }
        }
        holding.cells.removeSubrange(length...)
    }

    /// How many cells would become free if all these sequences went.
    func exclusiveCount(of holdings: [Holding]) -> Int {
        var left = holders
        var count = 0
        for holding in holdings {
            for cell in holding.cells {
                left[Int(cell)] -= 1
                if left[Int(cell)] == 0 { count += 1 }
            }
        }
        return count
    }
}
