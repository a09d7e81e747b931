import Consensus
package import SwarmCore

extension Probe {
    /// Whether an answer is right; `nil` for programs, which only a run can judge (see `examination`).
    ///
    /// Texts are compared by the keys that votes use. An answer that states no number is taken to mean the last one of its
    /// last line, and after "yes", "no", "true" and "false" more words may follow. Calls must agree in name and
    /// arguments, in any order.
    package func isRight(_ answer: ParsedAnswer) -> Bool? {
        switch expectation {
        case .answer(let accepted):
            answer.toolCalls.isEmpty && accepted.contains { isSame(answer, accepted: $0) }
        case .calls(let expected):
            expected.isEmpty
                ? answer.toolCalls.isEmpty && !answer.content.allSatisfy(\.isWhitespace)
                : ExpectedCall.match(expected[...], answer.toolCalls)
        case .tests: nil
        }
    }

    /// The first accepted answer that no reply could give: a choice among no such options, a number that is none.
    var unreachableAnswer: String? {
        guard case .answer(let accepted) = expectation, kind == .number || kind == .choice else { return nil }
        return accepted.first { reading("Answer: \($0)").kind != kind }
    }

    private func reading(_ content: String) -> Classifier.Reading {
        Classifier(request: request).read(ParsedAnswer(content: content))
    }

    private func isSame(_ answer: ParsedAnswer, accepted: String) -> Bool {
        let expected = reading("Answer: \(accepted)")
        let given = reading(answer.content)
        switch kind {
        case .number:
            guard let key = expected.key, let number = number(given, in: answer.content) else { return false }
            return NumberKey.isSame(key, number)
        case .choice:
            return given.kind == .choice && given.key == expected.key
        case .short, .toolCall, .json, .code, .prose:
            let key = CanonicalKey.short(accepted)
            let shown = given.key ?? CanonicalKey.short(answer.content)
            if ["yes", "no", "true", "false"].contains(key) { return shown.prefix(while: \.isLetter) == key }
            let lastLine = answer.content.split(whereSeparator: \.isNewline).last.map { CanonicalKey.short(String($0)) }
            return shown == key || given.key == expected.key || lastLine == key
        }
    }

    private func number(_ given: Classifier.Reading, in content: String) -> String? {
        if given.kind == .number { return given.key }
        let lines = content.split(whereSeparator: \.isNewline)
        guard let last = lines.last(where: { !$0.allSatisfy(\.isWhitespace) }) else { return nil }
        return last.split(whereSeparator: \.isWhitespace).reversed().lazy
            .map { reading(String($0)) }
            .first { $0.kind == .number }?.key
    }
}

extension ExpectedCall {
    /// Whether each expected call can be paired with a call of its own, and none is left over.
    static func match(_ expected: ArraySlice<ExpectedCall>, _ calls: [ToolCall]) -> Bool {
        guard expected.count == calls.count, let first = expected.first else {
            return expected.isEmpty && calls.isEmpty
        }
        return calls.indices.contains { place in
            guard first.accepts(calls[place]) else { return false }
            var others = calls
            others.remove(at: place)
            return match(expected.dropFirst(), others)
        }
    }

    func accepts(_ call: ToolCall) -> Bool {
        let text = call.arguments.allSatisfy(\.isWhitespace) ? "{}" : call.arguments
        guard call.name == name, var given = (try? JSON(parsing: text))?.objectValue else { return false }
        var wanted = arguments
        for (argument, values) in alternatives where !ignored.contains(argument) {
            let key = CanonicalKey.json(given[argument] ?? .null)
            guard values.contains(where: { CanonicalKey.json($0) == key }) else { return false }
            (given[argument], wanted[argument]) = (nil, nil)
        }
        for argument in ignored { (given[argument], wanted[argument]) = (nil, nil) }
        return CanonicalKey.json(.object(given)) == CanonicalKey.json(.object(wanted))
    }
}
