/// How much of the oldest is taken away at once.
enum ContextCut {
    /// How many of the oldest pieces to take away so that at least `needed` tokens are free.
    ///
    /// A client sends its whole conversation every time, and what is cut is decided anew every time. If just as much
    /// were cut as is needed, each turn would cut a little more than the last, and the prompt would change near its
    /// beginning: nothing of it would be found in memory. So what is needed is rounded up to whole steps, counted from the
    /// beginning of the conversation, which does not change. While it grows within a step the same pieces go, and the
    /// shortened conversation begins as it did before.
    /// - Parameters:
    ///   - step: tokens, at least 1.
    ///   - sizes: tokens of each piece, oldest first.
    /// - Returns: the fewest pieces that reach the step; without the last of them where it goes beyond the step by more
    ///   than half and the others free `needed` tokens; all where all are not enough.
    static func count(toFree needed: Int, step: Int, of sizes: [Int]) -> Int {
        guard needed > 0 else { return 0 }
        let target = (needed + step - 1) / step * step
        var freed = 0
        for (place, size) in sizes.enumerated() {
            if freed >= target || freed >= needed && freed + size > target + step / 2 { return place }
            freed += size
        }
        return sizes.count
    }
}
