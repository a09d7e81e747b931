import SwarmCore
package import ToolRuntime

/// The settings under `tools`: what this server may do for a model by itself.
package struct ToolSettings: Sendable, Equatable {
    /// Where tools run.
    package enum Host: Sendable, Equatable {
        /// In this process.
        case here
        /// The tool host on this machine, at its address in the local network.
        case machine
        case at(ToolHostAddress)
    }

    /// `tools.run`: models are offered the server's tools; default off, on with `tools.host`.
    package var runs = false
    /// `tools.workspace`: the one folder that tools may touch; default the project around the current folder.
    package var workspace: String?
    /// `tools.host`: default this process.
    package var host = Host.here
    /// `tools.key`: of the tool host; default none.
    package var key: String?
    /// `tools.port`: of `swarm tools serve`, and of the host on this machine, 0…65535; default 17616.
    package var port = 17_616
    /// `tools.offer`: the tools there are; default all.
    package var offer = ToolName.allCases
    /// `tools.policy`: which calls are allowed, asked about or denied; default all are allowed.
    package var policy = ToolPolicy()
    /// `tools.sandbox`: commands run in a sandbox only; off lets them run without one where there is none; default on.
    package var needsSandbox = true
    /// `tools.network`: commands have this machine's network; default off.
    package var hasNetwork = false
    /// `tools.places`: places that pages may be fetched from beside the public Internet; default none.
    package var places: [AllowedPlace] = []
    /// `tools.time`: seconds for a command, 1…3600; default 30.
    package var time = 30
    /// `tools.long-time`: seconds for one that fetches, builds or tests, 1…86400; default 300.
    package var longTime = 300
    /// `tools.steps`: turns of a model that may call tools, 1…1000; default 24.
    package var steps = 24
    /// `tools.loop-time`: seconds after which a model is told to answer, 1…86400; default 900.
    package var loopTime = 900
    /// `tools.budget`: tokens of all candidates after which a model is told to answer, 100…100000000; default 200000.
    package var budget = 200_000
    /// `tools.audit`: every call is recorded in the database, without what was in it; default on.
    package var audits = true

    package init() {}

    /// Reads them.
    /// - Throws: when a value is not one of those allowed.
    init(_ layers: Layers) throws(SettingsError) {
        workspace = try layers.string(.toolWorkspace)
        host = try layers.value(.toolHost, allowed: Self.hostAllowed, Self.host) ?? host
        runs = try layers.isOn(.tools) ?? (host != .here)
        key = try layers.value(.toolKey, allowed: "a key without white space", isSecret: true) { key in
            key.isEmpty || key.contains(where: \.isWhitespace) ? nil : key
        }
        port = try layers.int(.toolPort, in: 0...65_535) ?? port
        offer = try layers.value(.toolOffer, allowed: Self.offerAllowed, Self.names) ?? offer
        policy = try Self.policy(layers) ?? policy
        needsSandbox = try layers.isOn(.toolSandbox) ?? needsSandbox
        hasNetwork = try layers.isOn(.toolNetwork) ?? hasNetwork
        places = try layers.value(.toolPlaces, allowed: Self.placesAllowed, Self.places) ?? places
        time = try layers.int(.toolTime, in: 1...3600) ?? time
        longTime = try layers.int(.toolLongTime, in: 1...86_400) ?? longTime
        steps = try layers.int(.toolSteps, in: 1...1000) ?? steps
        loopTime = try layers.int(.toolLoopTime, in: 1...86_400) ?? loopTime
        budget = try layers.int(.toolBudget, in: 100...100_000_000) ?? budget
        audits = try layers.isOn(.toolAudit) ?? audits
    }

    private static let hostAllowed =
        "an address such as http://192.168.1.5:17616, or machine for the host on this machine"
    private static let offerAllowed =
        "names separated by commas, of " + ToolName.allCases.map(\.rawValue).joined(separator: ", ")
    private static let placesAllowed = "HOST, ADDRESS or ADDRESS/BITS, each perhaps with :PORT, separated by commas"

    private static func host(_ text: String) -> Host? {
        text == "machine" ? .machine : ToolHostAddress(text).map(Host.at)
    }

    private static func names(_ text: String) -> [ToolName]? {
        let names = parts(text, at: ",").map(ToolName.init(rawValue:))
        let known = names.compactMap { $0 }
        return known.isEmpty || known.count < names.count ? nil : ToolName.allCases.filter(known.contains)
    }

    private static func places(_ text: String) -> [AllowedPlace]? {
        let parts = parts(text, at: ",")
        let places = parts.compactMap { try? AllowedPlace($0) }
        return places.count == parts.count ? places : nil
    }

    /// Rules such as `ask bash; allow bash(git *); deny read(*.env)`; what is wrong with one is said in its own words.
    private static func policy(_ layers: Layers) throws(SettingsError) -> ToolPolicy? {
        let allowed = "rules such as: ask bash; allow bash(git *); deny read(*.env)"
        guard let given = try layers.given(.toolPolicy, allowed: allowed) else { return nil }
        var rules: [ToolRule] = []
        for text in parts(given.text, at: ";") {
            let word = text.prefix { !$0.isWhitespace }
            let rest = String(text.dropFirst(word.count).drop(while: \.isWhitespace))
            guard let decision = decisions[word.lowercased()] else {
                throw .value(key: .toolPolicy, value: text, origin: given.origin, allowed: allowed)
            }
            do throws(ToolRuleError) {
                rules.append(try ToolRule(decision, rest))
            } catch {
                throw .value(key: .toolPolicy, value: text, origin: given.origin, allowed: "\(allowed) (\(error))")
            }
        }
        return ToolPolicy(rules: rules)
    }

    private static let decisions: [String: ToolDecision] = ["allow": .allow, "ask": .ask, "deny": .deny]

    /// Without the white space around them; those that are empty are left out.
    private static func parts(_ text: String, at separator: Character) -> [String] {
        text.split(separator: separator).map { part in
            String(part.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
        }.filter { !$0.isEmpty }
    }
}
