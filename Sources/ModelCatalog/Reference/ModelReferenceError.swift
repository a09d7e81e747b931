import SwarmCore

/// Why a name stands for no model, with those it may have meant.
package enum ModelReferenceError: Error, Sendable, Equatable, CustomStringConvertible {
    case empty
    /// What follows `hf:` has not the form of a model on the hub.
    case hub(String)
    case tooManyParts(String)
    case unknownQuantisation(String)
    case unknownFamily(String, near: [String], known: [String])
    case unknownSize(String, family: String, known: [String])
    /// The model is there, but not in this quantisation, or not in this format.
    case notBuilt(String, format: ModelArtifact.Format, known: [String])

    package var description: String {
        switch self {
        case .empty:
            "a model must be named: a path, hf:owner/name/file.gguf, or family:size:quant; `swarm models` lists them"
        case .hub(let text):
            "hf:\(text) is no model on the hub; the form is hf:owner/name, with /file.gguf, :quant or @revision behind it"
        case .tooManyParts(let text):
            "\(text) is no model; the form is family:size:quant, such as qwen2.5-coder:7b:q4_k_m"
        case .unknownQuantisation(let name): Self.unknownQuantisation(name)
        case .unknownFamily(let name, let near, let known):
            "there is no model \(name)"
                + (near.isEmpty
                    ? "; known are \(known.joined(separator: ", "))"
                    : "; did you mean \(near.joined(separator: " or "))?")
        case .unknownSize(let size, let family, let known):
            "\(family) has no size \(size); there are \(known.joined(separator: ", "))"
        case .notBuilt(let name, let format, let known):
            known.isEmpty
                ? "\(name) is not there as \(format.rawValue)"
                : "\(name) is not there as \(format.rawValue) in that quantisation; there are \(known.joined(separator: ", "))"
        }
    }

    private static func unknownQuantisation(_ name: String) -> String {
        let known = Quantisation.all.map(\.name)
        let near = nearQuantisations(name, known)
        return "there is no quantisation \(name)"
            + (near.isEmpty ? "; known are " + known.joined(separator: ", ") : near)
    }

    private static func nearQuantisations(_ name: String, _ known: [String]) -> String {
        let near = nearNames(name, among: known)
        return near.isEmpty ? "" : "; did you mean \(near.joined(separator: " or "))?"
    }
}
