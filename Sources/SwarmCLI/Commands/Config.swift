import ArgumentParser
import Foundation
import Logging
import Observability
import SwarmCore

/// The `swarm config` command.
struct Config: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Show the settings and where each came from, or change one.",
        discussion: """
            A setting is taken from the first of these that has it: the option, the environment variable, the configuration \
            file, the default. `swarm config` takes the options of `swarm serve` and shows what they would come to. Keys \
            that let clients in are not shown.

            Examples:
              swarm config
              swarm config --port 8080 --json
              swarm config set swarm.candidates 4
              swarm config unset swarm.candidates
              openssl rand -hex 16 | swarm config set http.api-key -
            """,
        subcommands: [Show.self, Path.self, Set.self, Unset.self],
        defaultSubcommand: Show.self
    )

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show every setting (default).")

        @OptionGroup(visibility: .hidden) var serve: Serve
        @Flag(help: "Print one JSON object.") var json = false

        func run() async throws {
            try await Launch.run(config: serve.common.config, flags: serve.flags, level: .warning) { launch in
                let settings = try EffectiveSetting.all(launch.layers)
                let path = launch.configurationPath
                let exists = FileManager.default.fileExists(atPath: path)
                if json {
                    let report: JSON = [
                        "file": ["path": .string(path), "exists": .bool(exists)],
                        "settings": .array(settings.map(\.json)),
                    ]
                    launch.terminal.say(report.pretty() + "\n")
                } else {
                    launch.terminal.say(settings.table.joined(separator: "\n") + "\n")
                    launch.terminal.note(exists ? "file: \(path)" : "file: \(path), which does not exist yet")
                }
            }
        }
    }

    struct Path: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print where the configuration file is, or would be."
        )

        @OptionGroup var file: File

        func run() async throws {
            try await Launch.plain { terminal, folders in
                terminal.say(ConfigurationFile.path(named: file.config, folders: folders) + "\n")
            }
        }
    }

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Set one setting in the configuration file; comments and all else in it stay."
        )

        @OptionGroup var file: File
        @Argument(help: "The setting, such as http.port.") var key: String
        @Argument(help: "The value; - reads it from standard input, where nobody sees it.") var value: String

        func run() async throws {
            try await Launch.plain { terminal, folders in
                let key = try SettingKey(named: key)
                var value = value
                if value == "-" {
                    let data = try FileHandle.standardInput.readToEnd() ?? Data()
                    let line = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline).first
                    value = line.map(String.init) ?? ""
                }
                guard !value.isEmpty else { throw Failure("\(key.rawValue) needs a value; `unset` takes it out") }
                try file.change([(key, value)], terminal: terminal, folders: folders)
            }
        }
    }

    struct Unset: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take one setting out of the configuration file; comments and all else in it stay."
        )

        @OptionGroup var file: File
        @Argument(help: "The setting, such as http.port.") var key: String

        func run() async throws {
            try await Launch.plain { terminal, folders in
                try file.change([(SettingKey(named: key), nil)], terminal: terminal, folders: folders)
            }
        }
    }

    /// Which file is meant.
    struct File: ParsableArguments {
        @Option(
            help: ArgumentHelp(
                "The YAML file of settings (default: ~/.config/local-swarm/config.yaml).",
                valueName: "file"
            )
        )
        var config: String?

        fileprivate func change(
            _ changes: [(key: SettingKey, value: String?)],
            terminal: Terminal,
            folders: Folders
        ) throws {
            let path = ConfigurationFile.path(named: config, folders: folders)
            let environment = ProcessInfo.processInfo.environment
            let hasChanged = try SettingsFile(path: path).change(changes, environment: environment)
            terminal.note(hasChanged ? "written: \(path)" : "nothing to change in \(path)")
            for (key, _) in changes where environment[key.variable]?.isEmpty == false {
                terminal.note("\(key.variable) is set in this shell and counts before the file")
            }
        }
    }
}

extension SettingKey {
    /// The key a person means.
    /// - Throws: a `Failure` that names the nearest key.
    fileprivate init(named name: String) throws {
        guard let key = SettingKey(rawValue: name) else {
            let near = SettingKey.nearest(to: name).map { "; did you mean \($0.rawValue)?" }
            throw Failure("there is no setting \(SafeText.value(name))" + (near ?? "; `swarm config` lists them"))
        }
        self = key
    }
}
