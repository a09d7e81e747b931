import CLlama
import CLlamaChat
import Dispatch
import Foundation
package import SwarmCore

/// A loaded model's language: its own chat template, tokeniser and output format.
///
/// Any task may use it at any time.
package final class LlamaChatModel: ChatModel {
    package let card: ModelCard
    let vocabulary: Vocabulary
    /// What begins a call; a model that is offered no tools must not write it.
    let callMarkers: [String]
    private let templates: ChatTemplates
    private let queue = DispatchQueue(label: "templates")
    private let written = Locked(WrittenCalls())

    init(
        model: LoadedModel,
        settings: EngineSettings,
        contextLength: Int,
        measurements: Measurements,
        embeddingLength: Int?
    ) throws(EngineError) {
        vocabulary = Vocabulary(model)
        templates = try ChatTemplates(model: model)
        let capabilities = templates.capabilities
        callMarkers = Self.callMarkers(of: templates)
        let modified = try? FileManager.default.attributesOfItem(atPath: settings.modelPath)[.modificationDate] as? Date
        card = ModelCard(
            id: settings.modelID,
            contextLength: contextLength,
            trainedContextLength: model.trainedContextLength,
            parameters: model.parameters,
            fileBytes: model.bytes,
            sampling: Self.sampling(of: model),
            recommendedCandidates: measurements.recommendedCandidates,
            curve: measurements.curve,
            fingerprint: Fingerprint(ofFile: settings.modelPath, parameters: model.parameters).text,
            created: Int(modified?.timeIntervalSince1970 ?? 0),
            supportsTools: capabilities["supports_tool_calls"]?.boolValue ?? false,
            supportsInfill: vocabulary.infillMarkers != nil,
            embeddingLength: embeddingLength
        )
    }

    /// Most tokens each candidate of an assignment may generate: the client's limit within the context, less what its answer
    /// begins with; at least one, unless the client wants none.
    func answerRoom(for assignment: Assignment) -> Int {
        // Only a completion that echoes its prompt may ask for nothing more.
        if assignment.request.limits.maxTokens == 0 { return 0 }
        let room = min(assignment.request.limits.maxTokens ?? .max, card.contextLength - assignment.prompt.tokens.count)
        return max(1, room - assignment.opening.count)
    }

    /// Counts the tokens of a text as it would stand inside a prompt.
    package func tokenCount(of text: String) -> Int {
        vocabulary.tokenize(text, addSpecial: false, parseSpecial: false).count
    }

    package func render(_ request: ChatRequest) async throws(PlanError) -> Prompt {
        try await onQueue { [self] in Result { () throws(PlanError) in try renderNow(request) } }.get()
    }

    package func remember(_ answer: ParsedAnswer, tokens: [Int32], of request: ChatRequest) async {
        guard let id = answer.toolCalls.first?.id else { return }
        // On the queue to its end: the next turn may be there already, and is rendered behind it.
        await onQueue { [self] in
            let rendering = TurnRendering(templates: templates, vocabulary: vocabulary)
            guard let turn = rendering.turn(answer, tokens: tokens, of: request) else { return }
            written.withLock { $0.remember(turn, id: id) }
        }
    }

    /// Runs something that takes milliseconds outside of the cooperative pool, one after the other.
    private func onQueue<R: Sendable>(_ body: @escaping @Sendable () -> R) async -> R {
        await withCheckedContinuation { continuation in queue.async { continuation.resume(returning: body()) } }
    }

    private func renderNow(_ request: ChatRequest) throws(PlanError) -> Prompt {
        if let completion = request.completion { return try render(completion) }
        var request = request
        request.messages = ConversationForm.withoutEmptyTurns(request.messages)
        if let prompt = try continuing(request) { return prompt }
        return try prompt(of: try templates.render(request), for: request)
    }

    /// A request that ends with the beginning of an answer: the model goes on from there.
    /// - Returns: `nil` where there is none, or where the answer begins with reasoning: then it stands as a turn of its own.
    private func continuing(_ request: ChatRequest) throws(PlanError) -> Prompt? {
        guard let opening = ConversationForm.opening(of: request.messages), request.responseFormat == .text else {
            return nil
        }
        var before = request
        before.messages = opening.before
        guard let rendered = try? templates.render(before), !RenderedPrompt(rendered).startsThinking else { return nil }
        return try prompt(of: rendered, opening: opening.text, for: request)
    }

    private func prompt(of rendered: JSON, opening: String = "", for request: ChatRequest) throws(PlanError) -> Prompt {
        guard let text = rendered["prompt"]?.stringValue.map({ $0 + opening }) else {
            throw .unusable(parameter: "messages", reason: "the chat template gave no prompt")
        }
        let turns = written.withLock { $0.turns(in: request.messages) }
        let tokens = vocabulary.tokenizePrompt(PromptPiece.pieces(of: text, turns: turns))
        guard !tokens.isEmpty else {
            throw .unusable(parameter: "messages", reason: "the chat template gave an empty prompt")
        }
        try requireRoom(behind: tokens)
        var prompt = RenderedPrompt(rendered).prompt(text: text, tokens: tokens)
        if request.tools.isEmpty || request.toolChoice == ToolChoice.none { prompt.forbiddenTokens = callMarkers }
        return prompt
    }

    private func render(_ completion: CompletionPrompt) throws(PlanError) -> Prompt {
        let tokens = try CompletionRendering(vocabulary: vocabulary).tokens(completion)
        try requireRoom(behind: tokens)
        return Prompt(text: detokenize(tokens) ?? "", tokens: tokens)
    }

    /// One token of answer must fit behind the prompt.
    private func requireRoom(behind tokens: [Int32]) throws(PlanError) {
        guard tokens.count < card.contextLength else {
            throw .contextLengthExceeded(needed: tokens.count, limit: card.contextLength)
        }
    }

    package func tokenize(_ text: String, isPrompt: Bool) -> [Int32] {
        isPrompt ? vocabulary.tokenizePrompt(text) : vocabulary.tokenize(text, addSpecial: false, parseSpecial: false)
    }

    package func detokenize(_ tokens: [Int32]) -> String? {
        guard tokens.allSatisfy({ (0..<vocabulary.size).contains(Int($0)) }) else { return nil }
        return String(decoding: tokens.flatMap { vocabulary.bytes(of: $0, special: true) }, as: UTF8.self)
    }

    package func reader(for reading: AnswerReading) throws(ReadError) -> any AnswerReader {
        reading.isPlainText ? PlainTextReader() : try LlamaAnswerReader(format: reading.format)
    }

    /// Taken from how the template has a call of some tool begin.
    private static func callMarkers(of templates: ChatTemplates) -> [String] {
        let request = ChatRequest(
            id: RequestID(rawValue: "markers"),
            messages: [Message(role: .user, content: "-")],
            tools: [ToolSpec(name: "tool", parameters: ["type": "object", "properties": [:]])]
        )
        return (try? templates.render(request)).map { RenderedPrompt($0).callMarkers } ?? []
    }

    /// The sampling its file recommends; llama.cpp's defaults where it says nothing.
    private static func sampling(of model: LoadedModel) -> Sampling {
        func number(_ key: llama_model_meta_key) -> Double? {
            guard let name = unsafe llama_model_meta_key_str(key) else { return nil }
            return model.metadata(unsafe String(cString: name)).flatMap { Double($0) }
        }
        return Sampling(
            temperature: number(LLAMA_MODEL_META_KEY_SAMPLING_TEMP) ?? 0.8,
            topK: number(LLAMA_MODEL_META_KEY_SAMPLING_TOP_K).map { Int($0) } ?? 40,
            topP: number(LLAMA_MODEL_META_KEY_SAMPLING_TOP_P) ?? 0.95,
            minP: number(LLAMA_MODEL_META_KEY_SAMPLING_MIN_P) ?? 0.05,
            repeatPenalty: number(LLAMA_MODEL_META_KEY_SAMPLING_PENALTY_REPEAT) ?? 1,
            presencePenalty: 0,
            frequencyPenalty: 0
        )
    }
}
