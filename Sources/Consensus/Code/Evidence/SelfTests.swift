package import SwarmCore

/// Tests of unknown truth: those that candidates wrote beside their programs, or that came with a stored ballot.
///
/// How they are used: Chen et al. 2022 (CodeT), arXiv 2207.10397.
package struct SelfTests: Sendable, Equatable {
    /// The tests that most candidates wrote, at most 10.
    package var tests: [CodeTest] = []
    /// Calls of the entry inside of any of the tests, the most frequent first, at most 10.
    package var calls: [String] = []

    /// How many tests and calls are kept; 5 to 10 are enough, and more cost time.
    package static let maximum = 10

    /// Tests in the answers: assertions outside of functions, and examples in documentation.
    ///
    /// Parts under `if __name__` do not count. Each answer counts once for the same test, so their order does not matter.
    /// - Parameter entry: the function asked for; without it there are none.
    package init(answers: [String], entry: String?) {
        guard let entry else { return }
        let found = answers.map { answer -> [FoundTest] in
            let marked = MarkedLines(answer)
            let lines = Self.runnable(marked.lines)
            var point = EntryPoint(MarkedLines(""))
            point.adopt(entry)
            return Doctests.find(in: lines, entry: point) + Assertions.find(in: lines, calling: [entry])
        }
        rank(found)
    }

    /// The assertions of a list that are whole and call the entry.
    ///
    /// - Parameter entry: `nil` takes the function that the first assertion calls.
    package init(assertions: [String], entry: String?) {
        let name =
            entry ?? PromptTests(messages: [Message(role: .user, content: assertions.joined(separator: "\n"))]).entry
        guard let name else { return }
        rank(
            assertions.map { text in
                guard let test = Assertions.read(text.withUnixLines, calling: [name]) else { return [] }
                return [FoundTest(line: 0, test: .assertion(test.code), calls: test.calls)]
            }
        )
    }

    private mutating func rank(_ found: [[FoundTest]]) {
        var counts: [String: (count: Int, test: CodeTest)] = [:]
        var callCounts: [String: (count: Int, call: String)] = [:]
        for answer in found {
            let small = answer.filter(\.isSmall)
            var seen: Set<String> = []
            for test in small.compactMap(\.test) where seen.insert(Self.key(test)).inserted {
                let known = counts[Self.key(test)]
                counts[Self.key(test)] = ((known?.count ?? 0) + 1, known.map { Self.first($0.test, test) } ?? test)
            }
            seen = []
            for call in small.flatMap(\.calls) where seen.insert(CodeScan(call).key).inserted {
                let known = callCounts[CodeScan(call).key]
                callCounts[CodeScan(call).key] = ((known?.count ?? 0) + 1, known.map { min($0.call, call) } ?? call)
            }
        }
        tests = Self.most(counts.map { (key: $0.key, count: $0.value.count, value: $0.value.test) })
        calls = Self.most(callCounts.map { (key: $0.key, count: $0.value.count, value: $0.value.call) })
    }

    private static func most<Value>(_ counted: [(key: String, count: Int, value: Value)]) -> [Value] {
        let sorted = counted.sorted { $0.count != $1.count ? $0.count > $1.count : $0.key < $1.key }
        return sorted.prefix(maximum).map(\.value)
    }

    /// Of two ways to write a test always the same one.
    private static func first(_ one: CodeTest, _ other: CodeTest) -> CodeTest {
        "\(one)" <= "\(other)" ? one : other
    }

    private static func key(_ test: CodeTest) -> String {
        switch test {
        case .value(let expression, let expected): "v" + CodeScan(expression).key + "\n" + expected
        case .assertion(let text): "a" + CodeScan(text).key
        case .output(let input, let expected): "o" + input + "\n" + expected
        }
    }

    /// The lines without those under `if __name__`.
    private static func runnable(_ lines: [MarkedLines.Line]) -> [MarkedLines.Line] {
        var block: MarkedLines.Line?
        return lines.filter { line in
            if let open = block, line.stretch == open.stretch, line.content.isEmpty || line.indent > open.indent {
                return false
            }
            block = line.place == .code && line.content.hasPrefix("if __name__") ? line : nil
            return true
        }
    }
}
