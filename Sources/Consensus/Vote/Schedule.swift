package import SwarmCore

/// How many candidates a vote has, round by round.
package enum Schedule {
    /// The widths of a vote on this kind of answer, before they are fitted to the machine.
    ///
    /// Windows as in ESC (arXiv 2401.10480) and TrACE (arXiv 2604.08369): what can be counted starts small. Programs that
    /// can be run start wider, since examples decide among them; what has no keys is not asked for again.
    static func widths(for kind: TurnKind, canRun: Bool) -> [Int] {
        switch kind {
        case .toolCall, .json: [3, 5, 8]
        case .number, .choice, .short: [3, 5, 8]
        case .code: canRun ? [5, 8] : [5]
        case .prose: [4]
        }
    }

    /// The widths of a vote, fitted to what this machine does with several candidates at once.
    ///
    /// Kernels work in tiles: four candidates can cost less than three. A width is replaced by the largest one, up to twice
    /// as large, whose step takes at most a tenth longer.
    /// - Parameters:
    ///   - curve: tokens per second of so many candidates together; empty when it was not measured.
    ///   - most: no width is larger.
    package static func widths(for kind: TurnKind, canRun: Bool, curve: [Int: Double], most: Int) -> [Int] {
        let fitted = widths(for: kind, canRun: canRun).map { min(most, favoured(from: $0, curve: curve)) }
        var ascending: [Int] = []
        for width in fitted where width > ascending.last ?? 0 { ascending.append(width) }
        return ascending
    }

    static func favoured(from width: Int, curve: [Int: Double]) -> Int {
        guard let step = Pace.step(width, curve: curve) else { return width }
        let affordable = curve.keys.filter { $0 >= width && $0 <= 2 * width }.filter { other in
            Pace.step(other, curve: curve).map { $0 <= 1.1 * step } ?? false
        }
        return affordable.max() ?? width
    }
}
