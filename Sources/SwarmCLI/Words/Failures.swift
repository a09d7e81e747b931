import Foundation
import SwarmCore

/// Something that went wrong, already in words for the user.
struct Failure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// One line on what went wrong.
package func words(for error: any Error) -> String {
    switch error {
    case let error as PlanError: error.words
    case let error as SourceError: error.words
    case is CancellationError: "stopped"
    case let error as any CustomStringConvertible: error.description
    default: "\(error)"
    }
}

extension PlanError {
    fileprivate var words: String {
        switch self {
        case .contextLengthExceeded(let needed, let limit):
            "the question has \(needed) tokens and the context \(limit); shorten it, or give a larger --context"
        case .unusable(let parameter, let reason): "\(parameter) cannot be used: \(reason)"
        case .saturated: "the engine is busy"
        case .stopping: "the engine is stopping"
        }
    }
}

extension SourceError {
    fileprivate var words: String {
        switch self {
        case .shed: "there is no memory for this many candidates; try a smaller --candidates or a larger --cells"
        case .saturated: "the engine is busy"
        case .contextLength(let needed, let limit):
            "the question has \(needed) tokens and the context \(limit); shorten it, or give a larger --context"
        case .grammar(let reason): "the constraint on the answer cannot be used: \(reason)"
        case .cancelled: "stopped"
        case .unusable(let parameter, let reason): "\(parameter) cannot be used: \(reason)"
        case .backend(let reason): "the model failed: \(reason)"
        }
    }
}
