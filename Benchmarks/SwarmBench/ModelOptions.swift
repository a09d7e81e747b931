import ArgumentParser
import LlamaEngine
import Logging
import SwarmCore

/// The options of every measurement: a model and how to run it.
struct ModelOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The model, a .gguf file.", valueName: "file")) var model: String
    @Option(help: ArgumentHelp("Threads that compute (default: measured).", valueName: "count")) var threads: Int?
    @Option(help: ArgumentHelp("Most tokens of one sequence.", valueName: "tokens")) var context = 1024
    @Option(help: ArgumentHelp("KV cells in all.", valueName: "count")) var cells = 2048
    @Option(help: ArgumentHelp("Where the engine keeps its measurements of this machine.", valueName: "file"))
    var measurements: String?
    @Option(help: ArgumentHelp("Token ids that are never drawn, comma-separated.", valueName: "ids")) var forbid = ""

    func validate() throws {
        guard forbidden.count == forbid.split(separator: ",").count else {
            throw ValidationError("--forbid takes token ids separated by commas, not \(forbid)")
        }
    }

    private var forbidden: [Int32] { forbid.split(separator: ",").compactMap { Int32($0) } }

    /// OpenAI's strongest bias against every forbidden token.
    var bias: [Int32: Double] { Dictionary(forbidden.map { ($0, -100) }, uniquingKeysWith: min) }

    /// Runs a measurement on a loaded engine and shows its result.
    func measure(_ body: (LlamaEngine) async throws -> JSON) async throws {
        let settings = EngineSettings(
            modelPath: model,
            modelID: ModelID(rawValue: "benchmark"),
            contextLength: context,
            cells: cells,
            threads: threads,
            measurementsPath: measurements
        )
        let engine = try await LlamaEngine.load(settings, logger: silence)
        let result: JSON
        do {
            result = try await body(engine)
        } catch {
            await engine.shutDown()
            throw error
        }
        await engine.shutDown()
        try Terminal.show(result)
    }
}

/// llama.cpp's log lines are not part of a result.
let silence = Logger(label: "benchmark") { _ in SwiftLogNoOpLogHandler() }
