package import SwarmCore

extension Probe {
    /// What a sandbox must find out to judge answers that are programs; `nil` for other probes.
    ///
    /// The program of answer i has the identifier `programID(i)`; its tests count as examples, for what they say is true.
    package func examination(of answers: [ParsedAnswer], mayRun: Bool = true) -> CodeExamination? {
        guard case .tests(let entry, let tests) = expectation else { return nil }
        let programs = answers.enumerated().map { index, answer in
            let code = Probe.program(in: answer.content, entry: entry)
            return CodeExamination.Program(id: Probe.programID(index), code: code, mayRun: mayRun)
        }
        return CodeExamination(language: "python", programs: programs, examples: tests.map { .assertion($0) })
    }

    /// The identifier of the program of the answer with this index.
    package static func programID(_ index: Int) -> CandidateID {
        CandidateID(source: SourceID(rawValue: "probe"), index: index)
    }

    /// Whether a program was run and passed all tests of this probe.
    package func isRight(_ finding: CodeEvidence.Finding?) -> Bool {
        guard case .tests(_, let tests) = expectation, let finding else { return false }
        return finding.passedExamples.count == tests.count && finding.passedExamples.allSatisfy(\.self)
    }

    /// The Python code of an answer: its first fenced block that defines `entry`, else all blocks in order; the whole
    /// answer when it has no fence.
    static func program(in content: String, entry: String?) -> String {
        var blocks: [String] = []
        var isOpen = false
        for line in content.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            if line.drop(while: { $0 == " " }).hasPrefix("```") {
                isOpen.toggle()
                if isOpen { blocks.append("") }
            } else if isOpen {
                blocks[blocks.count - 1] += line + "\n"
            }
        }
        guard !blocks.isEmpty else { return content }
        let defining = entry.flatMap { entry in blocks.first { $0.contains("def \(entry)(") } }
        return defining ?? blocks.joined(separator: "\n")
    }
}
