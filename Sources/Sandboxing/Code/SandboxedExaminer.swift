package import Logging
package import SwarmCore

/// Examines programs in boxes: Python is parsed and run, Swift only parsed; JSON and YAML are parsed in this process.
///
/// There is no way to make one without a ``Sandbox``, and none to run a program outside it.
package final class SandboxedExaminer: CodeExaminer {
    package let runnable: Set<String>
    package let parsable: Set<String>
    private let sandbox: Sandbox
    private let python: Interpreter?
    private let swift: Interpreter?
    private let limits: Limits
    private let itemTime: Duration
    private let turnstile = Turnstile(width: 2)
    private let answers = Locked(Answers(capacity: 4096))

    /// Looks for the interpreters and tries each once.
    /// - Parameters:
    ///   - limits: of one Python program with all its items.
    ///   - itemTime: of one example, test or call.
    package init(
        sandbox: Sandbox,
        logger: Logger,
        limits: Limits = Limits(processes: 12),
        itemTime: Duration = .seconds(2)
    ) async {
        self.sandbox = sandbox
        self.limits = limits
        self.itemTime = itemTime
        let python = await Interpreter.python()
        if let python,
            await Self.parsePython(Question(language: "python", code: ""), python, sandbox, limits, itemTime)?.isValid
                == true
        {
            self.python = python
        } else {
            self.python = nil
        }
        let swift = Interpreter.swift()
        if let swift, await Self.parseSwift("let a = 1", swift, sandbox) == true {
            self.swift = swift
        } else {
            self.swift = nil
        }
        runnable = self.python == nil ? [] : ["python"]
        parsable = runnable.union(self.swift == nil ? [] : ["swift"]).union(["json", "yaml"])
        if let python = self.python {
            logger.info("programs of candidates run in a sandbox", metadata: ["python": "\(python.executable)"])
        } else {
            logger.warning("no python3 works in the sandbox, so programs of candidates are not run")
        }
    }

    package func examine(_ examination: CodeExamination) async -> CodeEvidence {
        var askers: [Question: [CandidateID]] = [:]
        for program in examination.programs {
            let question = Question(program, in: examination, canRun: runnable.contains(examination.language))
            askers[question, default: []].append(program.id)
        }
        return await withTaskGroup(of: (Question, CodeEvidence.Finding).self) { group in
            for question in askers.keys { group.addTask { (question, await self.finding(question)) } }
            var evidence = CodeEvidence()
            for await (question, finding) in group {
                for id in askers[question] ?? [] { evidence.findings[id] = finding }
            }
            return evidence
        }
    }

    private func finding(_ question: Question) async -> CodeEvidence.Finding {
        switch question.language {
        case "json": return CodeEvidence.Finding(isValid: (try? JSON(parsing: question.code)) != nil)
        case "yaml": return CodeEvidence.Finding(isValid: YAMLSyntax.isValid(question.code))
        case "python", "swift": break
        default: return CodeEvidence.Finding()
        }
        if let known = answers.withLock({ $0[question] }) { return known }
        let found = await turnstile.pass {
            if question.language == "python", let python {
                return await Self.parsePython(question, python, sandbox, limits, itemTime)
            }
            guard question.language == "swift", let swift else { return nil }
            return await Self.parseSwift(question.code, swift, sandbox).map { CodeEvidence.Finding(isValid: $0) }
        }
        guard let finding = found.flatMap({ $0 }) else { return CodeEvidence.Finding() }
        answers.withLock { $0.keep(finding, for: question) }
        return finding
    }
}

extension SandboxedExaminer {
    /// - Returns: `nil` when the box says nothing about the program: it did not start, or was stopped too early.
    private static func parsePython(
        _ question: Question,
        _ python: Interpreter,
        _ sandbox: Sandbox,
        _ limits: Limits,
        _ itemTime: Duration
    ) async -> CodeEvidence.Finding? {
        let nonce =
            String(UInt64.random(in: 0...UInt64.max), radix: 36) + String(UInt64.random(in: 0...UInt64.max), radix: 36)
        // A little earlier than the box ends, so that what was found by then is told.
        let total = max(limits.time.seconds - 0.5, limits.time.seconds / 2)
        let job = Job(
            executable: python.executable,
            arguments: PythonHarness.arguments,
            input: PythonHarness.input(for: question, nonce: nonce, seconds: itemTime.seconds, total: total),
            environment: PythonHarness.environment,
            readable: python.readable,
            limits: limits
        )
        let result = await sandbox.run(job)
        if let finding = PythonHarness.finding(result.output, nonce: nonce, question: question),
            result.exit != .cancelled
        {
            return finding
        }
        switch result.exit {
        // The parser itself broke over it.
        case .code, .signal: return CodeEvidence.Finding(isValid: false)
        case .timeout, .outputLimit, .cancelled, .notStarted: return nil
        }
    }

    private static func parseSwift(_ code: String, _ swift: Interpreter, _ sandbox: Sandbox) async -> Bool? {
        let job = Job(
            executable: swift.executable,
            arguments: ["-frontend", "-parse", "-"],
            input: Array(code.utf8),
            readable: swift.readable,
            limits: Limits(memory: 4 << 30)
        )
        return switch await sandbox.run(job).exit {
        case .code(0): true
        case .code(1): false
        default: nil
        }
    }
}
