package import SwarmCore

/// A decoded body of Anthropic's `POST /v1/messages` or `/v1/messages/count_tokens`.
package struct MessagesBody: Sendable, Equatable {
    package var request: ChatRequest
    package var stream: Bool

    package init(request: ChatRequest, stream: Bool = false) {
        self.request = request
        self.stream = stream
    }
}

extension MessagesBody {
    /// Decodes a body.
    ///
    /// Unknown fields are skipped, `cache_control` and `metadata` among them, and `null` counts as absent. The fields of
    /// sampling and `swarm` are those of chat completions.
    /// - Throws: `malformedJSON`, or `invalidParameter` and `unsupported` with the path of the field that is wrong.
    package static func decode(
        _ body: [UInt8],
        id: RequestID,
        session: SessionKey? = nil
    ) throws(WireError) -> MessagesBody {
        let json: JSON
        do throws(JSONSyntaxError) { json = try JSON(parsing: body) } catch { throw .malformedJSON(error) }
        let body = try Field(json).requiredObject()
        let tools = try MessagesTools.decode(body)
        // `n` is no field of this format, whose replies have one answer.
        let swarm = try SwarmFields.decode(body["swarm"])
        var request = ChatRequest(id: id, messages: try MessagesTurns.decode(body))
        request.model = try body["model"].string().map(ModelID.init(rawValue:))
        request.tools = tools
        request.toolChoice = try MessagesTools.choice(body["tool_choice"], among: tools)
        request.parallelToolCalls = try body["tool_choice"]["disable_parallel_tool_use"].bool() != true
        request.responseFormat = try responseFormat(body)
        request.sampling = try ChatSampling.decode(body)
        // There is no place for them in the reply.
        request.sampling.topLogprobs = nil
        request.limits = try limits(body)
        request.policy = .vote(candidates: swarm.candidates)
        swarm.apply(to: &request)
        request.session = session
        request.templateArguments = try templateArguments(body)
        return MessagesBody(request: request, stream: try body["stream"].bool() ?? false)
    }

    private static func limits(_ body: Field) throws(WireError) -> Limits {
        // Zero is how clients have a prompt read ahead of time; the least that can be done is one token.
        let most = try body["max_tokens"].integer(atLeast: 0).map { max(1, $0) }
        return Limits(maxTokens: most, stop: try ChatBody.stops(body["stop_sequences"]))
    }

    /// `output_config.format`, or `output_format` as it was called before.
    private static func responseFormat(_ body: Field) throws(WireError) -> ResponseFormat {
        for field in [body["output_config"]["format"], body["output_format"]] {
            guard let format = try field.object() else { continue }
            let type = format["type"]
            guard try type.requiredString() == "json_schema" else { throw type.wrong("json_schema") }
            return .jsonSchema(name: "response", schema: try format["schema"].requiredObject().value ?? .null)
        }
        return .text
    }

    /// What the chat template can be told about thinking; without either field the model does as it is used to.
    private static func templateArguments(_ body: Field) throws(WireError) -> [String: JSON] {
        var arguments: [String: JSON] = [:]
        if let thinking = try body["thinking"].object() {
            // Besides `enabled` and `adaptive` there are kinds that say when to think, and more may come.
            arguments["enable_thinking"] = .bool(try thinking["type"].requiredString() != "disabled")
        }
        if let effort = try body["output_config"].object()?["effort"].string() {
            // Templates know three levels.
            arguments["reasoning_effort"] = ["xhigh", "max"].contains(effort) ? "high" : .string(effort)
        }
        return arguments
    }
}
