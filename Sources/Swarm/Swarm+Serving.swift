package import SwarmCore

/// Candidates for a vote that another node holds, with all that is needed to generate them.
package struct ServedPlan: Sendable {
    let assignment: Assignment
    /// The places of the candidates in the other node's vote, in the order of the assignment.
    let indices: [Int]

    /// The request, by the name it has here.
    package var id: RequestID { assignment.request.id }
    /// Tokens of the prompt.
    package var promptTokens: Int { assignment.prompt.tokens.count }
}

extension Swarm {
    /// Decides how candidates are generated for another node.
    ///
    /// Only the head's own source is asked: what comes from elsewhere goes nowhere else, so that no request can go in circles.
    /// - Throws: why the model here cannot answer the request.
    package func plan(_ request: ChatRequest, asked: [AskedCandidate]) async throws(PlanError) -> ServedPlan {
        guard let head, !head.isSaturated else { throw .saturated(retryAfterSeconds: 2) }
        let fitted = try await fit(request)
        let own = request.sampling.completed(by: model.card.sampling)
        let plans = asked.enumerated().map { place, candidate in
            var sampling = candidate.index > 0 ? own.diversified(asked: request.sampling) : own
            if let temperature = candidate.temperature { sampling.temperature = temperature }
            sampling.seed = candidate.seed
            return CandidatePlan(index: place, sampling: sampling)
        }
        return ServedPlan(
            assignment: Assignment(
                request: request,
                fitted: fitted.request,
                prompt: fitted.prompt,
                candidates: plans
            ),
            indices: asked.map(\.index)
        )
    }

    /// Generates them; answers are handed over taken apart, since the other node may have another model.
    ///
    /// Ending this call cancels every candidate.
    /// - Parameter tell: takes the events of one candidate at a time, by its place in the other node's vote: pieces of text,
    ///   then one end.
    package func serve(
        _ plan: ServedPlan,
        tell: (Int, CandidateEvent) async throws -> Void
    ) async throws {
        guard let head else { return }
        let request = plan.assignment.request
        activity.begin(request.id, candidates: plan.indices.count)
        defer { activity.end(request.id) }
        var served = try plan.indices.indices.map { place in
            ServedCandidate(
                id: CandidateID(source: head.id, index: place),
                prompt: plan.assignment.prompt,
                reader: try model.reader(for: plan.assignment.prompt.reading),
                repair: CallRepair(tools: request.tools)
            )
        }
        var first: Int?
        for await update in head.candidates(for: plan.assignment) {
            activity.note(update, of: request.id)
            let place = update.candidate.index
            guard served.indices.contains(place) else { continue }
            if case .finished = update.event, first == nil { first = place }
            for event in served[place].events(of: update.event) { try await tell(plan.indices[place], event) }
        }
        if let first { head.settle(request.id, winner: first) }
        try Task.checkCancellation()
    }

    /// Ends one candidate that is generated for another node; the others go on.
    package func stop(_ plan: ServedPlan, candidate index: Int) {
        guard let place = plan.indices.firstIndex(of: index) else { return }
        head?.stop(plan.id, candidate: place)
    }
}

/// One candidate for another node, while it is generated.
private struct ServedCandidate {
    private var recorder: CandidateRecorder
    private var live: LiveChoice
    private let repair: CallRepair
    private var names: [Int: String] = [:]
    private let began = ContinuousClock.now

    init(id: CandidateID, prompt: Prompt, reader: any AnswerReader, repair: CallRepair) {
        recorder = CandidateRecorder(id: id, reader: reader)
        live = LiveChoice(choice: 0, prompt: prompt, wantsScores: false, repair: repair) { "" }
        self.repair = repair
    }

    mutating func events(of event: CandidateEvent) -> [CandidateEvent] {
        switch event {
        case .phase, .prompt: return []
        case .text(let delta):
            recorder.take(delta)
            if recorder.isTakenApart { return [.text(TextDelta(text: delta.text, channel: delta.channel))] }
            return live.deltas(after: delta, of: recorder).compactMap { piece($0) }
        case .finished(let outcome):
            recorder.correct(by: outcome.usage)
            let candidate = recorder.candidate(
                outcome: outcome,
                seconds: (ContinuousClock.now - began).seconds,
                repair: repair,
                makeCallID: { "" }
            )
            let rest = recorder.isTakenApart ? [] : live.deltas(atEndOf: candidate).compactMap { piece($0) }
            return rest + [.finished(candidate.outcome)]
        case .failed(let error): return [.failed(error)]
        }
    }

    private mutating func piece(_ delta: AnswerDelta) -> CandidateEvent? {
        switch delta {
        case .reasoning(let text): return .text(TextDelta(text: text, channel: .reasoning))
        case .content(let text): return .text(TextDelta(text: text, channel: .content))
        case .logprobs: return nil
        case .toolCall(let index, _, let name):
            names[index] = name
            return .text(TextDelta(text: "", channel: .call(index: index, name: name)))
        case .toolArguments(let index, let text):
            return .text(TextDelta(text: text, channel: .call(index: index, name: names[index] ?? "")))
        }
    }
}
