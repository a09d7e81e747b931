import Foundation
import Logging
import Observability
import Sandboxing
import Swarm
import SwarmCore
import ToolRuntime

/// The tools of a server, put together.
struct Toolbox: Sendable {
    let executor: any ToolExecutor
    /// The same, where it runs in this process and others may have it run something.
    let local: LocalToolExecutor?
    private let remote: RemoteToolExecutor?
    /// Records calls; `nil` when that is not wanted.
    let log: ToolLogWriter?
    /// Where tools run and how commands are kept in, in one line.
    let words: String

    fileprivate init(local: LocalToolExecutor, log: ToolLogWriter?, words: String) {
        executor = local
        self.local = local
        remote = nil
        self.log = log
        self.words = words
    }

    fileprivate init(remote: RemoteToolExecutor, log: ToolLogWriter?, words: String) {
        executor = remote
        local = nil
        self.remote = remote
        self.log = log
        self.words = words
    }

    /// Ends what does not end by itself.
    func shutDown() async { await remote?.shutDown() }
}

extension Launch {
    /// What models get for hands; `nil` where the operator wants none.
    /// - Throws: when the workspace or the record cannot be used.
    func toolbox() async throws -> Toolbox? {
        guard settings.tools.runs else {
            logger.info("this server runs no tools: calls are returned to clients; --tools lets the model have some")
            return nil
        }
        switch settings.tools.host {
        case .here: return try await localToolbox()
        case .machine:
            guard let own = LocalAddress.find(),
                let address = ToolHostAddress("http://\(own):\(settings.tools.port)")
            else {
                throw Failure("this machine has no address in a local network; name the tool host: --tool-host URL")
            }
            return try remoteToolbox(address)
        case .at(let address): return try remoteToolbox(address)
        }
    }

    /// Tools in this process.
    func localToolbox() async throws -> Toolbox {
        let tools = settings.tools
        let workspace = try Workspace(try workspacePath())
        let log = try toolLog()
        let (ground, words) = await shellGround()
        let executor = LocalToolExecutor(
            workspace: workspace,
            tools: tools.offer,
            policy: tools.policy,
            ground: ground,
            shell: await shellSettings(),
            guardian: URLGuard(allowed: tools.places),
            logger: logger,
            time: { Date().timeIntervalSince1970 },
            record: Self.recorder(log)
        )
        return Toolbox(local: executor, log: log, words: "\(executor.place); \(words)")
    }

    private func remoteToolbox(_ address: ToolHostAddress) throws -> Toolbox {
        let key = settings.tools.key
        if key != nil, !address.isEncrypted, !Settings.isLoopback(address.host) {
            logger.warning("a key is sent unencrypted; https would protect it", metadata: ["host": "\(address)"])
        }
        let log = try toolLog()
        let executor = RemoteToolExecutor(
            address,
            key: key,
            // The longest command, and as long again for those before it.
            time: .seconds(2 * settings.tools.longTime + 30),
            logger: logger,
            clock: { Date().timeIntervalSince1970 },
            record: Self.recorder(log)
        )
        return Toolbox(remote: executor, log: log, words: executor.place)
    }

    private static func recorder(_ log: ToolLogWriter?) -> (@Sendable (ToolAudit) -> Void)? {
        guard let log else { return nil }
        return { audit in log.record(audit) }
    }

    private func toolLog() throws -> ToolLogWriter? {
        guard settings.tools.audits else { return nil }
        return ToolLogWriter(ToolLog(try Database(path: databasePath), logger: logger), logger: logger)
    }

    /// Where commands run, and that in words.
    func shellGround() async -> (ShellGround, String) {
        guard settings.tools.offer.contains(.bash) else { return (.none("it is not on offer"), "no commands") }
        do throws(SandboxMissing) {
            return (.sandbox(try await Sandbox.find()), "commands in a sandbox")
        } catch {
            if !settings.tools.needsSandbox {
                logger.warning(
                    "commands of models run without a sandbox, with the rights of this user",
                    metadata: ["reason": "\(error)"]
                )
                return (.open(OpenGround()), "commands WITHOUT a sandbox")
            }
            logger.warning("bash is not on offer: there is no sandbox", metadata: ["reason": "\(error)"])
            return (.none("there is no sandbox: \(error)"), "no commands, since there is no sandbox")
        }
    }

    private func shellSettings() async -> ShellSettings {
        let tools = settings.tools
        var shell = ShellSettings(
            time: .seconds(tools.time),
            longTime: .seconds(max(tools.time, tools.longTime)),
            hasNetwork: tools.hasNetwork
        )
        if let python = await Interpreter.python() { shell.add(python) }
        return shell
    }
}

extension HandsLimits {
    /// What the settings say.
    init(_ settings: ToolSettings) {
        self.init(steps: settings.steps, time: .seconds(settings.loopTime), tokens: settings.budget)
    }
}
