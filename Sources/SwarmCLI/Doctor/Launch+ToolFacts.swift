import Logging
import ToolRuntime

extension Launch {
    /// What `swarm doctor` says about the tools of the server: executor, policy and sandbox.
    func toolFacts() async -> DoctorFacts.Tools {
        let tools = settings.tools
        guard tools.runs else { return .none }
        switch tools.host {
        case .here: break
        case .machine:
            guard let address = LocalAddress.find() else {
                return .broken("this machine has no address in a local network; name the tool host with tools.host")
            }
            return await hostFacts(ToolHostAddress("http://\(address):\(tools.port)"))
        case .at(let address): return await hostFacts(address)
        }
        do {
            let workspace = try Workspace(try workspacePath())
            let (_, commands) = await shellGround()
            let rules = tools.policy.rules.count
            let policy = rules == 0 ? "every call allowed" : rules == 1 ? "1 rule" : "\(rules) rules"
            return .usable("in \(workspace.path), \(commands), \(policy)")
        } catch {
            return .broken(words(for: error))
        }
    }

    private func hostFacts(_ address: ToolHostAddress?) async -> DoctorFacts.Tools {
        guard let address else { return .broken("the tool host has no usable address") }
        let remote = RemoteToolExecutor(address, key: settings.tools.key, logger: logger, clock: { 0 })
        let offered = await remote.offered()
        await remote.shutDown()
        return offered.isEmpty
            ? .broken("\(remote.place) does not answer, or not to this key")
            : .usable("\(offered.count) on \(remote.place), by its own policy")
    }
}
