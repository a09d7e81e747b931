package import SwarmCore

/// Collects one answer into a whole response object.
///
/// Only choice 0 counts.
package struct ResponsesReplyEncoder: AnswerReplyEncoder {
    private let identity: ResponsesIdentity
    private var output: ResponsesOutput
    /// What there is to keep of the answer; `nil` until it has ended.
    package private(set) var outcome: ResponsesOutcome?

    package init(_ identity: ResponsesIdentity) {
        self.identity = identity
        self.output = ResponsesOutput(identity)
    }

    /// Takes an event; the last one gives the body.
    package mutating func encode(_ event: AnswerEvent) -> JSON? {
        switch event {
        case .delta(0, let delta): _ = output.take(delta)
        case .choiceFinished(0, let reason): _ = output.finish(reason)
        case .finished(let summary):
            _ = output.finish(.stop)
            let ended = ResponsesOutcome(identity, output, summary)
            outcome = ended
            return ended.response
        case .phase, .prompt, .delta, .choiceFinished: break
        }
        return nil
    }
}
