import Consensus
import SwarmCore

/// Finds running candidates of a vote that will come to nothing.
struct HardKill {
    /// Tokens between two looks at a candidate.
    static let interval = 64
    /// Answers this short are never too long, in tokens.
    private static let shortest = 512

    /// What JSON this long can begin with, or the fence around it.
    private static let json = "{[\"`-0123456789"

    /// When a candidate is stopped depends on the moment, and so does what it leaves to the others: strict votes wait.
    private let isStrict: Bool
    private let tools: Set<String>
    private let wantsJSON: Bool
    /// Tools and form are the concern of the rendering model's own format: text without one has no calls, and a grammar
    /// enforces the form.
    private let isPlainText: Bool
    private let isEnforced: Bool

    init(_ plan: Plan) {
        isStrict = plan.rules.isStrict
        tools = Set(plan.request.tools.map(\.name))
        wantsJSON = plan.request.responseFormat != .text
        isPlainText = plan.prompt.reading.isPlainText
        isEnforced = plan.prompt.grammar != nil
    }

    /// Why to end a candidate; `nil` to let it go on.
    /// - Parameter finished: tokens of those that ended by themselves.
    func reason(_ recorder: CandidateRecorder, finished: [Int]) -> String? {
        if isStrict { return nil }
        let tools = isPlainText && !recorder.isTakenApart ? [] : tools
        let wantsJSON = wantsJSON && (recorder.isTakenApart || !isEnforced)
        if RepetitionDetector.isStuck(recorder.text) { return "it repeats itself" }
        if finished.count >= 2 {
            let median = finished.sorted()[finished.count / 2]
            if recorder.length > max(HardKill.shortest, 3 * median) { return "it is far longer than the others" }
        }
        guard wantsJSON || !tools.isEmpty, let answer = try? recorder.read(isPartial: true) else { return nil }
        if wantsJSON, let start = answer.content.first(where: { !$0.isWhitespace }), !HardKill.json.contains(start) {
            return "it is not JSON"
        }
        if !tools.isEmpty,
            let unknown = answer.toolCalls.first(where: { !$0.arguments.isEmpty && !tools.contains($0.name) })
        {
            return "it calls \(unknown.name), which is no tool of this request"
        }
        return nil
    }
}
