/// Programs of one ballot and what to find out about them.
///
/// Only an examiner with a sandbox runs any of it.
package struct CodeExamination: Sendable, Equatable {
    /// One candidate's program.
    package struct Program: Sendable, Equatable {
        package var id: CandidateID
        package var code: String
        /// Whether it may be run; `false` for candidates of unpaired origin, of which only the syntax is checked.
        package var mayRun: Bool

        package init(id: CandidateID, code: String, mayRun: Bool = true) {
            self.id = id
            self.code = code
            self.mayRun = mayRun
        }
    }

    /// The language in lower case, as fences name it: `python`, `swift`, `json`, `yaml`.
    package var language: String
    package var programs: [Program]
    /// The user's own examples: what they say is taken as true.
    package var examples: [CodeTest]
    /// Tests of unknown truth, as a model writes them.
    package var tests: [CodeTest]
    /// Expressions whose values are compared between programs.
    package var calls: [String]

    package init(
        language: String,
        programs: [Program],
        examples: [CodeTest] = [],
        tests: [CodeTest] = [],
        calls: [String] = []
    ) {
        self.language = language
        self.programs = programs
        self.examples = examples
        self.tests = tests
        self.calls = calls
    }
}

/// One thing a program must do, in the program's own language.
package enum CodeTest: Sendable, Hashable {
    /// The expression's value shows as `expected` does, as in a Python doctest.
    case value(of: String, expected: String)
    /// A whole assertion statement, such as `assert f(1) == 2`.
    case assertion(String)
    /// Given this standard input, the program as a whole prints this.
    case output(input: String, expected: String)
}

/// What an examination found, per program.
package struct CodeEvidence: Sendable, Equatable {
    /// What is known of one program.
    package struct Finding: Sendable, Equatable {
        /// Whether it parses; `nil` when nothing here can tell.
        package var isValid: Bool?
        /// Per example of the examination whether it holds; empty when the program was not run.
        package var passedExamples: [Bool]
        /// Per test of the examination whether it holds; empty when the program was not run.
        package var passedTests: [Bool]
        /// Per call of the examination its value as text; `nil` where it raised an error or did not end in time.
        ///
        /// Empty when the program was not run.
        package var outputs: [String?]

        package init(
            isValid: Bool? = nil,
            passedExamples: [Bool] = [],
            passedTests: [Bool] = [],
            outputs: [String?] = []
        ) {
            self.isValid = isValid
            self.passedExamples = passedExamples
            self.passedTests = passedTests
            self.outputs = outputs
        }
    }

    package var findings: [CandidateID: Finding]

    package init(_ findings: [CandidateID: Finding] = [:]) { self.findings = findings }
}
