/// How long a decode step takes with several candidates at once.
package enum Pace {
    /// How many candidates a node generates while another generates its own: what ends together wastes nobody's time.
    ///
    /// - Parameters:
    ///   - curve: tokens per second of so many candidates of the node; where it is not known, the node counts as equal.
    ///   - width: candidates of the other, the head.
    ///   - head: tokens per second of the head.
    /// - Returns: at most twice `width`; 0 where even one candidate would take more than twice as long, so that the vote
    ///   would be over or wait.
    package static func candidates(of curve: [Int: Double], while width: Int, of head: [Int: Double]) -> Int {
        guard let allowed = beyond(width, curve: head), beyond(1, curve: curve) != nil else { return width }
        let able = (1...max(1, 2 * width)).last { count in
            beyond(count, curve: curve).map { $0 <= 1.1 * allowed } ?? false
        }
        if let able { return able }
        return beyond(1, curve: curve).map { $0 <= 2 * allowed } ?? true ? 1 : 0
    }

    /// Seconds of one decode step with so many candidates, between measured widths by the line through them; `nil` outside
    /// of them.
    static func step(_ width: Int, curve: [Int: Double]) -> Double? {
        func measured(_ width: Int) -> Double? { curve[width].flatMap { $0 > 0 ? Double(width) / $0 : nil } }
        if let step = measured(width) { return step }
        guard let below = curve.keys.filter({ $0 < width }).max(), let above = curve.keys.filter({ $0 > width }).min(),
            let low = measured(below), let high = measured(above)
        else { return nil }
        return low + (high - low) * Double(width - below) / Double(above - below)
    }

    /// The same, outside of what was measured too: below it as long as the narrowest, above it in proportion to the widest.
    private static func beyond(_ width: Int, curve: [Int: Double]) -> Double? {
        if let step = step(width, curve: curve) { return step }
        let known = curve.filter { $0.value > 0 && $0.value.isFinite }.keys
        guard let narrow = known.min(), let wide = known.max() else { return nil }
        if width <= narrow { return step(narrow, curve: curve) }
        return step(wide, curve: curve).map { $0 * Double(width) / Double(wide) }
    }
}
