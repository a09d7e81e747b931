import ArgumentParser
import Foundation
import Logging
import ModelCatalog
import ModelStore
import Observability
import SwarmCore

/// The `swarm pull` command.
struct Pull: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Fetch a model from a hub into the store.",
        discussion: """
            What was interrupted goes on where it stopped when the command is given again. Nothing enters the store before \
            all of it is there and, where the hub tells a hash, the hash is right.

            HF_TOKEN, HF_ENDPOINT, HF_HUB_OFFLINE and the usual proxy variables are heeded.

            Examples:
              swarm pull qwen2.5-coder:7b
              swarm pull qwen2.5-coder:7b:q4_k_m
              swarm pull hf:Qwen/Qwen2.5-Coder-7B-Instruct-GGUF/qwen2.5-coder-7b-instruct-q4_k_m.gguf
              swarm pull hf:Qwen/Qwen2.5-Coder-7B-Instruct-GGUF:q4_k_m
              swarm pull --from attic qwen2.5-coder:7b:q4_k_m
            """
    )

    @Argument(
        help: ArgumentHelp("hf:owner/name/file.gguf, hf:owner/name:quant, or family:size:quant.", valueName: "model")
    )
    var model: String

    @Option(
        help: ArgumentHelp(
            "Copy it from this machine of the cluster, whose server runs, and not from a hub.",
            valueName: "peer"
        )
    )
    var from: String?

    @Flag(help: "Ask nobody; only say where the model is if it is there.")
    var offline = false

    func run() async throws {
        try await Launch.run(config: nil, flags: [:], level: .warning) { launch in
            let pulled = try await Pull.pull(model, launch: launch, isOffline: offline, from: from)
            let terminal = launch.terminal
            let bytes = pulled.artifact.bytes.map(Amount.words) ?? ""
            terminal.note(
                (pulled.fetched == 0
                    ? "already there, \(bytes)" : "fetched \(Amount.words(pulled.fetched)) of \(bytes)")
                    + (pulled.isVerified ? ", verified" : "; the hub tells no hash for it, so it is not verified")
            )
            let path = pulled.artifact.format == .mlx ? pulled.folder : pulled.paths.first ?? ""
            terminal.say(path + "\n")
            if terminal.hasLostOutput { throw Failure("the result could not be written to standard output") }
        }
    }

    /// Fetches a model; the first Ctrl-C stops it in order, the second at once.
    static func pull(
        _ name: String,
        launch: Launch,
        isOffline: Bool = false,
        from peer: String? = nil
    ) async throws -> Pulled {
        let catalogue = try launch.catalogue()
        let machine = await Detection(logger: launch.logger).usable
        let names = ModelNames(catalogue: catalogue) { entries in
            // Of those that the name leaves open, the best for this machine.
            let wish = Wish(abilities: [], slowest: .tooSlow)
            let ranked = try? Selection.choose(catalogue, on: machine, wish)
            let best = ranked?.first { choice in entries.contains { $0.id == choice.entry.id } }
            return best?.entry
        }
        let target = try names.target(name)
        let interrupts = Interrupts(terminal: launch.terminal)
        let result = Locked<Result<Pulled, any Error>?>(nil)
        let (stop, bell) = AsyncStream<Void>.makeStream()
        interrupts.onNext {
            bell.finish()
            return .stop
        }
        try await interrupts.guarding {
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    for await _ in stop {}
                }
                group.addTask {
                    let outcome: Result<Pulled, any Error>
                    do {
                        outcome = .success(try await launch.fetch(target, isOffline: isOffline, from: peer))
                    } catch {
                        outcome = .failure(error)
                    }
                    result.withLock { $0 = outcome }
                    bell.finish()
                }
                // The pull, or a signal.
                await group.next()
                group.cancelAll()
            }
        }
        guard let outcome = result.withLock({ $0 }) else { throw PullError.cancelled }
        return try outcome.get()
    }
}

extension Pulled {
    /// The folder of a model that is one.
    fileprivate var folder: String {
        guard let path = paths.first, let name = artifact.files.first?.name else { return "" }
        return String(path.dropLast(name.count + 1))
    }
}
