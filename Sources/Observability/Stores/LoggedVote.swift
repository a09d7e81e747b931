package import SwarmCore

/// One vote as it is kept: enough to explain it and to replay it.
package struct LoggedVote: Sendable, Equatable {
    /// The request's id.
    package var id: String
    /// Unix time of the decision in seconds.
    package var at: Int
    package var model: String
    /// SHA-256 of the rendered prompt, 64 hexadecimal digits.
    package var promptHash: String
    /// `nil` unless the operator wants text to be kept; so are `tools`.
    package var prompt: String?
    /// The tools offered, as the client wrote them.
    package var tools: JSON?
    package var kind: TurnKind
    /// Index of the winning candidate.
    package var winner: Int
    /// The `swarm` object of the reply.
    package var report: JSON
    /// An array of objects with `text` or `tool_calls`, `logprob`, `self_certainty`, `source` and `finish`.
    ///
    /// The report counts candidates by their place in it, unless an object has its own `index`.
    package var candidates: JSON

    package init(
        id: String,
        at: Int,
        model: String,
        promptHash: String,
        prompt: String? = nil,
        tools: JSON? = nil,
        kind: TurnKind,
        winner: Int,
        report: JSON,
        candidates: JSON
    ) {
        self.id = id
        self.at = at
        self.model = model
        self.promptHash = promptHash
        self.prompt = prompt
        self.tools = tools
        self.kind = kind
        self.winner = winner
        self.report = report
        self.candidates = candidates
    }

    /// The vote as `swarm vote` reads it: `{"id", "prompt"?, "tools"?, "candidates"}`.
    ///
    /// Without the kind that won: a replay is to find it again.
    package var replay: JSON {
        var object = JSON.Object([(key: "id", value: .string(id))])
        object["prompt"] = prompt.map { .string($0) }
        object["tools"] = tools
        object["candidates"] = candidates
        return .object(object)
    }
}

/// The figures of one logged vote for a table; `nil` where its report does not say.
package struct VoteSummary: Sendable, Equatable {
    package var id: String
    /// Unix time of the decision in seconds.
    package var at: Int
    package var kind: TurnKind
    package var method: String?
    /// Votes for the winning answer.
    package var votes: Int?
    /// Candidates that could vote.
    package var valid: Int?
    /// Share of the valid votes, or mean similarity, 0…1.
    package var agreement: Double?
    package var stop: String?
    /// Candidates asked for.
    package var candidates: Int?
    /// Tokens of all candidates.
    package var tokens: Int?

    /// - Parameter report: the `swarm` object of the reply.
    package init(id: String, at: Int, kind: TurnKind, report: JSON) {
        self.id = id
        self.at = at
        self.kind = kind
        method = report["method"]?.stringValue
        votes = report["clusters"]?.arrayValue?.first?["votes"]?.intValue
        valid = report["n_valid"]?.intValue
        agreement = report["agreement"]?.doubleValue
        stop = report["stop"]?.stringValue
        candidates = report["n_requested"]?.intValue
        tokens = report["tokens_total"]?.intValue
    }
}
