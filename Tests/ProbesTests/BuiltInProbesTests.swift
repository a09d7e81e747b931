import Foundation
import Probes
import SwarmCore
import Testing

@Suite struct BuiltInProbesTests {
    @Test(arguments: ProbeSet.kinds)
    func thereAreAHundredOfEachKindAndAllDiffer(_ kind: TurnKind) throws {
        let probes = try ProbeSet.builtIn(kind)
        #expect(probes.count >= 100)
        #expect(probes.allSatisfy { $0.kind == kind && $0.id.hasPrefix(kind.rawValue) })
        #expect(Set(probes.map { $0.request.messages.map(\.content) }).count == probes.count)
        #expect(probes.count { $0.id.contains("bumble") } == 40)
    }

    @Test(arguments: [TurnKind.json, .prose])
    func whatHasNoTruthHasNoProbes(_ kind: TurnKind) throws {
        #expect(try ProbeSet.builtIn(kind).isEmpty)
    }

    @Test(arguments: [TurnKind.number, .choice, .short])
    func everyAcceptedAnswerIsRightAndAnotherIsNot(_ kind: TurnKind) throws {
        for probe in try ProbeSet.builtIn(kind) {
            guard case .answer(let accepted) = probe.expectation else {
                Issue.record("\(probe.id) expects no answer")
                continue
            }
            for answer in accepted {
                #expect(probe.isRight(ParsedAnswer(content: answer)) == true, "\(probe.id): \(answer)")
                #expect(
                    probe.isRight(ParsedAnswer(content: "So.\nAnswer: \(answer)")) == true,
                    "\(probe.id): \(answer)"
                )
            }
            #expect(probe.isRight(ParsedAnswer(content: "Answer: 987654")) == false, "\(probe.id)")
        }
    }

    @Test func noLetterIsRightMuchMoreOftenThanTheOthers() throws {
        var letters: [String: Int] = [:]
        let probes = try ProbeSet.builtIn(.choice)
        for probe in probes {
            if case .answer(let accepted) = probe.expectation { letters[accepted.first ?? "", default: 0] += 1 }
        }
        #expect(letters.values.allSatisfy { $0 * 5 <= probes.count * 2 }, "\(letters)")
    }

    @Test func everyExpectedCallFitsAToolOfItsRequest() throws {
        var withoutCall = 0
        for probe in try ProbeSet.builtIn(.toolCall) {
            guard case .calls(let calls) = probe.expectation else { continue }
            #expect((1...6).contains(probe.request.tools.count), "\(probe.id)")
            #expect(Set(probe.request.tools.map(\.name)).count == probe.request.tools.count, "\(probe.id)")
            if calls.isEmpty { withoutCall += 1 }
            for call in calls {
                let tool = try #require(probe.request.tools.first { $0.name == call.name }, "\(probe.id)")
                let known = Set(tool.parameters?["properties"]?.objectValue?.keys ?? [])
                let given = Set(call.arguments.keys + call.alternatives.keys).union(call.ignored)
                #expect(given.isSubset(of: known), "\(probe.id): \(given.subtracting(known))")
                let required = tool.parameters?["required"]?.arrayValue?.compactMap(\.stringValue) ?? []
                #expect(given.isSuperset(of: required), "\(probe.id): \(required)")
            }
            let ideal = calls.enumerated().map { place, call in
                var arguments = call.arguments
                for (name, values) in call.alternatives { arguments[name] = values.first { !$0.isNull } }
                return ToolCall(id: "call_\(place)", name: call.name, arguments: JSON.object(arguments).text)
            }
            #expect(
                probe.isRight(ParsedAnswer(content: calls.isEmpty ? "No." : "", toolCalls: ideal)) == true,
                "\(probe.id)"
            )
        }
        #expect(withoutCall >= 8)
    }

    @Test func everyReferencePassesTheExamplesAndTheHiddenTests() throws {
        var script = ""
        let probes = try ProbeSet.builtIn(.code)
        for probe in probes {
            guard case .tests(let entry?, let tests) = probe.expectation else { continue }
            let reference = try #require(probe.reference)
            let prompt = try #require(probe.request.messages.first).content
            let examples = statements(in: prompt)
            #expect(!examples.isEmpty, "\(probe.id)")
            #expect(prompt.contains(entry), "\(probe.id)")
            #expect(Set(tests).isDisjoint(with: examples), "\(probe.id)")
            // Each in a scope of its own, so that none leans on another.
            let program = ([reference] + examples + tests).joined(separator: "\n")
            script += "name = \(JSON.string(probe.id).text)\nexec(\(JSON.string(program).text), {})\n"
        }
        let result = try python(script)
        #expect(result.status == 0, "\(result.errors)")
    }

    @Test func aWrongReferenceWouldBeNoticed() throws {
        #expect(try python("exec(\"def f(): return 2\\nassert f() == 1\", {})").status != 0)
    }

    /// The examples of a request as assertions.
    private func statements(in prompt: String) -> [String] {
        let lines = prompt.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.trimmingCharacters(in: .whitespaces) }
        return lines.indices.compactMap { place in
            if lines[place].hasPrefix("assert ") { return lines[place] }
            guard lines[place].hasPrefix(">>> "), place + 1 < lines.count else { return nil }
            return "assert repr(\(lines[place].dropFirst(4))) == \(JSON.string(lines[place + 1]).text)"
        }
    }

    private func python(_ script: String) throws -> (status: Int32, errors: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-I", "-"]
        let (input, errors) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardError = errors
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(script.utf8))
        try input.fileHandleForWriting.close()
        let text = try errors.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: text, as: UTF8.self))
    }
}
