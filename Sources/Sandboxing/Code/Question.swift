import SwarmCore

/// One program and what is asked about it; the same question has the same answer.
struct Question: Hashable, Sendable {
    var language: String
    var code: String
    var examples: [CodeTest] = []
    var tests: [CodeTest] = []
    var calls: [String] = []

    /// Asks only for the syntax.
    init(language: String, code: String) {
        self.language = language
        self.code = code
    }

    /// Of a program that may not be run, or cannot be, only the syntax is asked.
    init(_ program: CodeExamination.Program, in examination: CodeExamination, canRun: Bool) {
        self.init(language: examination.language, code: program.code)
        guard program.mayRun, canRun else { return }
        examples = examination.examples
        tests = examination.tests
        calls = examination.calls
    }
}

/// The latest answers, as many as fit.
struct Answers {
    private let capacity: Int
    private var answers: [Question: CodeEvidence.Finding] = [:]
    private var order: [Question] = []
    private var oldest = 0

    init(capacity: Int) { self.capacity = capacity }

    var count: Int { answers.count }

    subscript(question: Question) -> CodeEvidence.Finding? { answers[question] }

    mutating func keep(_ finding: CodeEvidence.Finding, for question: Question) {
        guard answers.updateValue(finding, forKey: question) == nil else { return }
        guard order.count == capacity else { return order.append(question) }
        answers[order[oldest]] = nil
        order[oldest] = question
        oldest = (oldest + 1) % capacity
    }
}
