import ArgumentParser
import Federation
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

    @Flag(help: "Ask the server that runs here why other machines are not seen or not used, and nothing else.")
    var network = false

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
            if network {
                try tell(try await networkDiagnoses(launch), on: terminal)
                return
            }
            let examination = Examination(launch: launch, complaint: complaint, loads: load)
            if terminal.canShowStatus { terminal.show(["looking …"]) }
            let diagnoses = await examination.facts().diagnoses
            terminal.show([])
            try tell(diagnoses, on: terminal)
        }
    }

    private func tell(_ diagnoses: [Diagnosis], on terminal: Terminal) throws {
        if json {
            terminal.say(diagnoses.json.pretty() + "\n")
        } else {
            terminal.say(diagnoses.lines(width: terminal.width).joined(separator: "\n") + "\n")
            terminal.note(diagnoses.summary)
        }
        if diagnoses.hasProblem { throw ExitCode.failure }
    }

    /// What the running server found out; else what can be said without one.
    private func networkDiagnoses(_ launch: Launch) async throws -> [Diagnosis] {
        guard launch.settings.federates != false else {
            return [Diagnosis("federation", .ok, "it is off: federation.enabled is off")]
        }
        guard try ClusterFile(folder: launch.folders.cluster).load() != nil else {
            let cure = "`swarm cluster create` makes a cluster, `swarm cluster join CODE` joins one"
            return [Diagnosis("federation", .problem, "this machine is in no cluster", cure: cure)]
        }
        guard let answer = try await NetworkQuestion(launch: launch).ask("diagnostics") else {
            let cure = "start it with `swarm serve`, and ask again while it runs"
            return [Diagnosis("federation", .problem, "no server runs here that could be asked", cure: cure)]
        }
        guard let findings = answer["findings"]?.arrayValue else {
            let cure = "stop it and start it again: it was started before there was a cluster"
            return [Diagnosis("federation", .problem, "the server that runs here votes alone", cure: cure)]
        }
        return findings.map { finding in
            let isFine = finding["ok"]?.boolValue ?? false
            return Diagnosis(
                finding["subject"]?.stringValue ?? "?",
                isFine ? .ok : .warning,
                finding["what"]?.stringValue ?? "",
                cure: finding["advice"]?.stringValue
            )
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
