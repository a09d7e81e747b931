package import SwarmCore

/// An examiner that finds what a script says, and keeps what it was asked.
package struct ScriptedExaminer: CodeExaminer {
    /// What happened so far.
    package struct Record: Sendable {
        /// In the order in which they began.
        package var examinations: [CodeExamination] = []
        /// How many were cancelled before their evidence came.
        package var cancelled = 0
    }

    package let runnable: Set<String>
    package let parsable: Set<String>
    package let record = Observed(Record())
    private let gate: Gate?
    private let find: @Sendable (CodeExamination.Program, CodeExamination) -> CodeEvidence.Finding

    /// - Parameters:
    ///   - parsable: languages it can check beside those it can run.
    ///   - gate: evidence comes once it is open; `nil` gives it at once.
    ///   - find: what is found out about one program of an examination.
    package init(
        runnable: Set<String> = ["python"],
        parsable: Set<String> = [],
        gate: Gate? = nil,
        find: @escaping @Sendable (CodeExamination.Program, CodeExamination) -> CodeEvidence.Finding = { _, _ in
            CodeEvidence.Finding()
        }
    ) {
        self.runnable = runnable
        self.parsable = parsable.union(runnable)
        self.gate = gate
        self.find = find
    }

    package func examine(_ examination: CodeExamination) async -> CodeEvidence {
        record.change { $0.examinations.append(examination) }
        await gate?.passed()
        if Task.isCancelled {
            record.change { $0.cancelled += 1 }
            return CodeEvidence()
        }
        let findings = examination.programs.map { ($0.id, find($0, examination)) }
        return CodeEvidence(Dictionary(findings) { first, _ in first })
    }
}
