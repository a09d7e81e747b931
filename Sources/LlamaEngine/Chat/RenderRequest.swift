import Foundation
import SwarmCore

/// A request in the form the template shim takes: OpenAI's messages and tools.
struct RenderRequest {
    private let request: ChatRequest
    private let opensAnswer: Bool

    /// - Parameter opensAnswer: the prompt ends where the assistant's turn begins.
    init(_ request: ChatRequest, opensAnswer: Bool = true) {
        self.request = request
        self.opensAnswer = opensAnswer
    }

    var json: JSON {
        var object = JSON.Object()
        object["messages"] = .array(request.messages.map(message))
        if !request.tools.isEmpty {
            object["tools"] = .array(offeredTools.map(tool))
            object["tool_choice"] = .string(toolChoice)
            object["parallel_tool_calls"] = .bool(request.parallelToolCalls)
        }
        switch request.responseFormat {
        case .text: break
        case .jsonObject: object["json_schema"] = .object(JSON.Object())
        case .jsonSchema(_, let schema): object["json_schema"] = schema
        }
        if !request.templateArguments.isEmpty {
            let sorted = request.templateArguments.sorted { $0.key < $1.key }
            object["chat_template_kwargs"] = .object(JSON.Object(sorted.map { (key: $0.key, value: $0.value) }))
        }
        if !opensAnswer { object["add_generation_prompt"] = false }
        return .object(object)
    }

    /// A named choice is "required" with that tool alone.
    private var offeredTools: [ToolSpec] {
        guard case .named(let name) = request.toolChoice else { return request.tools }
        return request.tools.filter { $0.name == name }
    }

    private var toolChoice: String {
        switch request.toolChoice {
        case .auto: "auto"
        case .none: "none"
        case .required, .named: "required"
        }
    }

    private func message(_ message: Message) -> JSON {
        var object = JSON.Object([("role", .string(message.role.rawValue)), ("content", .string(message.content))])
        if let reasoning = message.reasoning { object["reasoning_content"] = .string(reasoning) }
        if !message.toolCalls.isEmpty {
            object["tool_calls"] = .array(
                message.toolCalls.map { call in
                    [
                        "id": .string(call.id), "type": "function",
                        "function": ["name": .string(call.name), "arguments": .string(call.arguments)],
                    ]
                }
            )
        }
        if let id = message.toolCallID { object["tool_call_id"] = .string(id) }
        if let name = message.name { object["name"] = .string(name) }
        return .object(object)
    }

    private func tool(_ tool: ToolSpec) -> JSON {
        var function = JSON.Object([("name", .string(tool.name))])
        if let summary = tool.summary { function["description"] = .string(summary) }
        function["parameters"] = tool.parameters ?? ["type": "object", "properties": [:]]
        return ["type": "function", "function": .object(function)]
    }
}

/// The shim's result as a prompt.
struct RenderedPrompt {
    private let result: JSON

    init(_ result: JSON) { self.result = result }

    func prompt(text: String, tokens: [Int32]) -> Prompt {
        Prompt(
            text: text,
            tokens: tokens,
            grammar: grammar,
            extraStops: strings("extra_stops"),
            preservedTokens: strings("preserved_tokens"),
            relaxedTools: strings("relaxed_tools"),
            reading: reading
        )
    }

    /// The words that begin a call, where the format has such.
    var callMarkers: [String] {
        (grammar?.triggers ?? []).compactMap { trigger in
            switch trigger {
            case .word(let word), .token(let word): word.trimmingCharacters(in: .whitespacesAndNewlines)
            case .pattern, .patternFull: nil
            }
        }
    }

    /// The answer begins within the model's reasoning.
    var startsThinking: Bool { reading.startsThinking }

    private func string(_ key: String) -> String { result[key]?.stringValue ?? "" }
    private func strings(_ key: String) -> [String] { result[key]?.arrayValue?.compactMap(\.stringValue) ?? [] }

    private var grammar: Grammar? {
        let gbnf = string("grammar")
        guard !gbnf.isEmpty else { return nil }
        let triggers = (result["triggers"]?.arrayValue ?? []).compactMap { trigger -> Grammar.Trigger? in
            guard let value = trigger["value"]?.stringValue else { return nil }
            return switch trigger["type"]?.stringValue {
            case "word": .word(value)
            case "token": .token(value)
            case "pattern": .pattern(value)
            case "pattern_full": .patternFull(value)
            default: nil
            }
        }
        return Grammar(
            gbnf: gbnf,
            isLazy: result["grammar_lazy"]?.boolValue ?? false,
            triggers: triggers,
            prefill: string("grammar_prefill")
        )
    }

    private var reading: AnswerReading {
        let start = string("thinking_start_tag")
        let opening = string("generation_prompt")
        let ends = strings("thinking_end_tags")
        let format: JSON = [
            "format": result["format"] ?? 0, "parser": .string(string("parser")), "generation_prompt": .string(opening),
        ]
        return AnswerReading(
            format: format.text,
            isPlainText: result["is_plain_text"]?.boolValue ?? false,
            thinkingStart: start,
            thinkingEnds: ends,
            startsThinking: !start.isEmpty && isLastMarker(start, notAnyOf: ends, in: opening)
        )
    }

    /// Whether a start marker stands in a text with no end marker after it.
    private func isLastMarker(_ start: String, notAnyOf ends: [String], in text: String) -> Bool {
        let tail = text.components(separatedBy: start)
        guard tail.count > 1, let last = tail.last else { return false }
        return !ends.contains { !$0.isEmpty && last.contains($0) }
    }
}

extension String {
    /// The pieces between occurrences of a separator; the whole when it does not occur.
    fileprivate func components(separatedBy separator: String) -> [Substring] {
        split(separator: separator, omittingEmptySubsequences: false)
    }
}
