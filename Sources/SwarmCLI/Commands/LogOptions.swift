import ArgumentParser

/// The options of every command that logs while it runs.
struct LogOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "trace, debug, info, notice, warning, error or critical (default: info for servers, else warning).",
            valueName: "level"
        )
    )
    var logLevel: String?

    @Option(help: ArgumentHelp("text, or json for one object per line (default: text).", valueName: "format"))
    var logFormat: String?

    /// What was given, as settings.
    var flags: [SettingKey: String] {
        let given: [SettingKey: String?] = [.logLevel: logLevel, .logFormat: logFormat]
        return given.compactMapValues { $0 }
    }
}
