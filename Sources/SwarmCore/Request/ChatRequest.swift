/// One request for an answer.
///
/// Nothing past the wire formats knows which of them it came from.
package struct ChatRequest: Sendable, Equatable {
    /// What the answer follows.
    package enum Input: Sendable, Equatable {
        /// Turns that the model's own chat template renders.
        case conversation([Message])
        /// Text that is continued as it stands, without a template.
        case completion(CompletionPrompt)
    }

    package var id: RequestID
    /// The model the client asked for; `nil` takes whatever is loaded.
    package var model: ModelID?
    package var input: Input
    package var tools: [ToolSpec]
    package var toolChoice: ToolChoice
    package var parallelToolCalls: Bool
    package var responseFormat: ResponseFormat
    package var sampling: Sampling
    package var limits: Limits
    package var policy: SwarmPolicy
    package var vote: VoteOptions
    package var session: SessionKey?
    /// How a conversation that is too long is made to fit; `nil` takes the server's setting.
    package var contextMode: ContextMode?
    /// Whether the server's own tools are wanted; `nil` leaves it to the rule.
    package var toolsWish: ToolsWish?
    /// The folder of the workspace that the server's tools start from; `nil` is the workspace itself.
    package var folder: String?
    /// Extra variables for the chat template, such as `enable_thinking`.
    package var templateArguments: [String: JSON]

    package init(
        id: RequestID,
        model: ModelID? = nil,
        messages: [Message],
        tools: [ToolSpec] = [],
        toolChoice: ToolChoice = .auto,
        parallelToolCalls: Bool = false,
        responseFormat: ResponseFormat = .text,
        sampling: Sampling = Sampling(),
        limits: Limits = Limits(),
        policy: SwarmPolicy = .vote(candidates: nil),
        vote: VoteOptions = VoteOptions(),
        session: SessionKey? = nil,
        contextMode: ContextMode? = nil,
        toolsWish: ToolsWish? = nil,
        folder: String? = nil,
        templateArguments: [String: JSON] = [:]
    ) {
        self.id = id
        self.model = model
        self.input = .conversation(messages)
        self.tools = tools
        self.toolChoice = toolChoice
        self.parallelToolCalls = parallelToolCalls
        self.responseFormat = responseFormat
        self.sampling = sampling
        self.limits = limits
        self.policy = policy
        self.vote = vote
        self.session = session
        self.contextMode = contextMode
        self.toolsWish = toolsWish
        self.folder = folder
        self.templateArguments = templateArguments
    }

    /// The turns of a conversation; a completion has none.
    package var messages: [Message] {
        get { if case .conversation(let messages) = input { messages } else { [] } }
        set { input = .conversation(newValue) }
    }

    /// What is continued without a template; `nil` for a conversation.
    package var completion: CompletionPrompt? {
        if case .completion(let prompt) = input { prompt } else { nil }
    }
}

/// How many candidates, and whether they are voted on.
package enum SwarmPolicy: Sendable, Equatable {
    /// A vote over this many candidates; `nil` takes the server's default. One candidate is a plain server.
    case vote(candidates: Int?)
    /// OpenAI's `n`: every candidate is returned as a choice of its own, no vote.
    case choices(Int)
}

/// How tokens are drawn.
///
/// `nil` means the model's own recommendation, then the engine's default.
package struct Sampling: Sendable, Equatable {
    /// 0 is greedy.
    ///
    /// Range 0…2.
    package var temperature: Double?
    /// Keep the k likeliest tokens; 0 keeps all.
    package var topK: Int?
    /// Keep the smallest set of tokens with this probability mass.
    ///
    /// Range 0…1; 1 keeps all.
    package var topP: Double?
    /// Keep tokens at least this likely relative to the likeliest.
    ///
    /// Range 0…1; 0 keeps all.
    package var minP: Double?
    /// Divides the logit of tokens seen recently; 1 is off.
    package var repeatPenalty: Double?
    /// OpenAI's, range −2…2; 0 is off.
    package var presencePenalty: Double?
    /// OpenAI's, range −2…2; 0 is off.
    package var frequencyPenalty: Double?
    /// Added to the logits of single tokens, by token id.
    package var logitBias: [Int32: Double]
    /// Same seed, same request, swarm of one: same text.
    package var seed: UInt64?
    /// How many alternatives to report per token; `nil` reports no log-probabilities at all.
    ///
    /// Range 0…20.
    package var topLogprobs: Int?

    package init(
        temperature: Double? = nil,
        topK: Int? = nil,
        topP: Double? = nil,
        minP: Double? = nil,
        repeatPenalty: Double? = nil,
        presencePenalty: Double? = nil,
        frequencyPenalty: Double? = nil,
        logitBias: [Int32: Double] = [:],
        seed: UInt64? = nil,
        topLogprobs: Int? = nil
    ) {
        self.temperature = temperature
        self.topK = topK
        self.topP = topP
        self.minP = minP
        self.repeatPenalty = repeatPenalty
        self.presencePenalty = presencePenalty
        self.frequencyPenalty = frequencyPenalty
        self.logitBias = logitBias
        self.seed = seed
        self.topLogprobs = topLogprobs
    }
}

/// When an answer ends, apart from the model's own end.
package struct Limits: Sendable, Equatable {
    /// At most this many generated tokens per candidate; `nil` means as many as fit.
    package var maxTokens: Int?
    /// The answer ends before any of these strings; they may span tokens.
    package var stop: [String]

    package init(maxTokens: Int? = nil, stop: [String] = []) {
        self.maxTokens = maxTokens
        self.stop = stop
    }
}
