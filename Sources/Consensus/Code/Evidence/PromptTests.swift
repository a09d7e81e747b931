package import SwarmCore

/// What the user's own messages say that a program must do: the strongest evidence there is.
///
/// Filtering by the examples of the request: Li et al. 2024 (DOCE), arXiv 2408.13745.
package struct PromptTests: Sendable, Equatable {
    /// The function asked for, when the text names one.
    package var entry: String?
    /// Examples in the order of the text, at most 20.
    ///
    /// An assertion may have lines of set-up before it.
    package var examples: [CodeTest] = []
    /// Expressions whose values are worth comparing between programs, at most 20.
    package var calls: [String] = []

    /// More examples than this are not taken.
    package static let maximumExamples = 20

    /// Reads the last of the user's messages that has examples; without any the last one gives the entry.
    ///
    /// - Parameter language: in lower case, as fences name it; decides how stated results are written down.
    package init(messages: [Message], language: String = "python") {
        var last: PromptTests?
        for message in messages.reversed() where message.role == .user {
            let read = PromptTests(text: message.content, language: language)
            if !read.examples.isEmpty {
                last = read
                break
            }
            last = last ?? read
        }
        self = last ?? PromptTests(text: "", language: language)
    }

    private init(text: String, language: String) {
        let marked = MarkedLines(text)
        let lines = marked.lines
        var point = EntryPoint(marked)
        if point.name == nil, let called = Self.called(lines) { point.adopt(called) }
        let isPython = ["", "python", "py", "python3"].contains(language)
        var found = Doctests.find(in: lines, entry: point)
        found += Assertions.find(in: lines, calling: point.defined)
        found += StatedResults(names: point.defined, isPython: isPython).find(in: lines)
        found += InputOutputPairs(entry: point, isPython: isPython).find(in: lines)
        // Sorting is stable, but not by promise.
        let ordered = found.enumerated().sorted { ($0.element.line, $0.offset) < ($1.element.line, $1.offset) }
        var seen: Set<CodeTest> = []
        var called: Set<String> = []
        for test in ordered.map(\.element) where test.isSmall {
            guard examples.count < Self.maximumExamples else { break }
            if let example = test.test, seen.insert(example).inserted { examples.append(example) }
            calls += test.calls.filter { called.insert($0).inserted }
        }
        calls = Array(calls.prefix(Self.maximumExamples))
        entry = point.name
    }

    /// The function that examples call when nothing else names one.
    private static func called(_ lines: [MarkedLines.Line]) -> String? {
        for line in lines where line.place != .fence {
            let content = line.content
            if let source = Doctests.source(content, after: ">>>") ?? (content.hasPrefix("assert") ? content : nil) {
                if let name = CodeScan(source).calls.map(\.name).first(where: { !builtIn.contains($0) }) { return name }
            } else if line.place != .code {
                let start = content.drop { "-*•` ".contains($0) }
                let name = String(start.prefix(while: \.isWordPart))
                let results = StatedResults(names: [name], isPython: true)
                if !name.isEmpty, !builtIn.contains(name), start.dropFirst(name.count).first == "(",
                    !results.find(in: [line]).isEmpty
                {
                    return name
                }
            }
        }
        return nil
    }

    /// Functions that every Python program has and assertions are often wrapped in.
    private static let builtIn: Set<String> = [
        "abs", "all", "any", "assert", "bool", "bytes", "dict", "enumerate", "float", "frozenset", "int", "isinstance",
        "len", "list", "map", "max", "min", "next", "print", "range", "repr", "reversed", "round", "set", "sorted",
        "str",
        "sum", "tuple", "type", "zip",
    ]
}
