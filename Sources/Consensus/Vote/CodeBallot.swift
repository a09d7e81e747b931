import SwarmCore

/// What there is to find out about the programs of a ballot.
enum CodeBallot {
    /// Programs, examples, tests and calls to run.
    ///
    /// - Parameter tests: of unknown truth, that came with the request; those the candidates carry are added.
    /// - Returns: `nil` when the leading votes are not programs in a language that can be examined.
    static func examination(
        of standing: Standing,
        messages: [Message],
        tests: [String],
        rules: VoteRules
    ) -> CodeExamination? {
        let contenders = standing.leaders
        guard standing.kind == .code, standing.flaw.mayVote, contenders.count > 1 else { return nil }
        let programs = contenders.compactMap { vote -> (id: CandidateID, program: Vote.Program)? in
            guard case .code(let program) = vote.substance, program.patch == nil else { return nil }
            return (vote.candidate.id, program)
        }
        let languages = Dictionary(grouping: programs) { $0.program.language.rawValue }
        guard
            let language = languages.max(by: { ($0.value.count, $1.key) < ($1.value.count, $0.key) })?.key,
            rules.parsable.contains(language), languages[language]?.count ?? 0 > 1
        else { return nil }

        let canRun = rules.runnable.contains(language)
        let asked = canRun ? PromptTests(messages: messages, language: language) : PromptTests(messages: [])
        let given = SelfTests(assertions: canRun ? tests : [], entry: asked.entry)
        let own = SelfTests(
            answers: canRun ? contenders.map(\.candidate.answer.content) : [],
            entry: asked.entry
        )
        return CodeExamination(
            language: language,
            programs: programs.filter { $0.program.language.rawValue == language }.map { id, program in
                CodeExamination.Program(id: id, code: program.code, mayRun: rules.mayRun(id.source))
            },
            examples: asked.examples,
            tests: (given.tests + own.tests).uniqued(),
            calls: (asked.calls + given.calls + own.calls).uniqued().prefix(maximumCalls).map { $0 }
        )
    }

    /// A few inputs are nearly as good as many (research: three inputs give most of the gain of ten).
    private static let maximumCalls = 10
}

extension Sequence where Element: Hashable {
    /// Each element once, in the order of first occurrence.
    func uniqued() -> [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
