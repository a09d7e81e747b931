import Foundation
package import SwarmCore

/// What a server says once it is ready.
package struct Greeting: Sendable {
    package var model: ModelCard
    package var path: String
    package var threads: Int
    package var promptThreads: Int
    /// How many a vote begins with, and how many it may come to.
    package var candidates: ClosedRange<Int>
    /// Tokens per second of all sequences together, by their number.
    package var curve: [Int: Double]
    package var host: String
    package var port: Int

    package init(
        model: ModelCard,
        path: String,
        threads: Int,
        promptThreads: Int,
        candidates: ClosedRange<Int>,
        curve: [Int: Double],
        host: String,
        port: Int
    ) {
        self.model = model
        self.path = path
        self.threads = threads
        self.promptThreads = promptThreads
        self.candidates = candidates
        self.curve = curve
        self.host = host
        self.port = port
    }

    /// Whole lines.
    package var text: String {
        let base = "http://\(host.contains(":") ? "[\(host)]" : host):\(port)/v1"
        let rates = curve.sorted { $0.key < $1.key }.map { "\($0.key): \(Int($0.value.rounded()))" }
        let context =
            model.contextLength == model.trainedContextLength
            ? "\(model.contextLength) tokens"
            : "\(model.contextLength) tokens, of \(model.trainedContextLength) the model can have"
        let question = #"{"messages":[{"role":"user","content":"What is 12 + 30?"}]}"#
        return """
            \(model.id) is ready on \(base)

              model       \(Self.short(model.parameters)) parameters, \(Self.short(model.fileBytes))B, \(path)
              context     \(context)
              threads     \(threads) for one token, \(promptThreads) for several
              candidates  \(votes)
              measured    tokens/s in all by candidates: \(rates.joined(separator: "  "))

            Try it:
              curl -s \(base)/chat/completions -H 'content-type: application/json' -d '\(question)'


            """
    }

    private var votes: String {
        candidates.count == 1
            ? "\(candidates.lowerBound) per answer, as set"
            : "\(candidates.lowerBound) to \(candidates.upperBound) per answer, by its kind and how much they agree"
    }

    /// A large number as people say it, for example `1.3 M`.
    private static func short(_ number: UInt64) -> String {
        let value = Double(number)
        for (scale, name) in [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")] where value >= scale {
            return String(format: value / scale < 10 ? "%.1f \(name)" : "%.0f \(name)", value / scale)
        }
        return "\(number) "
    }
}
