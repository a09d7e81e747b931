package import SwarmCore

/// How votes are held unless a request says otherwise.
package struct VoteSettings: Sendable {
    /// Candidates of every vote; `nil` goes by the kind of answer and by what was measured.
    package var candidates: Int?
    package var strategy: VoteStrategy
    package var isStrict: Bool
    /// What a client sees of a running vote; `nil` goes by the kind of answer.
    package var streaming: StreamingPolicy?
    /// What was measured of the loaded model and a kind of answer; `nil` where nothing was.
    package var gate: @Sendable (TurnKind) async -> GateMeasurement?

    /// How often sources were found to be right about this kind of answer, 0…1; those of which little is known are left out.
    package var accuracies: @Sendable (TurnKind) -> [SourceID: Double]

    package init(
        candidates: Int? = nil,
        strategy: VoteStrategy = .auto,
        isStrict: Bool = false,
        streaming: StreamingPolicy? = nil,
        gate: @escaping @Sendable (TurnKind) async -> GateMeasurement? = { _ in nil },
        accuracies: @escaping @Sendable (TurnKind) -> [SourceID: Double] = { _ in [:] }
    ) {
        self.candidates = candidates
        self.strategy = strategy
        self.isStrict = isStrict
        self.streaming = streaming
        self.gate = gate
        self.accuracies = accuracies
    }
}
