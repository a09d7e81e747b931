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
    package var report: VoteReport

    package init(winner: CandidateID, report: VoteReport) {
        self.winner = winner
        self.report = report
    }
}

/// Why an answer was chosen, in the client's terms.
///
/// Shares are of the candidates that could vote, 0…1.
package struct VoteReport: Sendable, Equatable {
    /// How the winner was found.
    package enum Method: String, Sendable, CaseIterable {
        /// There was one candidate only.
        case single
        /// Plurality over canonical keys.
        case plurality
        /// The candidate most like all others, by chrF.
        case medoid
        /// Nothing could be compared: the first usable candidate in order.
        case fallback
    }

    /// Why no more candidates were waited for.
    package enum Stop: String, Sendable, CaseIterable {
        /// The lead exceeded everything that could still come in.
        case lead
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
    package var method: Method
    package var stop: Stop
    /// How many candidates were asked for.
    package var requested: Int
    /// How many ended by themselves.
    package var finished: Int
    /// How many of those could vote: complete, parsed, not degenerate.
    package var valid: Int
    /// How many were stopped because the vote could no longer change.
    package var cancelled: Int
    /// How many were never generated or were lost, for lack of memory or by an error.
    package var lost: Int
    /// Share of the valid votes in the winning cluster, or the winner's mean similarity for a medoid.
    package var agreement: Double
    /// Distance in share between the two best clusters; for a medoid, in mean similarity to the runner-up.
    package var margin: Double
    /// Best first.
    package var clusters: [Cluster]
    /// One line on what the others said; `nil` when all agree.
    package var dissent: String?

    package init(
        kind: TurnKind,
        method: Method,
        stop: Stop,
        requested: Int,
        finished: Int,
        valid: Int,
        cancelled: Int,
        lost: Int,
        agreement: Double,
        margin: Double,
        clusters: [Cluster],
        dissent: String? = nil
    ) {
        self.kind = kind
        self.method = method
        self.stop = stop
        self.requested = requested
        self.finished = finished
        self.valid = valid
        self.cancelled = cancelled
        self.lost = lost
        self.agreement = agreement
        self.margin = margin
        self.clusters = clusters
        self.dissent = dissent
    }
}
