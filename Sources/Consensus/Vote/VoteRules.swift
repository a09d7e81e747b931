package import SwarmCore

/// By which rules one ballot is counted.
package struct VoteRules: Sendable, Equatable {
    package var strategy: VoteStrategy
    /// The kind of answer that is wanted; `nil` leaves it open.
    ///
    /// Answers of other kinds do not vote while one of this kind is there.
    package var kind: TurnKind?
    /// How many candidates there are after each round; ascending, at least one round.
    ///
    /// The first is what a vote starts with; each further one is asked for only when those before do not decide.
    package var widths: [Int]
    /// Whether a vote that is still split at its last width continues half-finished answers of the two best clusters.
    package var mayFork: Bool
    /// Nothing is decided before every candidate of a round has ended.
    package var isStrict: Bool
    /// Weight of one vote by source; 1 for those not named.
    package var reliability: [SourceID: Double]
    /// Exponent p of the Borda weights (n − rank + 1)^p that break ties; 0 leaves them to the order.
    ///
    /// Kang and others 2025, arXiv 2502.18581. Stays 0 until self-certainty was measured to discriminate.
    package var bordaExponent: Double
    /// Languages whose programs can be run; empty without a sandbox.
    package var runnable: Set<String>
    /// Languages whose syntax can be checked; the others are only looked at for balance.
    package var parsable: Set<String>
    /// Sources whose programs may be run; `nil` allows all.
    package var trusted: Set<SourceID>?
    /// Whether votes end early by probability where there are at least eight candidates.
    package var usesBeta: Bool

    package init(
        strategy: VoteStrategy = .auto,
        kind: TurnKind? = nil,
        widths: [Int],
        mayFork: Bool = false,
        isStrict: Bool = false,
        reliability: [SourceID: Double] = [:],
        bordaExponent: Double = 0,
        runnable: Set<String> = [],
        parsable: Set<String> = [],
        trusted: Set<SourceID>? = nil,
        usesBeta: Bool = true
    ) {
        self.strategy = strategy
        self.kind = kind
        self.widths = widths
        self.mayFork = mayFork
        self.isStrict = isStrict
        self.reliability = reliability
        self.bordaExponent = bordaExponent
        self.runnable = runnable
        self.parsable = parsable.union(runnable)
        self.trusted = trusted
        self.usesBeta = usesBeta
    }

    func weight(of source: SourceID) -> Double { reliability[source] ?? 1 }

    func mayRun(_ source: SourceID) -> Bool { trusted?.contains(source) ?? true }

    /// Share of the valid votes that ends a round of keyed answers without asking for more.
    ///
    /// TrACE commits at 0.75 (arXiv 2604.08369).
    static let commitment = 0.75
    /// Share of the valid votes that a call which changes something needs.
    package static let destructiveShare = 0.6
    /// A margin below this is a split vote.
    static let splitMargin = 0.2
    /// Probability at which a lead counts as safe, from how many candidates on, and after how many at the earliest.
    static let beta = (probability: 0.95, from: 8, after: 3)
}
