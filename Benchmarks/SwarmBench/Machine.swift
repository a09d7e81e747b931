import ArgumentParser
import LlamaEngine
import SwarmCore

/// What the engine measures of this machine at its first start with a model.
struct Machine: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows the threads, the batch curve and the default number of candidates that the engine measured."
    )

    @OptionGroup var options: ModelOptions

    func run() async throws {
        try await options.measure { engine in
            let measured = engine.measurements
            let curve = measured.curve.sorted { $0.key < $1.key }.map { ("\($0.key)", JSON.double($0.value)) }
            return [
                "threads": .integer(measured.threads),
                "batch_threads": .integer(measured.batchThreads),
                "curve": .object(JSON.Object(curve)),
                "candidates": .integer(measured.recommendedCandidates),
            ]
        }
    }
}
