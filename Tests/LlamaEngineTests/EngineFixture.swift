import LlamaEngine
import Logging
import SwarmCore
import SwarmTestSupport
import Testing

/// A running engine, on the bundled model unless told otherwise, stopped when the body returns.
func withEngine<R>(
    path: String = Bumble.path,
    cells: Int? = nil,
    sequences: Int = 32,
    queueDepth: Int = 64,
    context: Int? = nil,
    prefixes: PrefixSettings? = nil,
    embeddingModel: String? = nil,
    logger: Logger = silentLogger,
    _ body: (LlamaEngine) async throws -> R
) async throws -> R {
    let settings = EngineSettings(
        modelPath: path,
        modelID: Bumble.id,
        contextLength: context,
        cells: cells,
        threads: 1,
        sequences: sequences,
        queueDepth: queueDepth,
        prefixes: prefixes,
        embeddingModelPath: embeddingModel
    )
    let engine = try await LlamaEngine.load(settings, logger: logger)
    do {
        let result = try await body(engine)
        await engine.shutDown()
        return result
    } catch {
        await engine.shutDown()
        throw error
    }
}

extension LlamaEngine {
    /// An assignment of `count` candidates with the same sampling and seeds of their own.
    func assignment(
        _ messages: [Message] = Bumble.question(),
        count: Int = 1,
        sampling: Sampling = Sampling(temperature: 0),
        limits: Limits = Limits(maxTokens: 200),
        tools: [ToolSpec] = [],
        toolChoice: ToolChoice = .auto,
        format: ResponseFormat = .text,
        session: SessionKey? = nil,
        completing completion: CompletionPrompt? = nil
    ) async throws -> Assignment {
        var request = ChatRequest(
            id: RequestID(rawValue: "test"),
            messages: messages,
            tools: tools,
            toolChoice: toolChoice,
            responseFormat: format,
            sampling: sampling,
            limits: limits,
            session: session
        )
        if let completion { request.input = .completion(completion) }
        let prompt = try await model.render(request)
        let plans = (0..<count).map { index in
            var own = sampling
            own.temperature = own.temperature ?? model.card.sampling.temperature
            own.topK = own.topK ?? model.card.sampling.topK
            own.topP = own.topP ?? model.card.sampling.topP
            own.seed = Sampling.seed(ofCandidate: index, request: sampling.seed ?? 1)
            return CandidatePlan(index: index, sampling: own)
        }
        return Assignment(request: request, prompt: prompt, candidates: plans)
    }

    /// Runs an assignment to its end.
    func collect(_ assignment: Assignment) async -> Collected { await Collected.all(of: candidates(for: assignment)) }

    /// Waits until nothing runs, then checks the books: only resident sequences hold cells, and llama.cpp agrees.
    func expectNoLeak(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        var audit = try #require(await self.audit(), sourceLocation: sourceLocation)
        while audit.status.running + audit.status.prefilling + audit.status.waiting > 0 {
            await Task.yield()
            audit = try #require(await self.audit(), sourceLocation: sourceLocation)
        }
        #expect(audit.residentCells == audit.status.usedCells, sourceLocation: sourceLocation)
        #expect(audit.strays.isEmpty, sourceLocation: sourceLocation)
        #expect(audit.mismatched.isEmpty, sourceLocation: sourceLocation)
    }
}

/// Two answers that are the same but for rounding; both with ten alternatives to each token.
///
/// A prompt read in one piece and in several rounds differently, which can tip a draw; then the texts part, but not the
/// probabilities at that place.
/// - Parameter rounding: how far log-probabilities may differ; quantised weights round by more than others.
func expectSame(
    _ one: Collected,
    _ other: Collected,
    of index: Int = 0,
    within rounding: Float = 0.02,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let pairs = zip(one.scores(of: index), other.scores(of: index))
    #expect(!Array(pairs).isEmpty, sourceLocation: sourceLocation)
    for (place, (mine, its)) in pairs.enumerated() {
        let differences = zip(mine.alternatives, its.alternatives).map { abs($0.logprob - $1.logprob) }
        #expect(differences.count == 10, sourceLocation: sourceLocation)
        #expect(differences.allSatisfy { $0 < rounding }, "at token \(place)", sourceLocation: sourceLocation)
        if mine.token != its.token { break }
    }
}

let silentLogger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
