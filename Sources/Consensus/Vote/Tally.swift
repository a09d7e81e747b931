package import SwarmCore

/// Counts the candidates of one request as they end, and says when and how the vote is decided.
///
/// A pure state machine: the owner feeds it and acts on `decision`. Except for the Beta rule, which is a matter of
/// probability, the order in which candidates end does not change the winning key.
package struct Tally: Sendable {
    /// What the owner is to do.
    package enum Decision: Sendable, Equatable {
        /// Wait for more candidates; when `isExhausted`, there are none to wait for and the request failed.
        case undecided
        /// Answer with the winner and cancel what still runs.
        case locked(Verdict)
        /// Generate more candidates and announce them with `expect`, or call `decline`.
        case escalate(EscalationPlan)
        /// Find out about these programs and call `learn`.
        case examine(CodeExamination)
    }

    /// Stays `locked` once it is; what ends later does not count.
    package private(set) var decision = Decision.undecided
    /// Why the candidate lost last was lost.
    package private(set) var failure: SourceError?

    private let request: ChatRequest
    private let rules: VoteRules
    private let reader: CandidateReader
    private let schema: JSONSchema?
    private let tests: [String]
    private var requested: Set<CandidateID>
    private var votes: [Vote] = []
    private var lost: Set<CandidateID> = []
    private var round = 0
    private var escalations = 0
    private var hasForked = false
    /// Asked for in the last round.
    private var latest: Set<CandidateID> = []
    private var leader: CandidateID?
    private var examination: CodeExamination?
    private var evidence: CodeEvidence?

    /// Begins a vote among all `candidates` that were asked for, whether they run already or not.
    ///
    /// - Parameters:
    ///   - rules: `nil` counts all candidates as one round, with nothing to run.
    ///   - tests: assertions of unknown truth about programs asked for.
    package init(request: ChatRequest, candidates: [CandidateID], rules: VoteRules? = nil, tests: [String] = []) {
        let rules = rules ?? VoteRules(widths: [candidates.count])
        self.request = request
        self.rules = rules
        self.tests = tests
        reader = CandidateReader(request: request, rules: rules)
        if case .jsonSchema(_, let schema) = request.responseFormat {
            self.schema = JSONSchema(schema)
        } else {
            schema = nil
        }
        requested = Set(candidates)
    }

    /// Takes a candidate that ended by itself.
    ///
    /// One that was not asked for, or has ended before, is ignored.
    package mutating func record(_ candidate: Candidate) {
        guard isOutstanding(candidate.id) else { return }
        votes.append(reader.vote(candidate))
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

    /// Takes note that another source generates a candidate in place of one that gave nothing.
    package mutating func replace(_ id: CandidateID, by other: CandidateID) {
        guard isOutstanding(id) else { return }
        requested.remove(id)
        requested.insert(other)
    }

    /// Answers `escalate`: these will be generated.
    package mutating func expect(_ candidates: [CandidateID]) {
        guard case .escalate(let plan) = decision, !candidates.isEmpty else { return }
        if !plan.forks.isEmpty { hasForked = true }
        round += 1
        escalations += 1
        requested.formUnion(candidates)
        latest = Set(candidates)
        decision = .undecided
    }

    /// Answers `escalate`: there will be no more candidates.
    package mutating func decline() {
        guard case .escalate = decision else { return }
        round = rules.widths.count
        hasForked = true
        decision = .undecided
        decide()
    }

    /// Answers `examine`.
    package mutating func learn(_ evidence: CodeEvidence) {
        guard case .examine(let examination) = decision else { return }
        self.examination = examination
        self.evidence = evidence
        decision = .undecided
        decide()
    }

    /// From now on this candidate's text is shown: it wins when it has ended, and the report says what the others came to.
    package mutating func follow(_ leader: CandidateID) { self.leader = leader }

    /// Every candidate was lost: there is nothing to answer with, and `failure` says why.
    package var isExhausted: Bool { votes.isEmpty && outstanding.isEmpty }

    /// The candidate to answer with, once that is decided; a synthesis in place of its own answer.
    package var winner: Candidate? {
        guard case .locked(let verdict) = decision else { return nil }
        var winner = votes.first { $0.candidate.id == verdict.winner }?.candidate
        if let synthesis = verdict.synthesis { winner?.answer = synthesis }
        return winner
    }

    /// The verdict on a recorded ballot, counted in full and without running anything.
    ///
    /// - Returns: `nil` for an empty ballot.
    package static func replay(_ ballot: Ballot, request: ChatRequest, rules: VoteRules? = nil) -> Verdict? {
        var rules = rules ?? VoteRules(widths: [ballot.candidates.count])
        rules.widths = [ballot.candidates.count]
        rules.isStrict = true
        rules.mayFork = false
        var tally = Tally(request: request, candidates: ballot.candidates.map(\.id), rules: rules)
        for candidate in ballot.candidates { tally.record(candidate) }
        if case .examine = tally.decision { tally.learn(CodeEvidence()) }
        guard case .locked(let verdict) = tally.decision else { return nil }
        return verdict
    }

    private var outstanding: Set<CandidateID> { requested.subtracting(lost).subtracting(votes.map(\.candidate.id)) }

    private func isOutstanding(_ id: CandidateID) -> Bool {
        guard case .undecided = decision else { return false }
        return requested.contains(id) && !lost.contains(id) && !votes.contains { $0.candidate.id == id }
    }

    private func standing() -> Standing? {
        let isFlat = rules.strategy == .majority || rules.strategy == .weightedVote
        return Standing(votes, bordaExponent: rules.bordaExponent, isFlat: isFlat)
    }
}

// The decision.
extension Tally {
    private mutating func decide() {
        guard let standing = standing() else { return }
        let outstanding = outstanding
        if let leader {
            guard let vote = votes.first(where: { $0.candidate.id == leader }) else { return }
            let isOnly = votes.count == 1 && requested.count == 1
            var selection = Selection(vote, isOnly ? .single : .leader, agreement: standing.share(of: vote), margin: 0)
            let isVoter = standing.flaw.mayVote && standing.voters.contains { $0.candidate.id == leader }
            if !isVoter, selection.method == .leader {
                selection = Selection(vote, .leader, agreement: 0, margin: 0)
                selection.isLowAgreement = true
            }
            lock(selection, standing: standing, stop: outstanding.isEmpty ? .complete : .leader)
            return
        }
        guard outstanding.isEmpty else {
            if let stop = earlyStop(standing, outstanding) {
                lock(select(standing), standing: standing, stop: stop)
            }
            return
        }
        if rules.strategy == .auto {
            if let wanted = missingEvidence(standing) {
                decision = .examine(wanted)
                return
            }
            // Where all of the last ones were lost, the next would be too.
            if !latest.isEmpty, latest.isSubset(of: lost) { round = max(round, rules.widths.count - 1) }
            if let plan = Escalation(rules: rules, round: round, hasForked: hasForked, votes: votes.count)
                .plan(standing, evidence: evidence, examination: examination)
            {
                decision = .escalate(plan)
                return
            }
        }
        let hasMore = round + 1 < rules.widths.count
        let isAgreed = rules.strategy == .auto && hasMore && standing.kind.isKeyed && votes.count > 1
        lock(select(standing), standing: standing, stop: isAgreed ? .agreed : .complete)
    }

    /// Whether the vote can end although candidates still run.
    private func earlyStop(_ standing: Standing, _ outstanding: Set<CandidateID>) -> VoteReport.Stop? {
        guard !rules.isStrict else { return nil }
        let weight = outstanding.sorted().reduce(0) { $0 + rules.weight(of: $1.source) }
        switch rules.strategy {
        case .fastest: return standing.flaw == .none ? .lead : nil
        case .firstValid:
            let first = standing.voters[0]
            return standing.flaw == .none && outstanding.allSatisfy { first.candidate.id.isBefore($0) } ? .lead : nil
        case .similarity, .quality, .bestOfN: return nil
        case .majority, .weightedVote: return standing.isSettled(outstanding: weight) ? .lead : nil
        case .auto: break
        }
        let stop: VoteReport.Stop
        if standing.isSettled(outstanding: weight) {
            stop = .lead
        } else if rules.usesBeta, requested.count >= VoteRules.beta.from, votes.count >= VoteRules.beta.after,
            standing.flaw == .none, standing.kind.isKeyed, standing.leadProbability >= VoteRules.beta.probability
        {
            stop = .beta
        } else {
            return nil
        }
        // What still runs may not turn a decided round into one that asks for more, or a clear majority into a doubtful one.
        let certain = standing.leaders.reduce(0) { $0 + $1.weight }
        let worst = certain / (standing.total + weight)
        if round + 1 < rules.widths.count, worst < VoteRules.commitment || standing.voters.count == 1 { return nil }
        if case .calls(let shape) = standing.first.substance, shape.isDestructive, worst < VoteRules.destructiveShare {
            return nil
        }
        return stop
    }

    /// What has to be found out about programs before they can be compared.
    private func missingEvidence(_ standing: Standing) -> CodeExamination? {
        guard !rules.parsable.isEmpty,
            let wanted = CodeBallot.examination(of: standing, messages: request.messages, tests: tests, rules: rules),
            wanted != examination
        else { return nil }
        return wanted
    }

    private func select(_ standing: Standing) -> Selection {
        switch rules.strategy {
        case .auto:
            Selection.auto(
                standing,
                isOnly: votes.count == 1 && outstanding.isEmpty,
                shapes: reader.shapes,
                schema: schema,
                evidence: evidence
            )
        case .majority, .weightedVote: Selection.plurality(standing)
        case .similarity: Selection.similarity(standing)
        case .quality: Selection.quality(standing)
        case .fastest: Selection.fastest(standing)
        case .bestOfN: Selection.confidence(standing)
        case .firstValid: Selection.firstValid(standing)
        }
    }

    private mutating func lock(_ selection: Selection, standing: Standing, stop: VoteReport.Stop) {
        var report = Explanation(standing: standing, selection: selection)
            .report(requested: requested.count, finished: votes.count, lost: lost.count)
        report.strategy = rules.strategy
        report.stop = stop
        report.escalations = escalations
        decision = .locked(
            Verdict(winner: selection.winner.candidate.id, synthesis: selection.synthesis, report: report)
        )
    }
}
