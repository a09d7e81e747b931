package import SwarmCore

/// Counts the candidates of one request as they end, and says when and how the vote is decided.
///
/// A pure state machine: the owner feeds it and acts on `decision`. Whatever the order in which candidates end, the
/// winning key is the same; its cluster is represented by the member with the lowest index that had ended.
package struct Tally: Sendable {
    /// What the owner is to do.
    package enum Decision: Sendable, Equatable {
        /// Wait for more candidates; when `isExhausted`, there are none to wait for and the request failed.
        case undecided
        /// Answer with the winner and cancel what still runs.
        case locked(Verdict)
        /// Generate more candidates before deciding.
        case escalate(EscalationPlan)
    }

    /// Stays `locked` once it is; what ends later does not count.
    package private(set) var decision = Decision.undecided
    /// Why the candidate lost last was lost.
    package private(set) var failure: SourceError?

    private let classifier: Classifier
    private let requested: Set<CandidateID>
    private var votes: [Vote] = []
    private var lost: Set<CandidateID> = []

    /// Begins a vote among all `candidates` that were asked for, whether they run already or not.
    package init(request: ChatRequest, candidates: [CandidateID]) {
        classifier = Classifier(request: request)
        requested = Set(candidates)
    }

    /// Takes a candidate that ended by itself.
    ///
    /// One that was not asked for, or has ended before, is ignored.
    package mutating func record(_ candidate: Candidate) {
        guard isOutstanding(candidate.id) else { return }
        votes.append(Vote(candidate, classifier: classifier))
        decide()
    }

    /// Takes note that a candidate will never end by itself.
    ///
    /// The vote goes on without it.
    package mutating func lose(_ id: CandidateID, because error: SourceError) {
        guard isOutstanding(id) else { return }
        lost.insert(id)
        failure = error
        decide()
    }

    /// Every candidate was lost: there is nothing to answer with, and `failure` says why.
    package var isExhausted: Bool { votes.isEmpty && outstanding == 0 }

    /// The candidate to answer with, once that is decided.
    package var winner: Candidate? {
        guard case .locked(let verdict) = decision else { return nil }
        return votes.first { $0.candidate.id == verdict.winner }?.candidate
    }

    /// The verdict on a recorded ballot, counted in full.
    ///
    /// - Returns: `nil` for an empty ballot.
    package static func replay(_ ballot: Ballot, request: ChatRequest) -> Verdict? {
        var tally = Tally(request: request, candidates: ballot.candidates.map(\.id))
        tally.votes = ballot.candidates.map { Vote($0, classifier: tally.classifier) }
        tally.decide()
        guard case .locked(let verdict) = tally.decision else { return nil }
        return verdict
    }

    private var outstanding: Int { requested.count - votes.count - lost.count }

    private func isOutstanding(_ id: CandidateID) -> Bool {
        guard case .undecided = decision else { return false }
        return requested.contains(id) && !lost.contains(id) && !votes.contains { $0.candidate.id == id }
    }

    private mutating func decide() {
        guard let standing = Standing(votes), standing.isSettled(outstanding: outstanding) else { return }
        let selection = Selection(standing, isOnly: votes.count == 1 && outstanding == 0)
        let report = Explanation(standing: standing, selection: selection)
            .report(requested: requested.count, finished: votes.count, lost: lost.count)
        decision = .locked(Verdict(winner: selection.winner.candidate.id, report: report))
    }
}

/// More candidates, because those there are do not decide.
package struct EscalationPlan: Sendable, Equatable {
    /// How many to generate; at least 1.
    package var additional: Int
    /// Why, for the log.
    package var reason: String

    package init(additional: Int, reason: String) {
        self.additional = additional
        self.reason = reason
    }
}
