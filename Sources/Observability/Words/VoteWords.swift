import Foundation
import SwarmCore

extension TurnKind {
    /// What answers of this kind are called.
    var words: String {
        switch self {
        case .toolCall: "tool call"
        case .json: "JSON"
        case .number, .choice, .short, .code, .prose: rawValue
        }
    }
}

/// What the names in a stored report mean; a name of another version stands for itself.
enum VoteWords {
    static func method(_ name: String) -> String {
        switch name {
        case "single": "there was one candidate only"
        case "plurality": "the most frequent answer"
        case "medoid": "the candidate most like the others"
        case "leaves": "the object closest to the majority of its parts"
        case "examples": "the program that passes most examples of the question"
        case "outputs": "the program whose outputs most others share"
        case "tests": "the largest group of programs that pass the same tests"
        case "synthesis": "put together from several candidates"
        case "leader": "the candidate whose text was already shown"
        case "quality": "the best by the quality heuristic"
        case "fastest": "the candidate that ended first"
        case "confidence": "the candidate the model was surest of"
        case "fallback": "nothing could be compared, so the first usable candidate"
        default: SafeText.line(name)
        }
    }

    static func stop(_ name: String) -> String {
        switch name {
        case "lead": "the lead exceeded everything that could still come in"
        case "beta": "the lead was safe with a probability of 95 %"
        case "agreed": "enough of the first candidates agreed, so no more were asked for"
        case "leader": "the answer being shown had ended"
        case "complete": "every candidate had ended"
        default: SafeText.line(name)
        }
    }

    /// A share as `75 %`.
    static func percent(_ share: Double) -> String { String(format: "%.0f %%", share * 100) }
}
