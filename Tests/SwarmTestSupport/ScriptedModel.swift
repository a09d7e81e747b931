package import SwarmCore

/// A model without weights: its template is `role: content` lines, its tokens are bytes.
///
/// Tools come first, each as a `tool:` line; calls stand behind the content as the model would write them.
///
/// With tools, or with `enable_thinking` among the template's arguments, answers may hold `<think>…</think>` at their
/// start and `<call:name>arguments</call>` at their end; otherwise they are plain text.
package struct ScriptedModel: ChatModel {
    package static let id = ModelID(rawValue: "scripted")

    package var card: ModelCard
    /// Calls are remembered once it is open; `nil` takes no time for it.
    private let memory: Gate?
    /// Of answers with markup; there is no reader for any but `scripted`.
    private let format: String

    package init(contextLength: Int = 1000, candidates: Int = 3, memory: Gate? = nil, format: String = "scripted") {
        self.memory = memory
        self.format = format
        card = ModelCard(
            id: Self.id,
            contextLength: contextLength,
            trainedContextLength: contextLength,
            parameters: 1,
            fileBytes: 2,
            sampling: Sampling(
                temperature: 0.25,
                topK: 40,
                topP: 0.5,
                minP: 0.125,
                repeatPenalty: 1,
                presencePenalty: 0,
                frequencyPenalty: 0
            ),
            recommendedCandidates: candidates,
            fingerprint: "scripted",
            created: 1_700_000_000
        )
    }

    package func render(_ request: ChatRequest) async throws(PlanError) -> Prompt {
        let text =
            switch request.input {
            case .conversation(let messages):
                request.tools.map(line(of:)).joined() + messages.map(line(of:)).joined()
            case .completion(let prompt): self.text(of: prompt)
            }
        let tokens = text.utf8.map(Int32.init)
        guard tokens.count < card.contextLength else {
            throw .contextLengthExceeded(needed: tokens.count, limit: card.contextLength)
        }
        let isThinking = request.templateArguments["enable_thinking"] == true
        let isPlain = request.tools.isEmpty && !isThinking
        return Prompt(
            text: text,
            tokens: tokens,
            reading: AnswerReading(
                format: isPlain ? "" : format,
                isPlainText: isPlain,
                thinkingStart: isThinking ? "<think>" : "",
                thinkingEnds: isThinking ? ["</think>"] : []
            )
        )
    }

    private func line(of tool: ToolSpec) -> String {
        "tool: \(tool.name) \(tool.summary ?? "") \(tool.parameters?.text ?? "")\n"
    }

    private func line(of message: Message) -> String {
        let calls = message.toolCalls.map { "<call:\($0.name)>\($0.arguments)</call>" }.joined()
        return "\(message.role.rawValue): \(message.content)\(calls)\n"
    }

    private func text(of prompt: CompletionPrompt) -> String {
        switch prompt.source {
        case .text(let text): text + (prompt.suffix.map { "<fill>" + $0 } ?? "")
        case .tokens(let tokens): detokenize(tokens) ?? ""
        }
    }

    package func tokenize(_ text: String, isPrompt: Bool) -> [Int32] { text.utf8.map(Int32.init) }

    package func detokenize(_ tokens: [Int32]) -> String? {
        guard tokens.allSatisfy({ (0...255).contains($0) }) else { return nil }
        return String(decoding: tokens.map { UInt8($0) }, as: UTF8.self)
    }

    package func remember(_ answer: ParsedAnswer, tokens: [Int32], of request: ChatRequest) async {
        await memory?.passed()
    }

    package func reader(for reading: AnswerReading) throws(ReadError) -> any AnswerReader {
        if reading.isPlainText { return PlainTextReader() }
        guard reading.format == "scripted" else { throw ReadError(reason: "not a format of this model") }
        return ScriptedReader()
    }
}

/// Reads the scripted model's markup.
package struct ScriptedReader: AnswerReader {
    package init() {}

    package func read(_ text: String, isPartial: Bool) throws(ReadError) -> ParsedAnswer {
        var answer = ParsedAnswer()
        var rest = text[...]
        if isPartial, "<think>".hasPrefix(rest) { return answer }
        if rest.hasPrefix("<think>") {
            let (reasoning, after) = try cut(rest.dropFirst(7), at: "</think>", isPartial: isPartial)
            answer.reasoning = reasoning
            rest = after ?? ""
        }
        let (content, calls) = try cut(rest, at: "<call:", isPartial: isPartial, isRequired: false)
        answer.content = content
        var next = calls
        while let call = next {
            let (name, after) = try cut(call, at: ">", isPartial: isPartial)
            guard let after else { break }
            let (arguments, end) = try cut(after, at: "</call>", isPartial: isPartial)
            answer.toolCalls.append(ToolCall(id: "", name: name, arguments: arguments))
            guard let end else { break }
            next = end.hasPrefix("<call:") ? end.dropFirst(6) : nil
        }
        return answer
    }

    /// What is before a marker, and what is after it if it is there.
    ///
    /// What may become the marker is left out while more can come.
    private func cut(
        _ text: Substring,
        at marker: String,
        isPartial: Bool,
        isRequired: Bool = true
    ) throws(ReadError) -> (before: String, after: Substring?) {
        for at in text.indices where text[at...].hasPrefix(marker) {
            return (String(text[..<at]), text[at...].dropFirst(marker.count))
        }
        guard isPartial else {
            if isRequired { throw ReadError(reason: "\(marker) is missing") }
            return (String(text), nil)
        }
        let held = text.indices.first { marker.hasPrefix(text[$0...]) } ?? text.endIndex
        return (String(text[..<held]), nil)
    }
}
