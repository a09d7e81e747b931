import Consensus
import SwarmCore

/// One request while its candidates run: takes their events, says what the client is to be told and when it is over.
///
/// A state machine without waiting: the owner feeds it and sends what it returns.
struct Round {
    private let plan: Plan
    private let reader: any AnswerReader
    private let makeCallID: () -> String
    private let began: ContinuousClock.Instant
    private var tally: Tally
    private var recorders: [CandidateID: CandidateRecorder]
    private var live: [CandidateID: LiveChoice] = [:]
    private var ended: [Candidate] = []
    private var outstanding: Set<CandidateID>
    /// Choices that there was no memory for; they are generated when the others have ended.
    private var postponed: Set<CandidateID> = []
    /// How many were started together last.
    private var started: Int
    private var failure: SourceError?
    private var firstToken: ContinuousClock.Instant?
    private var decided: ContinuousClock.Instant?

    init(plan: Plan, candidates: [CandidateID], model: any ChatModel, makeCallID: @escaping () -> String)
        throws(ReadError)
    {
        self.plan = plan
        self.makeCallID = makeCallID
        began = .now
        reader = try model.reader(for: plan.prompt.reading)
        tally = Tally(request: plan.request, candidates: candidates)
        outstanding = Set(candidates)
        started = candidates.count
        recorders = Dictionary(uniqueKeysWithValues: candidates.map { ($0, CandidateRecorder(id: $0)) })
        guard plan.mode != .vote else { return }
        for id in candidates {
            live[id] = LiveChoice(
                choice: id.index,
                reader: reader,
                prompt: plan.prompt,
                wantsScores: wantsScores,
                makeCallID: makeCallID
            )
        }
    }

    private var wantsScores: Bool { plan.request.sampling.topLogprobs != nil }

    /// The request is decided, or every candidate has ended.
    var isOver: Bool { decided != nil || outstanding.isEmpty }

    /// How far it is, as a sign of life.
    var progress: Phase { .voting(ready: plan.candidates.count - outstanding.count, of: plan.candidates.count) }

    /// What a vote has come to.
    var verdict: Verdict? {
        guard case .locked(let verdict) = tally.decision else { return nil }
        return verdict
    }

    /// Takes an event and gives what the client is to be told.
    mutating func take(_ update: CandidateUpdate) -> [AnswerEvent] {
        let id = update.candidate
        switch update.event {
        case .phase(let phase):
            return [.phase(phase)]
        case .text(let delta):
            if firstToken == nil { firstToken = .now }
            recorders[id]?.take(delta)
            guard let text = recorders[id]?.text, let deltas = live[id]?.deltas(after: delta, of: text) else {
                return []
            }
            return deltas.map { .delta(choice: id.index, $0) }
        case .finished(let outcome):
            return end(id, outcome: outcome)
        case .failed(.shed) where plan.mode == .choices:
            return postpone(id)
        case .failed(let error):
            outstanding.remove(id)
            failure = error
            tally.lose(id, because: error)
            return settle()
        }
    }

    /// What to generate now that everything else has ended; each is named once.
    mutating func takePostponed() -> [CandidatePlan] {
        guard !postponed.isEmpty, postponed == outstanding else { return [] }
        defer { postponed = [] }
        started = postponed.count
        let indices = Set(postponed.map(\.index))
        return plan.candidates.filter { indices.contains($0.index) }
    }

    /// A client that asked for `n` choices gets them, if need be one after the other; what it has seen of one ends there.
    private mutating func postpone(_ id: CandidateID) -> [AnswerEvent] {
        guard let recorder = recorders[id], !recorder.tokens.isEmpty else {
            postponed.insert(id)
            // No memory even for one of them: to ask again would be to ask for ever.
            guard postponed.count == started else { return [] }
            outstanding.subtract(postponed)
            postponed = []
            failure = .shed
            return settle()
        }
        let usage = Usage(promptTokens: plan.prompt.tokens.count, completionTokens: recorder.tokens.count)
        return end(id, outcome: Outcome(reason: .length, usage: usage))
    }

    private mutating func end(_ id: CandidateID, outcome: Outcome) -> [AnswerEvent] {
        guard outstanding.remove(id) != nil, let recorder = recorders[id] else { return [] }
        var candidate = recorder.candidate(
            outcome: outcome,
            seconds: (ContinuousClock.now - began).seconds,
            reader: reader,
            makeCallID: makeCallID
        )
        var events: [AnswerEvent] = []
        if live[id] != nil {
            events = (live[id]?.deltas(atEndOf: candidate) ?? []).map { .delta(choice: id.index, $0) }
            events.append(.choiceFinished(choice: id.index, candidate.outcome.reason))
        }
        if !wantsScores { candidate.tokens = candidate.tokens.map { $0.withoutAlternatives } }
        ended.append(candidate)
        tally.record(candidate)
        return events + settle()
    }

    /// Looks whether the vote is decided; a decided winner is shown.
    private mutating func settle() -> [AnswerEvent] {
        guard decided == nil else { return [] }
        if plan.mode == .choices {
            if outstanding.isEmpty { decided = .now }
            return []
        }
        guard case .locked = tally.decision, let winner = tally.winner else { return [] }
        decided = .now
        guard plan.mode == .vote else { return [] }
        return winner.burst(wantsScores: wantsScores).map { .delta(choice: 0, $0) }
            + [.choiceFinished(choice: 0, winner.outcome.reason)]
    }

    /// What it all came to.
    /// - Throws: when no candidate ended by itself: the last reason for losing one.
    func summary() throws(SourceError) -> AnswerSummary {
        let returned = plan.mode == .choices ? ended.sorted { $0.id < $1.id } : tally.winner.map { [$0] } ?? []
        guard let first = returned.first else { throw failure ?? tally.failure ?? .cancelled }
        var usage = first.outcome.usage
        usage.completionTokens = returned.reduce(0) { $0 + $1.outcome.usage.completionTokens }
        usage.reasoningTokens = returned.reduce(0) { $0 + $1.outcome.usage.reasoningTokens }
        let end = decided ?? .now
        let total = recorders.values.reduce(0) { $0 + $1.tokens.count }
        let generating = firstToken.map { (end - $0).seconds } ?? 0
        return AnswerSummary(
            usage: usage,
            report: plan.mode == .choices ? nil : verdict?.report,
            winner: plan.mode == .choices ? nil : verdict?.winner.index,
            totalTokens: total,
            seed: plan.seed,
            decisionSeconds: (end - began).seconds,
            firstTokenSeconds: firstToken.map { ($0 - began).seconds },
            tokensPerSecond: generating > 0 ? Double(total) / generating : 0
        )
    }
}

extension TokenScore {
    fileprivate var withoutAlternatives: TokenScore {
        var score = self
        score.alternatives = []
        return score
    }
}
