/// What kind of answer the candidates give; votes compare like with like.
package enum TurnKind: String, Sendable, CaseIterable {
    case toolCall = "tool_call"
    case json
    case number
    case choice
    case short
    case code
    case prose
}

/// The winner of a ballot and everything there is to say about why.
package struct Verdict: Sendable, Equatable {
    package var winner: CandidateID
    /// What to answer instead of the winner's own answer, when it was put together from several candidates.
    package var synthesis: ParsedAnswer?
    package var report: VoteReport

    package init(winner: CandidateID, synthesis: ParsedAnswer? = nil, report: VoteReport) {
        self.winner = winner
        self.synthesis = synthesis
        self.report = report
    }
}

/// Why an answer was chosen, in the client's terms.
///
/// Shares are of the weight of the candidates that could vote, 0…1.
package struct VoteReport: Sendable, Equatable {
    /// How the winner was found.
    package enum Method: String, Sendable, CaseIterable {
        /// There was one candidate only.
        case single
        /// The most frequent canonical answer.
        case plurality
        /// The candidate most like all others.
        case medoid
        /// Of JSON answers that all differ, the one closest to the majority of their leaves.
        case leaves
        /// The programs that pass the examples of the prompt, or the most of them.
        case examples
        /// The program whose outputs most others share.
        case outputs
        /// The group of programs that passes the same tests, by size and tests passed.
        case tests
        /// Put together from several candidates.
        case synthesis
        /// The candidate whose text was already shown.
        case leader
        /// The heuristic of the strategy `quality`.
        case quality
        /// The candidate that ended first.
        case fastest
        /// The candidate the model was surest of.
        case confidence
        /// Nothing could be compared: the first usable candidate in order.
        case fallback
    }

    /// Why no more candidates were waited for.
    package enum Stop: String, Sendable, CaseIterable {
        /// The lead exceeded everything that could still come in.
        case lead
        /// The lead was safe with a probability of 0.95 (Beta rule).
        case beta
        /// Enough of the first candidates agreed, so that no more were asked for.
        case agreed
        /// The answer being shown had ended.
        case leader
        /// Every candidate had ended.
        case complete
    }

    /// Candidates that gave the same answer.
    package struct Cluster: Sendable, Equatable {
        /// The canonical answer they share; empty where answers have no key.
        package var key: String
        package var votes: Int
        package var share: Double
        /// Indices of its candidates, ascending.
        package var members: [Int]

        package init(key: String, votes: Int, share: Double, members: [Int]) {
            self.key = key
            self.votes = votes
            self.share = share
            self.members = members
        }
    }

    package var kind: TurnKind
    package var strategy: VoteStrategy
    package var method: Method
    package var stop: Stop
    /// How many candidates were asked for, escalations included.
    package var requested: Int
    /// How many ended by themselves.
    package var finished: Int
    /// How many of those could vote: complete, parsed, not degenerate.
    package var valid: Int
    /// How many were stopped because the vote could no longer change.
    package var cancelled: Int
    /// How many were never generated or were lost, for lack of memory or by an error.
    package var lost: Int
    /// How often more candidates were asked for because those there were did not decide.
    package var escalations: Int
    /// Share of the valid votes in the winning cluster, or the winner's mean similarity for a medoid.
    package var agreement: Double
    /// Distance in share between the two best clusters; for a medoid, in mean similarity to the runner-up.
    package var margin: Double
    /// Discrete semantic entropy over the clusters, in nats; 0 when all agree (Farquhar and others, Nature 2024).
    package var entropy: Double
    /// The winner changes something and too few agreed on it: the first candidate was taken as it stood.
    package var isLowAgreement: Bool
    /// Best first.
    package var clusters: [Cluster]
    /// One line on what the others said; `nil` when all agree.
    package var dissent: String?

    package init(
        kind: TurnKind,
        strategy: VoteStrategy = .auto,
        method: Method,
        stop: Stop,
        requested: Int,
        finished: Int,
        valid: Int,
        cancelled: Int,
        lost: Int,
        escalations: Int = 0,
        agreement: Double,
        margin: Double,
        entropy: Double = 0,
        isLowAgreement: Bool = false,
        clusters: [Cluster],
        dissent: String? = nil
    ) {
        self.kind = kind
        self.strategy = strategy
        self.method = method
        self.stop = stop
        self.requested = requested
        self.finished = finished
        self.valid = valid
        self.cancelled = cancelled
        self.lost = lost
        self.escalations = escalations
        self.agreement = agreement
        self.margin = margin
        self.entropy = entropy
        self.isLowAgreement = isLowAgreement
        self.clusters = clusters
        self.dissent = dissent
    }
}
