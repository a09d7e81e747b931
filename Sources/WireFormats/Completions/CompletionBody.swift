package import SwarmCore

/// A decoded body of `POST /v1/completions`: a request for each prompt, and how the reply is to be written.
package struct CompletionBody: Sendable, Equatable {
    /// One for each prompt, in their order, at least one; they differ in nothing but prompt and id.
    package var requests: [ChatRequest]
    package var stream: Bool
    /// A stream ends with a chunk of token counts.
    package var includeUsage: Bool

    /// How many choices each prompt has in the reply.
    package var choicesPerPrompt: Int {
        if case .choices(let count)? = requests.first?.policy { count } else { 1 }
    }

    /// What is continued, in its order.
    package var prompts: [CompletionPrompt] { requests.compactMap(\.completion) }

    /// Each choice begins with its prompt.
    package var echoes: Bool { prompts.contains(where: \.echoes) }

    /// Log-probabilities are part of the reply.
    package var wantsLogprobs: Bool { requests.contains { $0.sampling.topLogprobs != nil } }

    package init(requests: [ChatRequest], stream: Bool = false, includeUsage: Bool = false) {
        self.requests = requests
        self.stream = stream
        self.includeUsage = includeUsage
    }
}

extension CompletionBody {
    /// Most prompts in one body.
    private static let mostPrompts = 128

    /// Decodes a body.
    ///
    /// Unknown fields are skipped, and `null` counts as absent.
    /// - Parameter id: of the first prompt's request; the others get `-1`, `-2` and so on behind it.
    /// - Throws: `malformedJSON`, or `invalidParameter` with the path of the field that is wrong.
    package static func decode(_ body: [UInt8], id: RequestID) throws(WireError) -> CompletionBody {
        let body = try Field.body(body)
        let echoes = try body["echo"].bool() ?? false
        let suffix = try body["suffix"].string()
        var sampling = try ChatSampling.draws(body)
        sampling.topLogprobs = try body["logprobs"].integer(in: 0...20)
        let common = try request(body, sampling: sampling, limits: try limits(body, echoes: echoes))
        let prompts = try sources(body["prompt"]).map { source in
            // Clients that have nothing to fill in send an empty suffix rather than none.
            CompletionPrompt(source, suffix: suffix == "" ? nil : suffix, echoes: echoes)
        }
        let requests = prompts.enumerated().map { place, prompt in
            var request = common
            request.id = place == 0 ? id : RequestID(rawValue: "\(id)-\(place)")
            request.input = .completion(prompt)
            return request
        }
        return CompletionBody(
            requests: requests,
            stream: try body["stream"].bool() ?? false,
            includeUsage: try body["stream_options"].object()?["include_usage"].bool() ?? false
        )
    }

    /// What a request for plain text takes from its body, apart from the text itself.
    static func request(_ body: Field, sampling: Sampling, limits: Limits) throws(WireError) -> ChatRequest {
        let swarm = try SwarmFields.decode(body["swarm"])
        return ChatRequest(
            id: RequestID(rawValue: ""),
            model: try body["model"].string().map(ModelID.init(rawValue:)),
            messages: [],
            sampling: sampling,
            limits: limits,
            policy: try policy(body, candidates: swarm.candidates),
            vote: swarm.vote,
            session: try body["prompt_cache_key"].string().map(SessionKey.init(rawValue:))
        )
    }

    private static func sources(_ field: Field) throws(WireError) -> [CompletionPrompt.Source] {
        guard field.value != nil else { return [.text("")] }
        return try TextInput.list(field, atMost: mostPrompts).map { input in
            switch input {
            case .text(let text): .text(text)
            case .tokens(let tokens): .tokens(tokens)
            }
        }
    }

    /// Whoever echoes may generate nothing: that is how a text is scored.
    private static func limits(_ body: Field, echoes: Bool) throws(WireError) -> Limits {
        guard echoes, body["max_tokens"].value?.intValue == 0 else { return try ChatBody.limits(body) }
        return Limits(maxTokens: 0, stop: try ChatBody.stops(body["stop"]))
    }

    /// One candidate, as plain text has no kind of answer to vote by; `best_of` and `swarm` ask for more.
    private static func policy(_ body: Field, candidates: Int?) throws(WireError) -> SwarmPolicy {
        let policy = try ChatBody.policy(body, candidates: candidates)
        let choices = try body["n"].integer(in: 1...16) ?? 1
        let best = try body["best_of"].integer(in: 1...20)
        if let best, best < choices { throw body["best_of"].wrong("at least n, which is \(choices)") }
        guard choices == 1, body["swarm"].value == nil else { return policy }
        return .vote(candidates: best ?? 1)
    }
}
