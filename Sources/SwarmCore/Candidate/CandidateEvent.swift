/// What happens to one candidate, in order: phases and text, then exactly one end (`finished` or `failed`).
package enum CandidateEvent: Sendable, Equatable {
    case phase(Phase)
    /// How likely the tokens of the prompt were, for a completion that echoes them: told of the first candidate only.
    ///
    /// The first token has no probability: not a number.
    case prompt([TokenScore])
    /// Generated text; always whole Unicode scalars, stop strings removed.
    case text(TextDelta)
    case finished(Outcome)
    case failed(SourceError)

    package var isEnd: Bool {
        switch self {
        case .finished, .failed: true
        case .phase, .prompt, .text: false
        }
    }
}

/// An event with the candidate it belongs to.
package struct CandidateUpdate: Sendable, Equatable {
    package var candidate: CandidateID
    package var event: CandidateEvent

    package init(candidate: CandidateID, event: CandidateEvent) {
        self.candidate = candidate
        self.event = event
    }
}

/// What a request waits for before its text comes.
package enum Phase: Sendable, Equatable {
    /// Waiting for memory, with this many requests ahead.
    case queued(ahead: Int)
    /// The prompt is being read.
    case prefilling(done: Int, of: Int)
    /// Candidates are being generated; `ready` of `of` have ended.
    case voting(ready: Int, of: Int)
    /// Tools of the server run; the name of one of them.
    case working(tool: String)
}

/// A piece of generated text with the tokens it came from.
///
/// Pieces held back for a stop string come with a later delta.
package struct TextDelta: Sendable, Equatable {
    /// What a piece is part of.
    package enum Channel: Sendable, Equatable {
        /// Of what the rendering model writes, markup included: its own reader takes it apart.
        case markup
        /// Of the content, where a source hands answers over taken apart.
        case content
        /// Of the reasoning, taken apart.
        case reasoning
        /// Of the arguments of a call, taken apart; calls are numbered from 0, and the first piece of each names it.
        case call(index: Int, name: String)
    }

    package var text: String
    package var tokens: [TokenScore]
    /// All pieces of one candidate are `markup`, or none is.
    package var channel: Channel

    package init(text: String, tokens: [TokenScore] = [], channel: Channel = .markup) {
        self.text = text
        self.tokens = tokens
        self.channel = channel
    }

    /// How many tokens it is; where nothing is known of them, an estimate of one for every four bytes.
    package var tokenCount: Int {
        channel == .markup || !tokens.isEmpty ? tokens.count : (text.utf8.count + 3) / 4
    }
}

/// How likely one generated token was, from the raw logits before any sampling rule.
package struct TokenScore: Sendable, Equatable {
    package var token: Int32
    /// The token's bytes, which need not be whole characters.
    package var bytes: [UInt8]
    /// Natural logarithm of the probability of the chosen token.
    package var logprob: Float
    /// log-sum-exp − mean − log V of the raw logits: higher is surer.
    ///
    /// Kang and others 2025, arXiv 2502.18581, there called self-certainty.
    package var selfCertainty: Float
    /// The likeliest tokens, best first, when the request asked for them.
    package var alternatives: [Alternative]

    package struct Alternative: Sendable, Equatable {
        package var token: Int32
        package var bytes: [UInt8]
        package var logprob: Float

        package init(token: Int32, bytes: [UInt8], logprob: Float) {
            self.token = token
            self.bytes = bytes
            self.logprob = logprob
        }
    }

    package init(token: Int32, bytes: [UInt8], logprob: Float, selfCertainty: Float, alternatives: [Alternative] = []) {
        self.token = token
        self.bytes = bytes
        self.logprob = logprob
        self.selfCertainty = selfCertainty
        self.alternatives = alternatives
    }
}

/// How a candidate ended by itself.
package struct Outcome: Sendable, Equatable {
    package var reason: FinishReason
    package var usage: Usage

    package init(reason: FinishReason, usage: Usage) {
        self.reason = reason
        self.usage = usage
    }
}

/// Why generation ended.
package enum FinishReason: String, Sendable, CaseIterable {
    /// The model's own end, or a stop string.
    case stop
    /// The token limit or the end of the context.
    case length
    /// The model called tools.
    case toolCalls = "tool_calls"
}

/// Token counts of one candidate or one answer.
package struct Usage: Sendable, Equatable {
    package var promptTokens: Int
    package var completionTokens: Int
    /// Prompt tokens that were already in the engine's memory and were not decoded again.
    package var cachedTokens: Int
    /// Completion tokens spent on reasoning.
    package var reasoningTokens: Int

    package init(promptTokens: Int = 0, completionTokens: Int = 0, cachedTokens: Int = 0, reasoningTokens: Int = 0) {
        self.promptTokens = promptTokens
        self.completionTokens = completionTokens
        self.cachedTokens = cachedTokens
        self.reasoningTokens = reasoningTokens
    }
}

/// Why a source could not finish a candidate.
///
/// Losing one never fails the request while another lives.
package enum SourceError: Error, Sendable, Equatable {
    /// There was memory for fewer candidates than asked for; this one was not started or was given up.
    case shed
    /// No memory, and the waiting line is full.
    case saturated(retryAfterSeconds: Int)
    /// The prompt does not fit the context, in tokens.
    case contextLength(needed: Int, limit: Int)
    /// Something the client sent means nothing to this model; `parameter` names the field of the request.
    case unusable(parameter: String, reason: String)
    /// The constraint on the answer could not be used.
    case grammar(String)
    /// The engine is shutting down or the request was cancelled.
    case cancelled
    /// The backend failed; the text says how.
    case backend(String)
}

extension SourceError {
    /// In a line, for reports, logs and other nodes.
    package var reason: String {
        switch self {
        case .shed: "there was no memory for it"
        case .saturated: "it is busy"
        case .contextLength(let needed, let limit): "\(needed) tokens do not fit its context of \(limit)"
        case .unusable(let parameter, let reason): "\(parameter): \(reason)"
        case .grammar(let reason), .backend(let reason): reason
        case .cancelled: "it was stopped"
        }
    }
}
