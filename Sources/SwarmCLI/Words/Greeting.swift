import Foundation
package import SwarmCore

/// What a server says once it is ready.
package struct Greeting: Sendable {
    package var model: ModelCard
    package var path: String
    /// `nil` where the model is in another process.
    package var threads: Int?
    package var promptThreads: Int?
    /// How many a vote begins with, and how many it may come to.
    package var candidates: ClosedRange<Int>
    /// Tokens per second of all sequences together, by their number.
    package var curve: [Int: Double]
    /// Other servers that give candidates.
    package var others: [String]
    /// Where tools run for the model; `nil` where none do.
    package var tools: String?
    package var host: String
    package var port: Int

    package init(
        model: ModelCard,
        path: String,
        threads: Int?,
        promptThreads: Int?,
        candidates: ClosedRange<Int>,
        curve: [Int: Double],
        others: [String] = [],
        tools: String? = nil,
        host: String,
        port: Int
    ) {
        self.model = model
        self.path = path
        self.threads = threads
        self.promptThreads = promptThreads
        self.candidates = candidates
        self.curve = curve
        self.others = others
        self.tools = tools
        self.host = host
        self.port = port
    }

    /// Whole lines.
    package var text: String {
        let base = "http://\(host.contains(":") ? "[\(host)]" : host):\(port)/v1"
        let context =
            model.contextLength == model.trainedContextLength
            ? "\(model.contextLength) tokens"
            : "\(model.contextLength) tokens, of \(model.trainedContextLength) the model can have"
        let question = #"{"messages":[{"role":"user","content":"What is 12 + 30?"}]}"#
        return """
            \(model.id) is ready on \(base)

              model       \(sizes)\(path)
              context     \(context)
            \(engineLines)  candidates  \(votes)
            \(otherLines)
            Try it:
              curl -s \(base)/chat/completions -H 'content-type: application/json' -d '\(question)'


            """
    }

    /// Those that are known, each with what separates it from what follows.
    private var sizes: String {
        (model.parameters > 0 ? "\(Self.short(model.parameters)) parameters, " : "")
            + (model.fileBytes > 0 ? "\(Self.short(model.fileBytes))B, " : "")
    }

    private var engineLines: String {
        guard let threads, let promptThreads else { return "" }
        return "  threads     \(threads) for one token, \(promptThreads) for several\n"
    }

    /// Whole lines.
    private var otherLines: String {
        let rates = curve.sorted { $0.key < $1.key }.map { "\($0.key): \(Int($0.value.rounded()))" }
        let measured = "  measured    tokens/s in all by candidates: \(rates.joined(separator: "  "))\n"
        return (others.isEmpty ? "" : "  upstreams   \(others.joined(separator: ", "))\n")
            + (tools.map { "  tools       on \($0)\n" } ?? "") + (rates.isEmpty ? "" : measured)
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
