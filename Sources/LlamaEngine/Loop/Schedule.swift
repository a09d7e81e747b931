/// Chooses what one decode step does besides one token for every running sequence: how much of which prompts to read.
enum Schedule {
    /// A prompt being read.
    struct Prefill: Sendable, Equatable {
        var ticket: Int
        /// Tokens still to be read.
        var remaining: Int
        /// Order of arrival.
        var arrival: Int
    }

    /// Part of a prompt to read in this step.
    struct Share: Sendable, Equatable {
        var ticket: Int
        var count: Int
    }

    /// Splits the step's budget over the waiting prompts.
    ///
    /// The shortest goes first, so that a title request is not stuck behind a long prompt. The one that waits longest gets
    /// a quarter in any case, so that a stream of short ones cannot starve it.
    /// - Parameter budget: prompt tokens this step may read.
    static func shares(of prefills: [Prefill], budget: Int) -> [Share] {
        guard budget > 0, let oldest = prefills.min(by: { $0.arrival < $1.arrival }) else { return [] }
        let shortestFirst = prefills.sorted { ($0.remaining, $0.arrival) < ($1.remaining, $1.arrival) }
        let guaranteed = min(oldest.remaining, max(1, budget / 4))
        var left = budget - guaranteed
        var shares: [Share] = []
        for prefill in shortestFirst {
            let held = prefill.ticket == oldest.ticket ? guaranteed : 0
            let count = held + min(prefill.remaining - held, left)
            left -= count - held
            if count > 0 { shares.append(Share(ticket: prefill.ticket, count: count)) }
        }
        return shares
    }

    /// How many prompt tokens a step may read.
    ///
    /// With nothing being generated the whole batch; otherwise as many as were measured to take about `stall` seconds, so that
    /// running answers never pause for longer.
    /// - Parameter tokensPerSecond: measured speed of reading prompts; `nil` before the first measurement.
    static func budget(
        isGenerating: Bool,
        batch: Int,
        tokensPerSecond: Double?,
        stall: Double = 0.15
    ) -> Int {
        guard isGenerating else { return batch }
        guard let tokensPerSecond else { return min(batch, 64) }
        return min(batch, max(32, Int(tokensPerSecond * stall)))
    }
}
