import Hardware
import ModelCatalog
import ModelStore

/// What the settings come to as the model, without anything being fetched or loaded.
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
    /// Looks for the model that would be loaded, as far as it is on this machine.
    func sight(on machine: Machine) async -> ModelSight {
        switch settings.backend {
        case .llama: break
        case .mlx: return .elsewhere("mlx_lm.server loads it")
        case .upstream: return .elsewhere("another server has it")
        }
        do {
            let steps = try await modelQuestion(on: machine, mayFetch: false).steps(to: settings.modelPath)
            switch steps.first?.place {
            case .path(let path): return .file(try modelFile(path))
            case .found(let model): return .file(try modelFile(model.paths.first))
            case .bundled: return .file(try modelFile(nil))
            case .hub, .repository, nil: return .away(settings.modelPath ?? "")
            }
        } catch {
            return .none(words(for: error))
        }
    }
}
