import ArgumentParser

/// The options of every command that runs tools for models.
struct ToolHostOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The one folder that tools may touch (default: the project around the current folder).",
            valueName: "folder"
        )
    )
    var workspace: String?

    @Option(
        help: ArgumentHelp("The tools there are, separated by commas (default: all).", valueName: "names")
    )
    var toolOffer: String?

    @Option(
        help: ArgumentHelp(
            """
            Which calls are carried out; the last rule that is for a call counts, for example \
            "ask bash; allow bash(git *); deny read(*.env)" (default: all).
            """,
            valueName: "rules"
        )
    )
    var toolPolicy: String?

    @Option(
        help: ArgumentHelp(
            "Places that pages may be fetched from beside the public Internet, such as 127.0.0.1:8000.",
            valueName: "places"
        )
    )
    var toolPlaces: String?

    @Flag(help: "Let commands use this machine's network.")
    var toolNetwork = false

    @Flag(help: "Where there is no sandbox, let commands run without one, with all rights of this user.")
    var unsafeNoSandbox = false

    @Option(help: ArgumentHelp("Seconds for one command, 1 to 3600 (default: 30).", valueName: "seconds"))
    var toolTime: Int?

    @Option(
        help: ArgumentHelp(
            "Seconds for a command that fetches, builds or tests, 1 to 86400 (default: 300).",
            valueName: "seconds"
        )
    )
    var toolLongTime: Int?

    @Flag(help: "Do not record in the database which tools ran; without this, `swarm tools log` lists them.")
    var noToolAudit = false

    /// What was given, as settings.
    var flags: [SettingKey: String] {
        let given: [SettingKey: String?] = [
            .toolWorkspace: workspace, .toolOffer: toolOffer, .toolPolicy: toolPolicy, .toolPlaces: toolPlaces,
            .toolNetwork: toolNetwork ? "on" : nil, .toolSandbox: unsafeNoSandbox ? "off" : nil,
            .toolTime: toolTime.map(String.init), .toolLongTime: toolLongTime.map(String.init),
            .toolAudit: noToolAudit ? "off" : nil,
        ]
        return given.compactMapValues { $0 }
    }
}

/// The options of a server that has a model and lets it use tools.
struct HandsOptions: ParsableArguments {
    @Flag(
        help: """
            Run tools for the model: where a request brings no tools, the model may read, change and run things in the \
            workspace before it answers.
            """
    )
    var tools = false

    @Option(
        defaultAsFlag: "machine",
        help: ArgumentHelp(
            "Run tools on a tool host; without an address on this machine's own, at its address in the local network.",
            valueName: "url"
        )
    )
    var toolHost: String? = nil

    @Option(
        help: ArgumentHelp(
            """
            The key of the tool host. Other users of this machine can see options; the environment variable \
            LOCAL_SWARM_TOOLS_KEY they cannot.
            """,
            valueName: "key"
        )
    )
    var toolKey: String?

    @Option(
        help: ArgumentHelp("The port of the tool host on this machine, 0 to 65535 (default: 17616).", valueName: "port")
    )
    var toolPort: Int?

    @Option(help: ArgumentHelp("Turns in which the model may use tools, 1 to 1000 (default: 24).", valueName: "count"))
    var toolSteps: Int?

    @Option(
        help: ArgumentHelp("Seconds after which it has to answer, 1 to 86400 (default: 900).", valueName: "seconds")
    )
    var toolLoopTime: Int?

    @Option(
        help: ArgumentHelp(
            "Tokens of all candidates after which it has to answer, at least 100 (default: 200000).",
            valueName: "tokens"
        )
    )
    var toolBudget: Int?

    /// What was given, as settings.
    var flags: [SettingKey: String] {
        let given: [SettingKey: String?] = [
            .tools: tools ? "on" : nil, .toolHost: toolHost, .toolKey: toolKey, .toolSteps: toolSteps.map(String.init),
            .toolLoopTime: toolLoopTime.map(String.init), .toolBudget: toolBudget.map(String.init),
            .toolPort: toolPort.map(String.init),
        ]
        return given.compactMapValues { $0 }
    }
}
