import Logging
import Sandboxing
import SwarmCore
import Testing

extension BoxTests {
    @Suite struct ExaminerTests {
        private static let made = Task { () async -> SandboxedExaminer? in
            guard let sandbox = try? await Boxes.sandbox else { return nil }
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            return await SandboxedExaminer(
                sandbox: sandbox,
                logger: logger,
                limits: Limits(time: .seconds(5), processes: 12),
                itemTime: .seconds(1)
            )
        }

        private func examine(
            _ programs: [String],
            language: String = "python",
            mayRun: Bool = true,
            examples: [CodeTest] = [],
            tests: [CodeTest] = [],
            calls: [String] = []
        ) async throws -> [CodeEvidence.Finding] {
            let source = SourceID(rawValue: "here")
            let examination = CodeExamination(
                language: language,
                programs: programs.enumerated().map {
                    CodeExamination.Program(id: CandidateID(source: source, index: $0), code: $1, mayRun: mayRun)
                },
                examples: examples,
                tests: tests,
                calls: calls
            )
            let evidence = try await #require(Self.made.value).examine(examination)
            return try programs.indices.map { try #require(evidence.findings[CandidateID(source: source, index: $0)]) }
        }

        private func finding(
            _ program: String,
            examples: [CodeTest] = [],
            tests: [CodeTest] = [],
            calls: [String] = []
        ) async throws -> CodeEvidence.Finding {
            try #require(try await examine([program], examples: examples, tests: tests, calls: calls).first)
        }

        private let add = "def add(a, b):\n    return a + b\n"

        @Test func itRunsPython() async throws {
            #expect(try await #require(Self.made.value).runnable == ["python"])
        }

        @Test func examplesTestsAndCallsAreToldApart() async throws {
            let finding = try await finding(
                add,
                examples: [.value(of: "add(1, 2)", expected: "3"), .value(of: "add(1, 2)", expected: "4")],
                tests: [.assertion("assert add(1, 1) == 2"), .assertion("assert add(1, 1) == 3")],
                calls: ["add(2, 2)", "add('a', 'b')", "add(1, None)"]
            )
            let expected = CodeEvidence.Finding(
                isValid: true,
                passedExamples: [true, false],
                passedTests: [true, false],
                outputs: ["int:4", "str:'ab'", nil]
            )
            #expect(finding == expected)
        }

        @Test func valuesShowAsInADoctest() async throws {
            let cases: [(expression: String, expected: String, passes: Bool)] = [
                ("1", "1", true), ("1.0", "1", true), ("True", "1", false), ("1", "True", false),
                ("None", "None", true),
                ("0.1 + 0.2", "0.3", true), ("0.1", "0.2", false), ("[1, 2.0]", "[1.0, 2]", true),
                ("(1, 2)", "[1, 2]", false),
                ("{'b': 1, 'a': 2}", "{'a': 2, 'b': 1}", true), ("{3, 1, 2}", "{1, 2, 3}", true),
                ("{1, 2}", "{1, 3}", false),
                ("'text'", "\"text\"", true), ("'text'", "text", false), ("print('a\\nb')", "a\nb", true),
                ("print('a')", "b", false), ("set()", "set()", true), ("float('inf')", "inf", true),
                ("1 +", "1", false),
                ("{}['k']", "Traceback (most recent call last):\n    ...\nKeyError: 'k'", true),
                ("{}['k']", "KeyError: 'k'", false),
                ("1", "Traceback (most recent call last):\n    ...\nKeyError: 'k'", false),
            ]
            let examples = cases.map { CodeTest.value(of: $0.expression, expected: $0.expected) }
            let passed = try await finding("pass", examples: examples).passedExamples
            try #require(passed.count == cases.count)
            for (each, passed) in zip(cases, passed) { #expect(passed == each.passes, "\(each)") }
        }

        @Test func valuesOfCallsAreCanonical() async throws {
            let cases: [(call: String, value: String)] = [
                ("{'b', 'a', 'c'}", "set:set({'a', 'b', 'c'})"),
                ("{'b': {2, 1}, 'a': 1}", "dict:{'a': 1, 'b': set({1, 2})}"),
                ("1.0", "float:1.0"), ("1", "int:1"), ("True", "bool:True"), ("object()", "object:<object object>"),
                ("(each * 2 for each in range(3))", "generator:[0, 2, 4]"), ("None", "NoneType:None"),
                ("(1,)", "tuple:(1,)"),
            ]
            #expect(try await finding("pass", calls: cases.map(\.call)).outputs == cases.map(\.value))
        }

        @Test func longValuesAreCutAndStillDiffer() async throws {
            let outputs = try await finding("pass", calls: ["'x' * 9999", "'x' * 9998 + 'y'", "'x' * 9999 + ''"])
                .outputs
            #expect(outputs.allSatisfy { ($0?.count ?? 0) <= 2010 })
            #expect(outputs[0] != outputs[1])
            #expect(outputs[0] == outputs[2])
        }

        @Test func wholeProgramsAreComparedByWhatTheyPrint() async throws {
            let program = "import sys\nif __name__ == '__main__':\n    print(int(input()) * 2, ' ')\n    sys.exit(0)"
            let examples: [CodeTest] = [
                .output(input: "21\n", expected: "42"), .output(input: "1", expected: "2\n\n"),
                .output(input: "1", expected: "3"), .output(input: "x", expected: ""),
            ]
            #expect(try await finding(program, examples: examples).passedExamples == [true, true, false, false])
        }

        @Test func aHangLosesOnlyItsOwnItem() async throws {
            let program = add + "def hang():\n    while True: pass\n"
            let finding = try await finding(
                program,
                tests: [.assertion("hang()"), .assertion("assert add(1, 1) == 2")],
                calls: ["hang()", "add(1, 1)"]
            )
            #expect(finding.passedTests == [false, true])
            #expect(finding.outputs == [nil, "int:2"])
        }

        @Test func aProgramThatHangsFailsEverythingButTheSyntax() async throws {
            let finding = try await finding("while True: pass", examples: [.assertion("pass")], calls: ["1"])
            #expect(finding == CodeEvidence.Finding(isValid: true, passedExamples: [false], outputs: [nil]))
        }

        @Test func whatWasFoundBeforeTheTimeIsOverIsKept() async throws {
            let program = add + "def hang():\n    while True: pass\n"
            let finding = try await finding(program, calls: ["add(1, 1)"] + Array(repeating: "hang()", count: 12))
            #expect(finding.isValid == true)
            #expect(finding.outputs == ["int:2"] + Array(repeating: nil, count: 12))
        }

        @Test(arguments: [
            "raise ValueError('no')", "import sys; sys.exit(0)", "import os; os._exit(0)", "import os; os.abort()",
        ])
        func aProgramThatEndsEarlyPassesNothing(end: String) async throws {
            let finding = try await finding(add + end, examples: [.value(of: "add(1, 2)", expected: "3")], calls: ["1"])
            #expect(finding == CodeEvidence.Finding(isValid: true, passedExamples: [false], outputs: [nil]))
        }

        @Test(arguments: [
            ("def f(:", false), ("return 1", false), ("x = 1", true), ("", true), ("print 'two'", false), ("\0", false),
            (String(repeating: "(", count: 100_000), false), (String(repeating: "-", count: 200_000) + "1", false),
        ])
        func syntaxIsJudgedByPythonItself(program: String, isValid: Bool) async throws {
            let finding = try await finding(program, calls: ["1"])
            #expect(finding.isValid == isValid)
            #expect(finding.outputs == [isValid ? "int:1" : nil])
        }

        @Test func aProgramThatMayNotRunIsOnlyParsed() async throws {
            let findings = try await examine(
                ["while True: pass", "def f(:"],
                mayRun: false,
                examples: [.assertion("pass")],
                calls: ["1"]
            )
            #expect(findings == [CodeEvidence.Finding(isValid: true), CodeEvidence.Finding(isValid: false)])
        }

        /// Programs that try to be judged better than they are.
        @Test(arguments: [
            // Lines in the form of a result, to every descriptor and to the judge's own output.
            """
            import os
            lines = b'{"valid": true}\\n{"passed": true}\\n{"token": "", "raised": null, "repr": "3"}\\n'
            for each in range(64):
                try: os.write(each, lines)
                except OSError: pass
            for process in os.listdir('/proc'):
                try: open(f'/proc/{process}/fd/1', 'wb').write(lines)
                except OSError: pass
            os._exit(0)
            """,
            // Reading what is expected, and the nonce, out of the judge's memory.
            """
            import os
            def add(a, b):
                found = b''
                for process in os.listdir('/proc'):
                    if process.isdigit() and int(process) not in (os.getpid(), os.getppid()):
                        try: found += open(f'/proc/{process}/mem', 'rb').read(1)
                        except OSError as error: found += b'' if error.errno in (2, 5, 13) else b'?'
                        try: found += open(f'/proc/{process}/environ', 'rb').read() and b'?'
                        except OSError: pass
                import gc, sys
                frame, texts = sys._getframe(), []
                while frame:
                    texts += [str(value) for value in frame.f_locals.values()]
                    frame = frame.f_back
                texts += [str(each) for each in gc.get_objects() if isinstance(each, dict) and 'expected' in each]
                return 3000 + 777 if any('3' + '777' in text for text in texts) else 0
            """,
            // The judge is killed, and lines follow.
            """
            import os, signal
            def add(a, b):
                for process in os.listdir('/proc'):
                    if process.isdigit() and int(process) != os.getpid():
                        try: os.kill(int(process), signal.SIGKILL)
                        except OSError: pass
                os.write(1, b'{"passed": true}\\n')
            """,
        ])
        func aForgedResultDoesNotPass(program: String) async throws {
            let finding = try await finding(program, examples: [.value(of: "add(1, 2)", expected: "3777")])
            #expect(finding.isValid == true)
            #expect(finding.passedExamples == [false])
        }

        @Test func itemsDoNotSeeEachOther() async throws {
            let program = "seen = []\ndef add(each):\n    seen.append(each)\n    return seen"
            #expect(try await finding(program, calls: ["add(1)", "add(2)"]).outputs == ["list:[1]", "list:[2]"])
        }

        @Test func chanceIsTheSameEveryTime() async throws {
            let program = "import random\nx = random.random()"
            let findings = try await examine([program, program + "\n"], calls: ["x", "hash('x')", "random.random()"])
            #expect(findings[0].outputs == findings[1].outputs)
            #expect(findings[0].outputs.allSatisfy { $0 != nil })
        }

        @Test func dataclassesAndTypesWork() async throws {
            let program = """
                from __future__ import annotations
                from dataclasses import dataclass
                from typing import List, Optional
                @dataclass
                class Point:
                    x: int
                    y: Optional[List[int]] = None
                """
            #expect(try await finding(program, calls: ["Point(1)"]).outputs == ["Point:Point(x=1, y=None)"])
        }

        @Test(
            arguments: [
                ("json", "{\"a\": [1, 2]}", true), ("json", "{'a': 1}", false),
                ("yaml", "a: [1, 2]\nb:\n  - c\n", true), ("yaml", "a: [1, 2", false), ("yaml", "a: 1\n b: 2", false),
                ("yaml", String(repeating: "[", count: 100_000), false),
                ("yaml", String(repeating: "- ", count: 5_000), false),
                ("yaml", String(repeating: "[", count: 900) + String(repeating: "]", count: 900), true),
                ("ruby", "puts 1", nil),
            ] as [(String, String, Bool?)]
        )
        func otherLanguagesAreParsedWhereThereIsAParser(language: String, text: String, isValid: Bool?) async throws {
            #expect(try await examine([text], language: language).first == CodeEvidence.Finding(isValid: isValid))
        }

        @Test func keysMadeOfAliasesAreNotLookedInto() async throws {
            let levels = (1...30).map { "? &k\($0) [*k\($0 - 1), *k\($0 - 1)]\n: x\n" }
            let finding = try await examine(["? &k0 a\n: x\n" + levels.joined()], language: "yaml").first
            #expect(finding == CodeEvidence.Finding(isValid: nil))
        }

        @Test(.enabled("no Swift compiler is here") { Interpreter.swift() != nil })
        func swiftIsParsed() async throws {
            let findings = try await examine(["func f() -> Int { 1 }", "func f( {"], language: "swift", calls: ["f()"])
            #expect(findings == [CodeEvidence.Finding(isValid: true), CodeEvidence.Finding(isValid: false)])
        }

        @Test func manyProgramsAreExaminedAndEqualOnesAgree() async throws {
            let programs = (0..<6).map { "x = \($0 % 3)" }
            #expect(
                try await examine(programs, calls: ["x"]).map(\.outputs) == [
                    ["int:0"], ["int:1"], ["int:2"], ["int:0"], ["int:1"], ["int:2"],
                ]
            )
        }

        @Test func cancellingStopsAnExamination() async throws {
            let examination = Task {
                let hanging = (0..<8).map { "# \($0)\nwhile True: pass" }
                return try await examine(hanging, calls: ["1"])
            }
            examination.cancel()
            let findings = try await examination.value
            #expect(findings.count == 8)
            #expect(findings.allSatisfy { $0.passedTests.isEmpty })
        }
    }
}
