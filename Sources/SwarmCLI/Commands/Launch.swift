import ArgumentParser
import Foundation
import Logging
import Observability

/// What every command has before it does anything: settings, a terminal and a logger.
struct Launch: Sendable {
    var settings: Settings
    /// Where the settings came from.
    let layers: Layers
    /// Where the configuration file is, or would be.
    let configurationPath: String
    let terminal: Terminal
    let logger: Logger
    let folders: Folders

    /// Runs a command that loads a model.
    static func run(
        _ options: CommonOptions,
        flags: [SettingKey: String] = [:],
        level: Logger.Level,
        _ body: (Launch) async throws -> Void
    ) async throws {
        try await run(
            config: options.config,
            flags: options.flags.merging(flags) { $1 },
            level: level,
            body
        )
    }

    /// Runs a command; whatever goes wrong becomes one line on standard error and an exit code.
    ///
    /// - Parameters:
    ///   - config: the configuration file that was named.
    ///   - level: the log level unless it is set.
    /// - Throws: `ExitCode`: 64 (EX_USAGE of sysexits.h) for a wrong command line, else 1.
    static func run(
        config: String?,
        flags: [SettingKey: String],
        level: Logger.Level,
        _ body: (Launch) async throws -> Void
    ) async throws {
        try await plain { terminal, folders in
            let environment = ProcessInfo.processInfo.environment
            let file = try ConfigurationFile.read(named: config, folders: folders)
            let layers = Layers(flags: flags, environment: environment, file: file)
            let settings = try Settings(layers)
            let handler = TerminalLogHandler(
                terminal: terminal,
                format: settings.logFormat,
                level: settings.logLevel ?? level
            )
            LoggingSystem.bootstrap { _ in handler }
            try await body(
                Launch(
                    settings: settings,
                    layers: layers,
                    configurationPath: ConfigurationFile.path(named: config, folders: folders),
                    terminal: terminal,
                    logger: Logger(label: "swarm"),
                    folders: folders
                )
            )
        }
    }

    /// Runs a command that reads no settings, or reads them itself.
    /// - Throws: as above.
    static func plain(_ body: (Terminal, Folders) async throws -> Void) async throws {
        let environment = ProcessInfo.processInfo.environment
        let terminal = Terminal(environment: environment)
        do {
            let folders = Folders(environment: environment, home: FileManager.default.homeDirectoryForCurrentUser.path)
            try await body(terminal, folders)
            terminal.close()
        } catch let code as ExitCode {
            terminal.close()
            throw code
        } catch {
            terminal.close()
            terminal.note("swarm: " + SafeText.line(words(for: error)))
            throw (error as? SettingsError)?.isUsage == true ? ExitCode.validationFailure : ExitCode.failure
        }
    }

    /// Whether the live status is to be shown.
    var showsStatus: Bool { settings.status == .auto && terminal.canShowStatus }

    /// A server may fetch a model that nobody named: where it was told to choose, or nobody is there to be asked.
    var mayFetch: Bool {
        settings.modelPath == nil && (settings.choosesModel || isatty(FileHandle.standardInput.fileDescriptor) == 0)
    }

    /// The SQLite file of votes and measurements.
    var databasePath: String { settings.database.map(folders.expand) ?? folders.data + "/swarm.db" }
}
