import Foundation
package import SwarmCore

/// What a server says once it is ready.
package struct Greeting: Sendable {
    package var model: ModelCard
    package var path: String
    package var threads: Int
    package var promptThreads: Int
    package var candidates: Int
    /// The number was set, not measured.
    package var isCandidatesSet: Bool
    /// Tokens per second of all sequences together, by their number.
    package var curve: [Int: Double]
    package var host: String
    package var port: Int

    package init(
        model: ModelCard,
        path: String,
        threads: Int,
        promptThreads: Int,
        candidates: Int,
        isCandidatesSet: Bool,
        curve: [Int: Double],
        host: String,
        port: Int
    ) {
        self.model = model
        self.path = path
        self.threads = threads
        self.promptThreads = promptThreads
        self.candidates = candidates
        self.isCandidatesSet = isCandidatesSet
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
              candidates  \(candidates) per answer, \(isCandidatesSet ? "as set" : "the best measured here")
              measured    tokens/s in all by candidates: \(rates.joined(separator: "  "))

            Try it:
              curl -s \(base)/chat/completions -H 'content-type: application/json' -d '\(question)'


            """
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
