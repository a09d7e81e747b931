package import SwarmCore

/// A decoded body of `POST /v1/chat/completions`: the request, and how the reply is to be written.
package struct ChatBody: Sendable, Equatable {
    package var request: ChatRequest
    package var stream: Bool
    /// A stream ends with a chunk of token counts.
    package var includeUsage: Bool

    /// Log-probabilities are part of the reply.
    package var wantsLogprobs: Bool { request.sampling.topLogprobs != nil }

    package init(request: ChatRequest, stream: Bool = false, includeUsage: Bool = false) {
        self.request = request
        self.stream = stream
        self.includeUsage = includeUsage
    }
}

extension ChatBody {
    /// Decodes a body.
    ///
    /// Unknown fields are skipped, and `null` counts as absent.
    /// - Throws: `malformedJSON`, or `invalidParameter` and `unsupported` with the path of the field that is wrong.
    package static func decode(_ body: [UInt8], id: RequestID) throws(WireError) -> ChatBody {
        let json: JSON
        do throws(JSONSyntaxError) { json = try JSON(parsing: body) } catch { throw .malformedJSON(error) }
        let body = try Field(json).requiredObject()
        let tools = try ChatTools.decode(body)
        var request = ChatRequest(id: id, messages: try ChatMessages.decode(body["messages"]))
        request.model = try body["model"].string().map(ModelID.init(rawValue:))
        request.tools = tools
        request.toolChoice = try ChatTools.choice(body, among: tools)
        request.parallelToolCalls = try body["parallel_tool_calls"].bool() ?? true
        request.responseFormat = try responseFormat(body["response_format"])
        request.sampling = try ChatSampling.decode(body)
        request.limits = try limits(body)
        let swarm = try SwarmFields.decode(body["swarm"])
        request.policy = try policy(body, candidates: swarm.candidates)
        swarm.apply(to: &request)
        request.session = try body["prompt_cache_key"].string().map(SessionKey.init(rawValue:))
        request.templateArguments = try templateArguments(body, effort: body["reasoning_effort"])
        return ChatBody(
            request: request,
            stream: try body["stream"].bool() ?? false,
            includeUsage: try body["stream_options"].object()?["include_usage"].bool() ?? false
        )
    }

    static func limits(_ body: Field) throws(WireError) -> Limits {
        let older = try most(body["max_tokens"])
        let newer = try most(body["max_completion_tokens"])
        return Limits(maxTokens: newer ?? older, stop: try stops(body["stop"]))
    }

    /// −1 is how clients of local servers say that there is no limit.
    private static func most(_ field: Field) throws(WireError) -> Int? {
        field.value?.intValue == -1 ? nil : try field.integer(atLeast: 1)
    }

    static func stops(_ field: Field) throws(WireError) -> [String] {
        if let one = field.value?.stringValue { return one.isEmpty ? [] : [one] }
        guard field.value == nil || field.value?.arrayValue != nil else { throw field.wrong("a string or an array") }
        var stops: [String] = []
        for element in try field.elements() ?? [] {
            let stop = try element.requiredString()
            if !stop.isEmpty { stops.append(stop) }
        }
        guard stops.count <= 16 else { throw field.invalid("expected at most 16 strings, got \(stops.count)") }
        return stops
    }

    /// `swarm: {"n": 5}` votes over five candidates and `swarm: false` over one; OpenAI's `n` returns them all.
    static func policy(_ body: Field, candidates: Int?) throws(WireError) -> SwarmPolicy {
        let choices = try body["n"].integer(in: 1...16) ?? 1
        guard choices > 1 else { return .vote(candidates: candidates) }
        let swarm = body["swarm"]
        guard swarm["n"].value == nil else {
            throw swarm["n"].invalid("n asks for \(choices) choices without a vote; send one of the two")
        }
        return .choices(choices)
    }

    static func responseFormat(_ field: Field) throws(WireError) -> ResponseFormat {
        guard let field = try field.object() else { return .text }
        let type = field["type"]
        switch try type.requiredString() {
        case "text": return .text
        case "json_object":
            // Some local clients put a schema here; to skip it would be to answer something else.
            guard let schema = try field["schema"].object()?.value else { return .jsonObject }
            return .jsonSchema(name: "response", schema: schema)
        case "json_schema":
            let format = try field["json_schema"].requiredObject()
            let schema = try format["schema"].requiredObject()
            return .jsonSchema(name: try format["name"].string() ?? "response", schema: schema.value ?? .null)
        default: throw type.wrong("text, json_object or json_schema")
        }
    }

    static func templateArguments(_ body: Field, effort: Field) throws(WireError) -> [String: JSON] {
        var arguments: [String: JSON] = [:]
        arguments["reasoning_effort"] = try effort.string().map(JSON.string)
        for (key, value) in try body["chat_template_kwargs"].object()?.value?.objectValue?.members ?? [] {
            arguments[key] = value
        }
        return arguments
    }
}
