import ArgumentParser

/// The options of every command that serves HTTP.
struct ListenOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The address to listen on; other machines are let in only with API keys (default: 127.0.0.1).",
            valueName: "address"
        )
    )
    var host: String?

    @Option(
        help: ArgumentHelp(
            """
            Keys any of which lets a request in, separated by commas (default: none). Other users of this machine can \
            see options; the environment variable LOCAL_SWARM_HTTP_API_KEY they cannot.
            """,
            valueName: "keys"
        )
    )
    var apiKey: String?

    @Option(
        help: ArgumentHelp(
            "Names by which this machine is reached, beside localhost and addresses, separated by commas.",
            valueName: "names"
        )
    )
    var names: String?

    /// What was given, as settings.
    var flags: [SettingKey: String] {
        let given: [SettingKey: String?] = [.host: host, .apiKey: apiKey, .names: names]
        return given.compactMapValues { $0 }
    }
}
