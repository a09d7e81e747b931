/// Why an engine could not start.
package enum EngineError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file is missing, damaged or of an unknown architecture.
    case modelNotLoaded(path: String, reason: String)
    /// The model is not one that generates text.
    case notGenerative(path: String)
    /// The KV memory could not be allocated.
    case noMemory(cells: Int, reason: String)
    /// The chat template cannot be read.
    case template(String)
    /// A setting makes no sense for this model.
    case setting(String)

    package var description: String {
        switch self {
        case .modelNotLoaded(let path, let reason): "cannot load \(path): \(reason)"
        case .notGenerative(let path):
            "\(path) does not generate text; choose a chat or completion model. A model for embeddings goes beside it: "
                + "--embedding-model"
        case .noMemory(let cells, let reason):
            "cannot allocate \(cells) KV cells: \(reason). Try a smaller --context or --cells"
        case .template(let reason): "the model's chat template cannot be used: \(reason)"
        case .setting(let reason): reason
        }
    }
}
