package import SwarmCore

/// A request for one candidate, as an OpenAI-compatible server takes it.
///
/// What not every server knows can be left out: `refused` names the fields that this one does not take.
package struct UpstreamRequest: Sendable, Equatable {
    package var request: ChatRequest
    package var candidate: CandidatePlan
    /// What the server calls its model; `nil` leaves the choice to it.
    package var model: String?
    /// Most tokens of the answer where the client names no limit; `nil` leaves it to the server.
    package var maxTokens: Int?
    /// Whether a seed is sent where the client has one.
    package var sendsSeed: Bool
    /// Whether token ids of the client are of the server's own model.
    package var knowsTokens: Bool

    package init(
        _ request: ChatRequest,
        candidate: CandidatePlan,
        model: String?,
        maxTokens: Int? = nil,
        sendsSeed: Bool = true,
        knowsTokens: Bool = false
    ) {
        self.request = request
        self.candidate = candidate
        self.model = model
        self.maxTokens = maxTokens
        self.sendsSeed = sendsSeed
        self.knowsTokens = knowsTokens
    }

    /// The path below the base address.
    package var path: String { request.completion == nil ? "/chat/completions" : "/completions" }

    /// Fields that an answer can do without, where a server does not know them.
    ///
    /// What is missing then is found by those who judge the answer: a form that is not enforced, a call that was not made.
    package static let dispensable: Set<String> = [
        "seed", "logprobs", "top_logprobs", "response_format", "stream_options", "parallel_tool_calls", "tool_choice",
        "temperature", "top_p", "top_k", "min_p", "repeat_penalty", "repetition_penalty", "presence_penalty",
        "frequency_penalty", "logit_bias", "chat_template_kwargs", "reasoning_effort", "prompt_cache_key", "swarm",
        "reasoning_content", "max_tokens",
    ]

    /// The body.
    ///
    /// - Parameter refused: fields that the server does not take.
    /// - Throws: why a completion cannot be asked for, in words.
    package func body(without refused: Set<String> = []) throws(SourceError) -> JSON {
        var body = JSON.Object()
        body["model"] = model.map { .string($0) }
        if let completion = request.completion {
            guard case .text(let text) = completion.source else {
                throw .unusable(parameter: "prompt", reason: "token ids cannot be passed on to another server")
            }
            body["prompt"] = .string(text)
            body["suffix"] = completion.suffix.map { .string($0) }
        } else {
            body["messages"] = .array(request.messages.map { $0.upstreamJSON(without: refused) })
            writeTools(to: &body)
        }
        body["stream"] = true
        body["stream_options"] = ["include_usage": true]
        writeSampling(to: &body)
        writeLimits(to: &body, refused: refused)
        writeExtras(to: &body)
        for name in refused { body[name] = nil }
        return .object(body)
    }

    private func writeTools(to body: inout JSON.Object) {
        if !request.tools.isEmpty {
            body["tools"] = .array(request.tools.map(\.upstreamJSON))
            switch request.toolChoice {
            case .auto: break
            case .none: body["tool_choice"] = "none"
            case .required: body["tool_choice"] = "required"
            case .named(let name):
                body["tool_choice"] = ["type": "function", "function": ["name": .string(name)]]
            }
            body["parallel_tool_calls"] = .bool(request.parallelToolCalls)
        }
        switch request.responseFormat {
        case .text: break
        case .jsonObject: body["response_format"] = ["type": "json_object"]
        case .jsonSchema(let name, let schema):
            body["response_format"] = [
                "type": "json_schema", "json_schema": ["name": .string(name), "schema": schema, "strict": true],
            ]
        }
    }

    /// What the client asked for, and the warmth of a vote; recommendations for another model are left out.
    private func writeSampling(to body: inout JSON.Object) {
        let asked = request.sampling
        let own = candidate.sampling
        let isOwn = asked.temperature != nil || candidate.index > 0 || own.temperature == 0
        if isOwn, let temperature = own.temperature { body["temperature"] = .double(temperature) }
        if let topP = asked.topP { body["top_p"] = .double(topP) }
        if let topK = asked.topK, topK > 0 { body["top_k"] = .integer(topK) }
        if let minP = asked.minP { body["min_p"] = .double(minP) }
        if let penalty = asked.repeatPenalty {
            // The one name is that of llama.cpp, the other that of vLLM and MLX.
            body["repeat_penalty"] = .double(penalty)
            body["repetition_penalty"] = .double(penalty)
        }
        if let penalty = asked.presencePenalty { body["presence_penalty"] = .double(penalty) }
        if let penalty = asked.frequencyPenalty { body["frequency_penalty"] = .double(penalty) }
        if sendsSeed, asked.seed != nil, let seed = own.seed {
            // Servers keep 31 to 64 bits of a seed: what all can hold is the same everywhere.
            body["seed"] = .integer(seed & 0x7FFF_FFFF)
        }
        if knowsTokens, !asked.logitBias.isEmpty {
            let sorted = asked.logitBias.sorted { $0.key < $1.key }
            body["logit_bias"] = .object(JSON.Object(sorted.map { (key: "\($0.key)", value: .double($0.value)) }))
        }
        if let alternatives = asked.topLogprobs {
            if request.completion == nil {
                body["logprobs"] = true
                if alternatives > 0 { body["top_logprobs"] = .integer(alternatives) }
            } else {
                body["logprobs"] = .integer(max(1, alternatives))
            }
        }
    }

    private func writeLimits(to body: inout JSON.Object, refused: Set<String>) {
        if let most = request.limits.maxTokens ?? maxTokens {
            // OpenAI's newer models know only the one, most other servers only the other.
            body[refused.contains("max_tokens") ? "max_completion_tokens" : "max_tokens"] = .integer(most)
        }
        if !request.limits.stop.isEmpty { body["stop"] = .array(request.limits.stop.map { .string($0) }) }
    }

    private func writeExtras(to body: inout JSON.Object) {
        var variables = request.templateArguments
        body["reasoning_effort"] = variables.removeValue(forKey: "reasoning_effort")
        if !variables.isEmpty {
            let sorted = variables.sorted { $0.key < $1.key }
            body["chat_template_kwargs"] = .object(JSON.Object(sorted.map { (key: $0.key, value: $0.value) }))
        }
        body["prompt_cache_key"] = request.session.map { .string($0.rawValue) }
        // To another Local Swarm: one candidate, and no vote of its own.
        body["swarm"] = false
    }
}

extension Message {
    fileprivate func upstreamJSON(without refused: Set<String>) -> JSON {
        var message = JSON.Object([("role", .string(role.rawValue))])
        message["content"] = content.isEmpty && !toolCalls.isEmpty ? .null : .string(content)
        if let reasoning, !refused.contains("reasoning_content") { message["reasoning_content"] = .string(reasoning) }
        message["name"] = role == .tool ? nil : name.map { .string($0) }
        if !toolCalls.isEmpty {
            message["tool_calls"] = .array(
                toolCalls.map { call in
                    [
                        "id": .string(call.id), "type": "function",
                        "function": ["name": .string(call.name), "arguments": .string(call.arguments)],
                    ]
                }
            )
        }
        message["tool_call_id"] = toolCallID.map { .string($0) }
        return .object(message)
    }
}

extension ToolSpec {
    fileprivate var upstreamJSON: JSON {
        var function = JSON.Object([("name", .string(name))])
        function["description"] = summary.map { .string($0) }
        function["parameters"] = parameters ?? ["type": "object", "properties": .object(JSON.Object())]
        return ["type": "function", "function": .object(function)]
    }
}
