/// Whether a swarm pays for one model and one kind of turn, as measured.
package struct GateMeasurement: Sendable, Equatable {
    /// A way to answer.
    package enum Arm: Sendable, Hashable {
        /// One candidate at temperature 0.
        case greedy
        /// One candidate at the model's own temperature.
        case single
        /// A vote over this many candidates.
        case swarm(Int)

        /// `greedy`, `single` or `swarm-5`.
        package var name: String {
            switch self {
            case .greedy: "greedy"
            case .single: "single"
            case .swarm(let count): "swarm-\(count)"
            }
        }

        package init?(name: String) {
            switch name {
            case "greedy": self = .greedy
            case "single": self = .single
            default:
                guard name.hasPrefix("swarm-"), let count = Int(name.dropFirst(6)), count > 1 else { return nil }
                self = .swarm(count)
            }
        }
    }

    /// What one way came to over all items.
    package struct Result: Sendable, Equatable {
        package var arm: Arm
        /// Share of right answers, 0…1, and its 95 % bootstrap interval over items.
        package var accuracy: Double
        package var low: Double
        package var high: Double
        /// Tokens of all candidates, mean per item.
        package var tokens: Double
        /// Wall time, mean per item, in seconds.
        package var seconds: Double

        package init(arm: Arm, accuracy: Double, low: Double, high: Double, tokens: Double, seconds: Double) {
            self.arm = arm
            self.accuracy = accuracy
            self.low = low
            self.high = high
            self.tokens = tokens
            self.seconds = seconds
        }
    }

    /// The model's fingerprint, see `ModelCard.fingerprint`.
    package var model: String
    package var kind: TurnKind
    /// Items measured; at least 1.
    package var items: Int
    /// Unix time in seconds.
    package var measuredAt: Int
    package var results: [Result]
    /// The way the server is to take.
    package var choice: Arm
    /// The chosen way's accuracy minus the best single candidate's, and its 95 % paired bootstrap interval; −1…1.
    package var gain: Double
    package var gainLow: Double
    package var gainHigh: Double
    /// Within-question discrimination of self-certainty, 0…1, 0.5 for none; `nil` with fewer than 100 pairs.
    ///
    /// The share of pairs of a right and a wrong answer to one question in which the right one was surer (Taubenfeld and
    /// others 2025, arXiv 2502.06233).
    package var discrimination: Double?

    package init(
        model: String,
        kind: TurnKind,
        items: Int,
        measuredAt: Int,
        results: [Result],
        choice: Arm,
        gain: Double,
        gainLow: Double,
        gainHigh: Double,
        discrimination: Double?
    ) {
        self.model = model
        self.kind = kind
        self.items = items
        self.measuredAt = measuredAt
        self.results = results
        self.choice = choice
        self.gain = gain
        self.gainLow = gainLow
        self.gainHigh = gainHigh
        self.discrimination = discrimination
    }
}
