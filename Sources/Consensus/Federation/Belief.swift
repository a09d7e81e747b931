/// How often a source was found to be right: a Beta distribution over a coin's bias that forgets.
///
/// Agreement with the others stands in for truth (``Agreement``). Each observation takes 0.5 % from the weight of all
/// earlier ones, so that about the last two hundred count: models and machines change. Of four stored models fewer (fifty) made the
/// weighted vote two points worse.
package struct Belief: Sendable, Equatable {
    private static let memory = 0.995
    /// Two successes and two failures that never happened: nobody is sure after one observation.
    private static let prior = 2.0

    /// Observations for it and against it, weighted by their age.
    package private(set) var agreed: Double
    package private(set) var differed: Double

    /// - Parameters: both at least 0; anything else counts as 0.
    package init(agreed: Double = 0, differed: Double = 0) {
        self.agreed = agreed.isFinite ? max(0, agreed) : 0
        self.differed = differed.isFinite ? max(0, differed) : 0
    }

    /// The mean of the posterior, 0…1.
    package var accuracy: Double { (agreed + Self.prior) / (agreed + differed + 2 * Self.prior) }

    /// How many observations it rests on, those of long ago in part.
    package var observations: Double { agreed + differed }

    package mutating func note(_ isRight: Bool) {
        agreed = agreed * Self.memory + (isRight ? 1 : 0)
        differed = differed * Self.memory + (isRight ? 0 : 1)
    }
}
