import ArgumentParser
import ModelCatalog

/// What a model is to be run with, as far as it matters for its memory.
struct WishOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Tokens of one conversation (default: 32768, or what fits).", valueName: "tokens"))
    var context: Int?

    @Option(
        name: [.customShort("n"), .customLong("n"), .customLong("candidates")],
        help: ArgumentHelp("Candidates per answer, 1 to 32 (default: 5).", valueName: "count")
    )
    var candidates: Int?

    @Option(help: ArgumentHelp("Look at models for gguf (llama.cpp) or for mlx (default: gguf).", valueName: "format"))
    var format: String?

    func validate() throws {
        if let context, !(64...1 << 24).contains(context) {
            throw ValidationError("--context \(context): must be from 64 to 16777216")
        }
        if let candidates, !(1...32).contains(candidates) {
            throw ValidationError("--n \(candidates): must be from 1 to 32")
        }
        if let format, ModelArtifact.Format(rawValue: format) == nil {
            let formats = ModelArtifact.Format.allCases.map(\.rawValue).joined(separator: " or ")
            throw ValidationError("--format \(format): must be \(formats)")
        }
    }

    var wish: Wish {
        var wish = Wish()
        if let context { wish.contexts = [context] }
        if let candidates {
            wish.candidates = candidates
            wish.fewestCandidates = candidates
        }
        if let format = format.flatMap(ModelArtifact.Format.init(rawValue:)) { wish.format = format }
        return wish
    }

    var request: FitRequest { FitRequest(context: context, candidates: candidates ?? 5) }
}
