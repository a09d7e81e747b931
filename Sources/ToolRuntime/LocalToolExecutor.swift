package import Logging
package import SwarmCore

/// Runs tools on this machine: files within one workspace, commands in a sandbox, pages past a guard.
package final class LocalToolExecutor: ToolExecutor {
    private let workspace: Workspace
    private let tools: [ToolName]
    private let policy: ToolPolicy
    private let shell: ShellTool
    private let web: WebFetch
    private let todos = SessionMemory<[Todo]>()
    private let logger: Logger
    private let record: (@Sendable (ToolAudit) -> Void)?
    private let time: @Sendable () -> Double
    /// For one look through files.
    private let searchTime: Duration

    /// - Parameters:
    ///   - tools: those that are on offer.
    ///   - record: is told of every call; must not block.
    ///   - time: seconds since 1970.
    package init(
        workspace: Workspace,
        tools: [ToolName] = ToolName.allCases,
        policy: ToolPolicy = ToolPolicy(),
        ground: ShellGround,
        shell: ShellSettings = ShellSettings(),
        guardian: URLGuard = URLGuard(),
        web: WebSettings = WebSettings(),
        searchTime: Duration = .seconds(10),
        logger: Logger,
        time: @escaping @Sendable () -> Double,
        record: (@Sendable (ToolAudit) -> Void)? = nil
    ) {
        self.workspace = workspace
        self.tools = tools
        self.policy = policy
        self.shell = ShellTool(workspace: workspace, ground: ground, settings: shell)
        self.web = WebFetch(guardian: guardian, settings: web)
        self.searchTime = searchTime
        self.logger = logger
        self.time = time
        self.record = record
    }

    package var place: String { "this machine, in \(workspace.path)" }

    /// Without a ground to run on, `bash` is not among them.
    package func offered() async -> [OfferedTool] {
        tools.filter { $0 != .bash || shell.isUsable }.map { ToolDefinition.of($0).offer }
    }

    package func execute(_ invocation: ToolInvocation) async -> ToolOutcome {
        let start = ContinuousClock.now
        let outcome = await carriedOut(invocation)
        let seconds = start.duration(to: .now).seconds
        // Neither arguments nor results: they may hold keys.
        logger.info(
            "a tool was run",
            metadata: [
                "tool": "\(invocation.name.prefix(64))", "status": "\(outcome.status.rawValue)",
                "seconds": "\(seconds)", "caller": "\(invocation.caller)",
            ]
        )
        record?(ToolAudit(invocation, outcome, time: time(), seconds: seconds))
        return outcome
    }

    private func carriedOut(_ invocation: ToolInvocation) async -> ToolOutcome {
        let request: ToolRequest
        do throws(ToolArgumentError) {
            request = try ToolRequest(name: invocation.name, arguments: invocation.arguments)
        } catch {
            return ToolOutcome(.failed, error.description)
        }
        guard tools.contains(request.name) else {
            return ToolOutcome(.refused, "\(invocation.name) is not on offer here.")
        }
        let gate = PolicyGate(policy: policy, isApproved: invocation.isApproved)
        switch request {
        case .todowrite(let list):
            return gate.passed(policy.decision(for: .todowrite), "todowrite", "the list") {
                todos.remember(list, of: invocation.session)
                return list.words
            }
        case .todoread:
            return gate.passed(policy.decision(for: .todoread), "todoread", "the list") {
                (todos[invocation.session] ?? []).words
            }
        case .question(let question):
            let decision = policy.decision(for: .question)
            guard decision != .deny else { return gate.refusal("question", "the user") }
            return ToolOutcome(.asks, question.text, question: question)
        case .webfetch(let url, let format):
            return await web.fetch(url, as: format) { host in
                gate.stop(gate.policy.decision(for: .webfetch, host: host), "webfetch", host)
            }
        case .bash(let command): return await run(command, invocation, gate)
        case .read, .write, .edit, .grep, .glob, .list, .skill: return await files(request, invocation, gate)
        }
    }

    private func run(_ command: String, _ invocation: ToolInvocation, _ gate: PolicyGate) async -> ToolOutcome {
        if let stop = gate.stop(policy.decision(command: command), "bash", command) { return stop }
        let workspace = workspace
        let folder = await Blocking.run { () -> Result<String, JailError> in
            Result { () throws(JailError) in
                let place = try Walk.resolve(invocation.folder, in: workspace)
                _ = try place.openFolder()
                return place.path
            }
        }
        switch folder {
        case .success(let folder): return await shell.run(command, in: folder)
        case .failure(let error): return error.outcome
        case nil: return ToolOutcome(.failed, "The server is stopping.")
        }
    }

    private func files(_ request: ToolRequest, _ invocation: ToolInvocation, _ gate: PolicyGate) async -> ToolOutcome {
        let tools = FileTools(workspace: workspace, folder: invocation.folder, gate: gate)
        let end = WalkEnd(after: searchTime)
        return await withTaskCancellationHandler {
            await Blocking.run { tools.outcome(of: request, until: end) }
                ?? ToolOutcome(.failed, "The server is stopping.")
        } onCancel: {
            end.stop()
        }
    }
}

extension ToolRequest {
    var name: ToolName {
        switch self {
        case .read: .read
        case .write: .write
        case .edit: .edit
        case .bash: .bash
        case .grep: .grep
        case .glob: .glob
        case .list: .list
        case .webfetch: .webfetch
        case .todowrite: .todowrite
        case .todoread: .todoread
        case .question: .question
        case .skill: .skill
        }
    }
}

extension JailError {
    var outcome: ToolOutcome { ToolOutcome(reason == .refused ? .refused : .failed, description + ".") }
}
