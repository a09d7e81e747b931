package import SwarmCore

/// More candidates, because those there are do not decide.
package struct EscalationPlan: Sendable, Equatable {
    /// An answer to be continued from its middle, and how often.
    package struct Fork: Sendable, Equatable {
        package var candidate: CandidateID
        package var count: Int

        package init(candidate: CandidateID, count: Int) {
            self.candidate = candidate
            self.count = count
        }
    }

    /// How many to generate from the prompt; 0 when there are forks.
    package var additional: Int
    /// What to continue from its middle instead.
    package var forks: [Fork]
    /// Why, for the log.
    package var reason: String

    package init(additional: Int, forks: [Fork] = [], reason: String) {
        self.additional = additional
        self.forks = forks
        self.reason = reason
    }

    /// How many candidates it asks for in all; at least 1.
    package var count: Int { additional + forks.reduce(0) { $0 + $1.count } }
}

/// Says when the candidates of a round do not decide, and what to do about it.
///
/// More samples while the schedule has further widths; after that, where the answer follows from reasoning, the two best
/// clusters are tried by continuing half of an answer of each (prefix consistency: arXiv 2605.07654).
struct Escalation {
    let rules: VoteRules
    /// Rounds that are over, less one.
    let round: Int
    let hasForked: Bool
    /// Candidates that ended by themselves.
    let votes: Int

    /// Shorter answers than this hold no reasoning that could be tried from its middle, in tokens.
    private static let shortestFork = 32

    func plan(_ standing: Standing, evidence: CodeEvidence?, examination: CodeExamination?) -> EscalationPlan? {
        guard let reason = doubt(standing, evidence: evidence, examination: examination) else { return nil }
        if round + 1 < rules.widths.count {
            return EscalationPlan(additional: max(1, rules.widths[round + 1] - rules.widths[round]), reason: reason)
        }
        guard rules.mayFork, !hasForked, standing.flaw == .none, standing.margin < VoteRules.splitMargin,
            [.number, .choice, .short].contains(standing.kind)
        else { return nil }
        let tried = standing.clusters.prefix(2).compactMap { cluster in
            cluster.members.first { $0.candidate.tokens.count >= Escalation.shortestFork }?.candidate.id
        }
        guard tried.count == 2 else { return nil }
        return EscalationPlan(
            additional: 0,
            forks: tried.map { EscalationPlan.Fork(candidate: $0, count: 2) },
            reason: "still split; continuing half of an answer of each of the two best clusters"
        )
    }

    /// Why a round does not decide; `nil` when it does.
    private func doubt(
        _ standing: Standing,
        evidence: CodeEvidence?,
        examination: CodeExamination?
    ) -> String? {
        if standing.flaw != .none { return "no answer is sound" }
        let agreed = "\(standing.clusters.first?.members.count ?? 0) of \(standing.voters.count) agree"
        if standing.first.kind == .code, standing.first.key == nil {
            guard let examination, let evidence, !examination.examples.isEmpty else { return nil }
            let isPassed = evidence.findings.values.contains { finding in
                !finding.passedExamples.isEmpty && finding.passedExamples.allSatisfy { $0 }
            }
            return isPassed ? nil : "no program passes the examples"
        }
        if standing.kind == .prose { return standing.margin < VoteRules.splitMargin ? agreed : nil }
        if standing.voters.count == 1, votes > 1 { return "only one answer is sound" }
        return standing.share + Standing.tolerance < VoteRules.commitment ? agreed : nil
    }
}
