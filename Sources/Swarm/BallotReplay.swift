package import Consensus
package import SwarmCore

/// A stored ballot counted again, without a model.
package struct BallotReplay: Sendable {
    /// What the rules make of a ballot.
    package struct Result: Sendable, Equatable {
        /// Counted over all candidates.
        package var verdict: Verdict
        /// How many candidates, in the order of the file, were needed until the vote was decided.
        package var stopIndex: Int
        /// What the vote had come to by then.
        package var early: Verdict
    }

    package let request: ChatRequest
    package let candidates: [Candidate]
    package let tests: [String]

    /// - Parameters:
    ///   - candidates: at least one; index and place are the same.
    ///   - tests: assertions of unknown truth about programs.
    package init(request: ChatRequest, candidates: [Candidate], tests: [String] = []) {
        self.request = request
        self.candidates = candidates
        self.tests = tests
    }

    /// Counts in full, and with candidates arriving one after the other.
    ///
    /// - Parameter examiner: runs programs; `nil` compares them as text.
    /// - Returns: `nil` for an empty ballot.
    package func run(_ rules: VoteRules, examiner: (any CodeExaminer)?) async -> Result? {
        var rules = rules
        rules.widths = [candidates.count]
        rules.mayFork = false
        rules.runnable = examiner?.runnable ?? []
        rules.parsable = examiner?.parsable ?? []
        var full = rules
        full.isStrict = true
        guard let whole = await count(full, examiner: examiner), let early = await count(rules, examiner: examiner)
        else { return nil }
        return Result(verdict: whole.verdict, stopIndex: early.taken, early: early.verdict)
    }

    private func count(
        _ rules: VoteRules,
        examiner: (any CodeExaminer)?
    ) async -> (verdict: Verdict, taken: Int)? {
        var tally = Tally(request: request, candidates: candidates.map(\.id), rules: rules, tests: tests)
        var taken = 0
        for candidate in candidates {
            tally.record(candidate)
            taken += 1
            if case .examine(let examination) = tally.decision {
                tally.learn(await examiner?.examine(examination) ?? CodeEvidence())
            }
            if case .locked(let verdict) = tally.decision { return (verdict, taken) }
        }
        return nil
    }
}
