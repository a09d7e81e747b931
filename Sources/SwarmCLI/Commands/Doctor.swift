import ArgumentParser
import Foundation
import Logging
import Observability
import SwarmCore

/// The `swarm doctor` command.
struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look for what keeps the server from working, and say how to mend it.",
        discussion: """
            Looks at the configuration, the port, the model and its memory, the GPU, the disk, the database, the tools for \
            running programs and those of the server, the clock and the hub. Nothing is changed. It takes the options of \
            `swarm serve`, to look at what they would come to. The exit code is 1 when something is a problem; warnings are no problem.

            Examples:
              swarm doctor
              swarm doctor --model ~/models/coder.gguf --context 65536
              swarm doctor --load --json
            """
    )

    @Flag(help: "Load the model to see its abilities; the first time this measures the machine too.") var load = false

    @Flag(help: "Print one JSON object.") var json = false

    @OptionGroup(visibility: .hidden) var serve: Serve

    func run() async throws {
        try await Launch.plain { terminal, folders in
            let (layers, settings, complaint) = try settings(folders: folders)
            let launch = Launch(
                settings: settings,
                layers: layers,
                configurationPath: ConfigurationFile.path(named: serve.common.config, folders: folders),
                terminal: terminal,
                // What fails is told by the checks.
                logger: Logger(label: "swarm") { _ in SwiftLogNoOpLogHandler() },
                folders: folders
            )
            let examination = Examination(launch: launch, complaint: complaint, loads: load)
            if terminal.canShowStatus { terminal.show(["looking …"]) }
            let diagnoses = await examination.facts().diagnoses
            terminal.show([])
            if json {
                terminal.say(diagnoses.json.pretty() + "\n")
            } else {
                terminal.say(diagnoses.lines(width: terminal.width).joined(separator: "\n") + "\n")
                terminal.note(diagnoses.summary)
            }
            if diagnoses.hasProblem { throw ExitCode.failure }
        }
    }

    /// The settings as they would take effect, or the defaults and why they do not.
    private func settings(folders: Folders) throws -> (Layers, Settings, String?) {
        do throws(SettingsError) {
            let file = try ConfigurationFile.read(named: serve.common.config, folders: folders)
            let environment = ProcessInfo.processInfo.environment
            let layers = Layers(flags: serve.flags, environment: environment, file: file)
            return (layers, try Settings(layers), nil)
        } catch {
            let layers = Layers(flags: [:], environment: [:], file: nil)
            return (layers, try Settings(layers), error.description)
        }
    }
}
