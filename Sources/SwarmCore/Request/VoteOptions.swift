/// How the candidates of one request are voted on and shown; `nil` takes the server's setting.
package struct VoteOptions: Sendable, Equatable {
    package var strategy: VoteStrategy?
    package var streaming: StreamingPolicy?
    /// The same seed gives the same answer: the request runs alone, its prompt is read afresh, and nothing is decided before
    /// every candidate has ended.
    package var isStrict: Bool?

    package init(strategy: VoteStrategy? = nil, streaming: StreamingPolicy? = nil, isStrict: Bool? = nil) {
        self.strategy = strategy
        self.streaming = streaming
        self.isStrict = isStrict
    }
}

/// How a winner is found.
package enum VoteStrategy: String, Sendable, CaseIterable {
    /// By the rules for the kind of answer; the default.
    case auto
    /// The most frequent canonical answer, text for text where there is no key.
    case majority
    /// The candidate most like all others, by chrF.
    case similarity
    /// The best by a heuristic: ended by itself, sound, neither very short nor repetitive. It knows nothing of truth.
    case quality
    /// The candidate that ended first.
    case fastest
    /// The candidate the model was surest of, by mean self-certainty, else by mean log-probability.
    case bestOfN = "best_of_n"
    /// The most frequent canonical answer, each source's votes counted by its measured reliability.
    case weightedVote = "weighted_vote"
    /// The first candidate in order that can be used at all.
    case firstValid = "first_valid"
}

/// What a client sees of a vote while it runs.
///
/// Whatever the policy, nothing that was sent is taken back.
package enum StreamingPolicy: String, Sendable, CaseIterable {
    /// Nothing before the decision, then the winner at once.
    case burst
    /// One candidate as it is generated; the others check that it is of the structure most of them have.
    case leader
    /// The reasoning of one candidate as it is generated, then the winner's answer at once.
    case reasoningLeader = "reasoning_leader"
}
