import Foundation
import Hardware
import Logging
import ModelCatalog
import ModelStore
import Observability

/// `swarm` without arguments on a terminal: shows the menu, remembers what was chosen, and serves.
struct FirstRun: Sendable {
    let launch: Launch

    /// How long the hub may take to answer before only what is on this machine is offered.
    private static let hubPatience = Duration.seconds(3)

    /// Shows the menu and writes down what was chosen.
    /// - Returns: what was chosen; `nil` when it was left.
    func choose() async throws -> Menu.Answer? {
        let terminal = launch.terminal
        // What goes wrong here shows in what is offered.
        var logger = launch.logger
        logger.logLevel = .error
        terminal.show(["looking at this machine …"])
        let catalogue = try launch.catalogue()
        async let reached = isHubReached(logger)
        async let findings = launch.finder.find()
        let detection = await Detection(logger: logger)
        let offer = SuggestionOffer(
            catalogue: catalogue,
            machine: detection.usable,
            found: await findings.models,
            isHubReached: await reached
        )
        let menu = Menu(
            machine: detection.machine.summary + offer.notes,
            suggestions: try offer.suggestions(remembered: launch.settings.modelPath),
            remembered: launch.settings.modelPath.map {
                Menu.Answer(model: $0, candidates: launch.settings.candidates, context: launch.settings.context)
            }
        )
        terminal.show([])
        let answer = try await MenuDriver(terminal: terminal, check: check(catalogue)).run(menu)
        if let answer { try remember(answer) }
        return answer
    }

    private func isHubReached(_ logger: Logger) async -> Bool {
        do throws(PullError) {
            try await Hub.open(launch.hubSettings(), logger: logger) { hub throws(PullError) in
                try await hub.reach(within: Self.hubPatience)
            }
            return true
        } catch {
            return false
        }
    }

    /// What is wrong with the name of a model; `nil` when it is one.
    private func check(_ catalogue: Catalogue) -> @Sendable (String) -> String? {
        { [launch] name in
            do {
                switch try ModelReference(name, aliases: catalogue.aliases) {
                case .path(let path): _ = try launch.modelFile(path)
                case .catalogue(let query):
                    _ = try catalogue.entries(matching: query, format: query.quantisation?.format ?? .gguf)
                case .hub: break
                }
                return nil
            } catch {
                return words(for: error)
            }
        }
    }

    private func remember(_ answer: Menu.Answer) throws {
        let changes: [(key: SettingKey, value: String?)] = [
            (.modelPath, answer.model), (.candidates, answer.candidates.map(String.init)),
            (.context, answer.context.map(String.init)),
        ]
        let environment = ProcessInfo.processInfo.environment
        let path = launch.configurationPath
        do {
            if try SettingsFile(path: path).change(changes, environment: environment) {
                launch.terminal.note("written: \(launch.short(path)); `swarm serve` uses it from now on")
            }
        } catch {
            // What was chosen counts all the same, this once.
            launch.terminal.note("not remembered: " + SafeText.line(words(for: error)))
        }
        for (key, _) in changes where environment[key.variable]?.isEmpty == false {
            launch.terminal.note("\(key.variable) is set in this shell; `swarm serve` will go by it")
        }
    }
}

extension Machine {
    /// What matters for a model, a line each.
    fileprivate var summary: [String] {
        let cores = "\(processor.name), \(processor.cores) core\(processor.cores == 1 ? "" : "s")"
        let free = "\(Amount.words(memory.available)) of \(Amount.words(memory.total)) of memory free"
        let devices = accelerators.map { "\($0.name), \(Amount.words($0.total))" }
        return [cores, free] + (devices.isEmpty ? ["no GPU that can be used"] : devices)
    }
}
