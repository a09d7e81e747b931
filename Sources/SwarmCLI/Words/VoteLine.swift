import Foundation
import Observability
package import SwarmCore

extension AnswerSummary {
    /// One line on how the answer was found and what it cost, such as
    /// `4 candidates, 3 of 4 agree (number), 0.21 s, 412 tok/s`.
    package var voteLine: String {
        let count = report?.requested ?? 1
        var parts = ["\(count) candidate\(count == 1 ? "" : "s")"]
        if let report, report.method != .single {
            parts.append(report.outcome)
            if report.cancelled > 0 { parts.append("\(report.cancelled) stopped early") }
            if report.lost > 0 { parts.append("\(report.lost) lost") }
        }
        parts.append(String(format: "%.2f s", decisionSeconds))
        if tokensPerSecond > 0 { parts.append("\(Int(tokensPerSecond.rounded())) tok/s") }
        let line = parts.joined(separator: ", ")
        return report?.dissent.map { "\(line); \(SafeText.line($0))" } ?? line
    }
}

extension VoteReport {
    fileprivate var outcome: String {
        switch method {
        case .single: "no vote"
        case .plurality:
            if let votes = clusters.first?.votes, votes > 1 || valid == 1 {
                "\(votes) of \(valid) agree (\(kind.words))"
            } else {
                "no two of \(valid) agree (\(kind.words))"
            }
        case .medoid: "the one most like the other \(max(0, valid - 1)) (\(kind.words))"
        case .leaves: "the one closest to what most say of each part (JSON)"
        case .examples: "passes the examples of the question"
        case .outputs: "does what most others do when run"
        case .tests: "passes the same tests as most others"
        case .synthesis: "put together from \(valid) (\(kind.words))"
        case .leader: "shown while it was written (\(kind.words))"
        case .quality: "the best by a heuristic"
        case .fastest: "the first that ended"
        case .confidence: "the one the model was surest of"
        case .fallback where isLowAgreement: "too few of \(valid) agree, the first was taken (\(kind.words))"
        case .fallback: "nothing to compare (\(kind.words))"
        }
    }
}

extension TurnKind {
    fileprivate var words: String {
        switch self {
        case .toolCall: "tool call"
        case .json: "JSON"
        case .number, .choice, .short, .code, .prose: rawValue
        }
    }
}
