package import SwarmCore

/// A decoded body of `POST /v1/responses`: the request, and what the reply has to know of it.
package struct ResponsesBody: Sendable, Equatable {
    package var request: ChatRequest
    package var stream: Bool
    /// Whether the answer is to be kept, so that a later request can continue it.
    package var store: Bool
    /// The turns of the request without its `instructions`, which hold for one response only.
    package var conversation: [Message]
    /// The members of a response that repeat the request, as they were sent; `null` where they were left open.
    package var echo: JSON.Object
    /// Names of the freeform tools, whose calls are written as `custom_tool_call`.
    package var customTools: Set<String>
}

extension ResponsesBody {
    /// Decodes a body.
    ///
    /// Unknown fields, items and tools are skipped, and `null` counts as absent.
    /// - Parameters:
    ///   - previous: The whole conversation up to and including a kept response, by the response's id.
    ///   - item: An output item of a kept response, by its own id; a reference to an unknown one is skipped.
    /// - Throws: `malformedJSON`, or `invalidParameter` and `unsupported` with the path of the field that is wrong.
    package static func decode(
        _ body: [UInt8],
        id: RequestID,
        previous: (String) -> [Message]?,
        item: (String) -> JSON? = { _ in nil }
    ) throws(WireError) -> ResponsesBody {
        let json: JSON
        do throws(JSONSyntaxError) { json = try JSON(parsing: body) } catch { throw .malformedJSON(error) }
        let body = try Field(json).requiredObject()
        let conversation = try conversation(body, previous: previous, item: item)
        let tools = try ResponsesTools.decode(body)
        let swarm = try SwarmFields.decode(body["swarm"])
        var request = ChatRequest(
            id: id,
            messages: ResponsesInput.messages(conversation, under: try body["instructions"].string())
        )
        request.model = try body["model"].string().map(ModelID.init(rawValue:))
        request.tools = tools.specs
        request.toolChoice = tools.choice
        request.parallelToolCalls = try body["parallel_tool_calls"].bool() ?? true
        request.responseFormat = try responseFormat(body["text"])
        request.sampling = try ChatSampling.draws(body)
        request.sampling.topLogprobs = try topLogprobs(body)
        request.limits = Limits(maxTokens: try body["max_output_tokens"].integer(atLeast: 1))
        request.policy = .vote(candidates: swarm.candidates)
        swarm.apply(to: &request)
        let truncation = try contextMode(body["truncation"])
        request.contextMode = swarm.contextMode ?? truncation
        request.session = try body["prompt_cache_key"].string().map(SessionKey.init(rawValue:))
        let reasoning = try body["reasoning"].object()
        request.templateArguments = try ChatBody.templateArguments(body, effort: reasoning?["effort"] ?? Field(nil))
        return ResponsesBody(
            request: request,
            stream: try body["stream"].bool() ?? false,
            store: try body["store"].bool() ?? true,
            conversation: conversation,
            echo: try echo(body),
            customTools: tools.custom
        )
    }

    private static func conversation(
        _ body: Field,
        previous: (String) -> [Message]?,
        item: (String) -> JSON?
    ) throws(WireError) -> [Message] {
        // Both stand for turns that are kept at OpenAI: to skip them would be to answer something else.
        for name in ["conversation", "prompt"] where body[name].value != nil {
            throw .unsupported(parameter: name, reason: "this server keeps no \(name)s; send the turns as input")
        }
        var messages: [Message] = []
        let earlier = body["previous_response_id"]
        if let id = try earlier.string() {
            guard let known = previous(id) else { throw earlier.invalid("this response is not, or no longer, known") }
            messages = known
        }
        messages += try ResponsesInput.decode(body["input"], item: item)
        guard !messages.isEmpty else { throw body["input"].invalid("expected at least one message") }
        return messages
    }

    /// Like a chat's `response_format`, but with name and schema beside the type.
    private static func responseFormat(_ text: Field) throws(WireError) -> ResponseFormat {
        guard let format = try text.object()?["format"].object() else { return .text }
        guard format["type"].value == "json_schema" else { return try ChatBody.responseFormat(format) }
        let schema = try format["schema"].requiredObject()
        return .jsonSchema(name: try format["name"].string() ?? "response", schema: schema.value ?? .null)
    }

    /// Log-probabilities are asked for in `include`, or by a number of alternatives alone.
    private static func topLogprobs(_ body: Field) throws(WireError) -> Int? {
        let count = try body["top_logprobs"].integer(in: 0...20)
        let isIncluded =
            try body["include"].elements()?.contains { $0.value == "message.output_text.logprobs" } ?? false
        return isIncluded ? count ?? 0 : count.flatMap { $0 > 0 ? $0 : nil }
    }

    /// `disabled` is OpenAI's word for a conversation that is refused rather than shortened.
    private static func contextMode(_ truncation: Field) throws(WireError) -> ContextMode? {
        switch try truncation.string() {
        case "auto": .auto
        case "disabled": .full
        default: nil
        }
    }

    private static func echo(_ body: Field) throws(WireError) -> JSON.Object {
        var echo = JSON.Object()
        for key in ["instructions", "max_output_tokens", "previous_response_id", "prompt_cache_key", "temperature"] {
            echo[key] = body[key].value ?? .null
        }
        for key in ["top_logprobs", "top_p", "truncation"] { echo[key] = body[key].value ?? .null }
        echo["metadata"] = try body["metadata"].object()?.value ?? [:]
        echo["parallel_tool_calls"] = body["parallel_tool_calls"].value ?? true
        let reasoning = body["reasoning"]
        echo["reasoning"] = [
            "effort": reasoning["effort"].value ?? .null, "summary": reasoning["summary"].value ?? .null,
        ]
        echo["store"] = body["store"].value ?? true
        var text = body["text"].value?.objectValue ?? JSON.Object()
        text["format"] = body["text"]["format"].value ?? ["type": "text"]
        echo["text"] = .object(text)
        echo["tool_choice"] = body["tool_choice"].value ?? "auto"
        echo["tools"] = body["tools"].value ?? []
        echo["user"] = try body["user"].string().map(JSON.string) ?? .null
        return echo
    }
}
