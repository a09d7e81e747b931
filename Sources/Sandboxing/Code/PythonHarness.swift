import SwarmCore

/// What `examine.py` is told on standard input, and what its lines on standard output say.
enum PythonHarness {
    static var arguments: [String] {
        ["-W", "ignore", "-B", "-s", "-X", "utf8", "-c", String(decoding: PackageResources.examine_py, as: UTF8.self)]
    }

    /// Makes hashes, and with them the order of sets, the same every time.
    static let environment = ["PYTHONHASHSEED": "0"]

    /// - Parameters:
    ///   - nonce: a word the program cannot guess.
    ///   - seconds: for one item.
    ///   - total: for all items, in seconds.
    static func input(for question: Question, nonce: String, seconds: Double, total: Double) -> [UInt8] {
        let items =
            (question.examples + question.tests).map(item) + question.calls.map { ["kind": "call", "of": .string($0)] }
        let job: JSON = [
            "nonce": .string(nonce), "code": .string(question.code), "items": .array(items),
            "seconds": .double(seconds), "total": .double(total),
        ]
        return job.utf8
    }

    private static func item(_ test: CodeTest) -> JSON {
        switch test {
        case .value(let expression, let expected):
            ["kind": "value", "of": .string(expression), "expected": .string(expected)]
        case .assertion(let statement):
            ["kind": "assertion", "of": .string(statement)]
        case .output(let input, let expected):
            ["kind": "output", "input": .string(input), "expected": .string(expected)]
        }
    }

    /// Reads the lines that bear the nonce; a test without a line has failed, a call without one has no value.
    ///
    /// - Returns: `nil` when there is no verdict on the syntax: the program's or the machine's fault, as the exit tells.
    static func finding(_ output: [UInt8], nonce: String, question: Question) -> CodeEvidence.Finding? {
        let mark = Array((nonce + " ").utf8)
        var lines = output.split(separator: UInt8(ascii: "\n")).filter { $0.starts(with: mark) }.compactMap {
            try? JSON(parsing: $0.dropFirst(mark.count))
        }[...]
        guard let isValid = lines.popFirst()?["valid"]?.boolValue else { return nil }
        var finding = CodeEvidence.Finding(isValid: isValid)
        for _ in question.examples { finding.passedExamples.append(lines.popFirst()?["passed"]?.boolValue ?? false) }
        for _ in question.tests { finding.passedTests.append(lines.popFirst()?["passed"]?.boolValue ?? false) }
        for _ in question.calls { finding.outputs.append(lines.popFirst()?["value"]?.stringValue) }
        return finding
    }
}
