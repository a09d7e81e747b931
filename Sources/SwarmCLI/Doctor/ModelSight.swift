import Foundation
import Hardware
import ModelCatalog
import ModelStore

/// What the settings name as the model, without anything being fetched or loaded.
enum ModelSight: Sendable {
    case file(ModelFile)
    /// It is not on this machine yet, by the name a person gave.
    case away(String)
    /// Another program has it, in words.
    case elsewhere(String)
    /// There is none, in words that say what to do.
    case none(String)
}

extension Launch {
    /// Looks for the model that the settings name; without one it is the bundled one that is looked at.
    func sight(on machine: Machine) async -> ModelSight {
        switch settings.backend {
        case .llama: break
        case .mlx: return .elsewhere("mlx_lm.server loads it")
        case .upstream: return .elsewhere("another server has it")
        }
        do {
            guard let name = settings.modelPath else { return .file(try file(nil)) }
            let catalogue = try catalogue()
            if case .path(let path) = try ModelReference(name, aliases: catalogue.aliases) {
                return .file(try file(path))
            }
            let question = ModelQuestion(
                catalogue: catalogue,
                machine: machine,
                found: await finder.find().models,
                wish: Wish(),
                mayFetch: true
            )
            guard let step = try question.steps(to: name).first else { return .away(name) }
            switch step.place {
            case .path(let path): return .file(try file(path))
            case .found(let model): return .file(try file(model.paths.first))
            case .bundled: return .file(try file(nil))
            case .hub, .repository: return .away(name)
            }
        } catch {
            return .none(words(for: error))
        }
    }

    private func file(_ path: String?) throws(ModelFileError) -> ModelFile {
        let executable = Bundle.main.executablePath ?? CommandLine.arguments[0]
        return try ModelFile.find(path, folders: folders, executable: executable)
    }
}
