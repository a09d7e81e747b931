import Consensus
import SwarmCore

/// One request while its candidates run: takes their events, says what the client is to be told and when it is over.
///
/// A state machine without waiting: the owner feeds it, sends what it returns and carries out its actions.
struct Round {
    /// What the owner is to do.
    enum Action: Sendable {
        /// Have a source generate candidates whose answers begin with `opening`.
        case generate(SourceID, [CandidatePlan], opening: [TokenScore])
        case stop(CandidateID)
        /// Find out about programs and hand the evidence to `learn`.
        case examine(CodeExamination)
    }

    private let plan: Plan
    private let reader: any AnswerReader
    private let repair: CallRepair
    private let makeCallID: () -> String
    private let began: ContinuousClock.Instant
    private let hardKill: HardKill
    private var actions: [Action] = []
    private var tally: Tally
    private var recorders: [CandidateID: CandidateRecorder] = [:]
    private var live: [CandidateID: LiveChoice] = [:]
    private var lead: Lead
    private var ended: [Candidate] = []
    private var outstanding: Set<CandidateID>
    /// Who was asked for each candidate, by index; one in another's place has an index of its own.
    private var dealt: [SourceID]
    private var losses: [CandidateID: SourceError] = [:]
    private var asked: Int
    private var killed: [CandidateID: String] = [:]
    private var isExamining = false
    /// Choices that there was no memory for; they are generated when the others have ended.
    private var postponed: Set<CandidateID> = []
    /// How many were started together last.
    private var started: Int
    private var failure: SourceError?
    private var isBroken = false
    /// What a completion begins its reply with; `nil` when it does not echo, or has.
    private var promptToEcho: String?
    private var firstToken: ContinuousClock.Instant?
    private var paces: [SourceID: SourcePace] = [:]
    private var patience = Patience()
    private var hedges = Hedges()
    private var decided: ContinuousClock.Instant?

    init(plan: Plan, model: any ChatModel, makeCallID: @escaping () -> String) throws(ReadError) {
        self.plan = plan
        self.makeCallID = makeCallID
        began = .now
        let reader = try model.reader(for: plan.prompt)
        self.reader = reader
        let repair = CallRepair(tools: plan.request.tools)
        self.repair = repair
        if let completion = plan.request.completion, completion.echoes {
            switch completion.source {
            case .text(let text): promptToEcho = text
            case .tokens(let tokens): promptToEcho = model.detokenize(tokens)
            }
        }
        let dealt = plan.deal.sources(of: plan.candidates.count)
        self.dealt = dealt
        let candidates = zip(dealt, plan.candidates).map { CandidateID(source: $0, index: $1.index) }
        tally = Tally(request: plan.request, candidates: candidates, rules: plan.rules)
        outstanding = Set(candidates)
        started = candidates.count
        asked = candidates.count
        hardKill = HardKill(plan)
        let wantsScores = plan.request.sampling.topLogprobs != nil
        let makeLive = { (choice: Int) in
            LiveChoice(
                choice: choice,
                prompt: plan.prompt,
                wantsScores: wantsScores,
                repair: repair,
                makeCallID: makeCallID
            )
        }
        lead = Lead(plan.streaming) { makeLive(0) }
        for id in candidates {
            recorders[id] = CandidateRecorder(id: id, reader: reader)
            if plan.mode != .vote { live[id] = makeLive(id.index) }
        }
        actions = generating(plan.candidates)
    }

    private var wantsScores: Bool { plan.request.sampling.topLogprobs != nil }

    /// The request is decided, or every candidate has ended.
    var isOver: Bool { decided != nil || isBroken || outstanding.isEmpty && !isExamining && actions.isEmpty }

    /// How far it is, as a sign of life.
    var progress: Phase { .voting(ready: asked - outstanding.count + hedges.running, of: asked) }

    /// Every candidate that ended by itself or was ended as hopeless, by index.
    var candidates: [Candidate] { ended.sorted { $0.id.index < $1.id.index } }

    /// What is answered, once that is decided.
    var winner: Candidate? { tally.winner }

    /// What the client has now, as the model wrote it; nothing that was put together from several candidates.
    var returned: [Candidate] {
        if plan.mode == .choices { return candidates }
        return verdict?.report.method == .synthesis ? [] : winner.map { [$0] } ?? []
    }

    /// What a vote has come to.
    var verdict: Verdict? {
        guard case .locked(let verdict) = tally.decision else { return nil }
        return verdict
    }

    /// What to do now; each action is given once.
    mutating func takeActions() -> [Action] {
        if !postponed.isEmpty, postponed == outstanding {
            started = postponed.count
            let indices = Set(postponed.map(\.index))
            actions += generating(plan.candidates.filter { indices.contains($0.index) })
            postponed = []
        }
        defer { actions = [] }
        return actions
    }

    /// Takes an event and gives what the client is to be told.
    mutating func take(_ update: CandidateUpdate) -> [AnswerEvent] {
        let id = update.candidate
        switch update.event {
        case .phase(let phase): return [.phase(phase)]
        case .prompt(let scores): return echo(scores)
        case .text(let delta): return echo([]) + take(delta, of: id)
        case .finished(let outcome): return echo([]) + end(id, outcome: outcome)
        case .failed(.shed) where plan.mode == .choices: return postpone(id)
        case .failed(let error): return lose(id, because: error)
        }
    }

    /// The prompt, before anything else and once, where the reply is to begin with it.
    private mutating func echo(_ scores: [TokenScore]) -> [AnswerEvent] {
        defer { promptToEcho = nil }
        return promptToEcho.map { [.prompt($0, scores)] } ?? []
    }

    /// Takes what was found out about programs.
    mutating func learn(_ evidence: CodeEvidence) -> [AnswerEvent] {
        isExamining = false
        tally.learn(evidence)
        return settle()
    }

    /// Has the head generate what others are late with, or gives it up, once the rest has waited long enough.
    mutating func wait(until now: ContinuousClock.Instant) -> [AnswerEvent] {
        guard plan.mode == .vote, !plan.rules.isStrict, decided == nil, let head = plan.deal.shares.first?.source else {
            return []
        }
        let late = outstanding.filter { $0.source != head }.sorted()
        let step = patience.step(
            after: (now - began).seconds,
            ended: ended.count,
            late: late.count,
            isAllElseDone: late.count == outstanding.count
        )
        switch step {
        case .wait: return []
        case .hedge(let count):
            let places = late.filter { $0 != lead.leader }.prefix(count)
            for (place, hedge) in zip(places, begin(Array(repeating: head, count: places.count))) {
                hedges.begin(hedge, for: place)
            }
            return []
        case .giveUp:
            return late.flatMap { id in
                actions.append(.stop(id))
                return lose(id, because: .late)
            }
        }
    }

    private mutating func take(_ delta: TextDelta, of id: CandidateID) -> [AnswerEvent] {
        guard outstanding.contains(id) else { return [] }
        let now = ContinuousClock.now
        if firstToken == nil { firstToken = now }
        paces[id.source, default: SourcePace()].note(now)
        let before = recorders[id]?.length ?? 0
        recorders[id]?.take(delta)
        guard let recorder = recorders[id] else { return [] }
        guard plan.mode == .vote else {
            return (live[id]?.deltas(after: delta, of: recorder) ?? []).map { .delta(choice: choice(of: id), $0) }
        }
        var events: [AnswerEvent] = []
        if plan.streaming != .burst {
            let running = outstanding.filter { !hedges.contains($0) }.compactMap { recorders[$0] }
                .sorted { $0.id.index < $1.id.index }
            events = lead.deltas(after: delta, of: id, running: running, ended: ended).map { .delta(choice: 0, $0) }
            if let leader = lead.leader {
                tally.follow(leader)
                // What is shown is not replaced.
                if case .second(let hedge) = hedges.end(of: leader) { drop(hedge) }
            }
        }
        if before / HardKill.interval != recorder.length / HardKill.interval, let reason = hopeless(recorder) {
            killed[id] = reason
            actions.append(.stop(id))
            events +=
                hedges.contains(id)
                ? lose(id, because: .backend(reason))
                : end(id, outcome: recorder.cutOff(prompt: plan.prompt.tokens.count))
        }
        return events
    }

    private func hopeless(_ recorder: CandidateRecorder) -> String? {
        // Long as it may be, what is shown is the answer.
        let isShown = recorder.id == lead.leader
        return hardKill.reason(
            recorder,
            finished: isShown ? [] : ended.filter { killed[$0.id] == nil }.compactMap { recorders[$0.id]?.length }
        )
    }

    private mutating func lose(_ id: CandidateID, because error: SourceError) -> [AnswerEvent] {
        guard outstanding.contains(id) else { return [] }
        losses[id] = error
        if replace(id) { return [] }
        switch hedges.end(of: id) {
        case .first:
            // It may still come.
            outstanding.remove(id)
            return []
        case .second(let hedge):
            tally.replace(id, by: hedge)
            outstanding.remove(id)
            return []
        case nil: break
        }
        if id == lead.leader {
            // Its text was shown: it is the answer as far as it goes, unless all there is broke.
            if error == .shed || dealt.contains(where: { $0 != id.source }), let recorder = recorders[id] {
                return end(id, outcome: recorder.cutOff(prompt: plan.prompt.tokens.count))
            }
            isBroken = true
        }
        outstanding.remove(id)
        failure = error
        tally.lose(id, because: error)
        return isBroken ? [] : settle()
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
        return end(id, outcome: recorder.cutOff(prompt: plan.prompt.tokens.count))
    }

    private mutating func end(_ id: CandidateID, outcome: Outcome) -> [AnswerEvent] {
        recorders[id]?.correct(by: outcome.usage)
        guard outstanding.remove(id) != nil, let recorder = recorders[id] else { return [] }
        switch hedges.end(of: id) {
        case .first(let late):
            tally.replace(late, by: id)
            losses[late] = .late
            drop(late)
        case .second(let hedge): drop(hedge)
        case nil: break
        }
        var candidate = recorder.candidate(
            outcome: outcome,
            seconds: (ContinuousClock.now - began).seconds,
            repair: repair,
            makeCallID: makeCallID
        )
        var events: [AnswerEvent] = []
        if live[id] != nil {
            events = (live[id]?.deltas(atEndOf: candidate) ?? []).map { .delta(choice: choice(of: id), $0) }
            events.append(.choiceFinished(choice: choice(of: id), candidate.outcome.reason))
        } else if id == lead.leader {
            events = lead.rest(of: candidate).map { .delta(choice: 0, $0) }
            events.append(.choiceFinished(choice: 0, candidate.outcome.reason))
        }
        if !wantsScores { candidate.tokens = candidate.tokens.map { $0.withoutAlternatives } }
        ended.append(candidate)
        tally.record(candidate)
        return events + settle()
    }

    private mutating func drop(_ id: CandidateID) {
        outstanding.remove(id)
        actions.append(.stop(id))
    }

    /// Looks whether the vote is decided; a decided winner is shown.
    private mutating func settle() -> [AnswerEvent] {
        guard decided == nil else { return [] }
        if plan.mode == .choices {
            if outstanding.isEmpty { decided = .now }
            return []
        }
        switch tally.decision {
        case .undecided: return []
        case .escalate(let plan):
            // Where nothing can be asked for, what there is decides.
            return escalate(plan) ? [] : settle()
        case .examine(let examination):
            isExamining = true
            actions.append(.examine(examination))
            return []
        case .locked: break
        }
        guard let winner = tally.winner else { return [] }
        decided = .now
        guard plan.mode == .vote, lead.leader == nil else { return [] }
        return lead.burst(winner, wantsScores: wantsScores).map { .delta(choice: 0, $0) }
            + [.choiceFinished(choice: 0, winner.outcome.reason)]
    }

    /// - Returns: whether anything was asked for.
    private mutating func escalate(_ escalation: EscalationPlan) -> Bool {
        var expected: [CandidateID] = []
        let sources = plan.deal.sources(of: escalation.additional, after: dealt, without: deserted)
        expected += begin(sources)
        for fork in escalation.forks {
            // Only the model that wrote it can go on in the middle of an answer.
            guard recorders[fork.candidate]?.isTakenApart == false,
                let tokens = ended.first(where: { $0.id == fork.candidate })?.tokens
            else { continue }
            let sources = Array(repeating: fork.candidate.source, count: fork.count)
            expected += begin(sources, opening: Array(tokens.prefix(tokens.count / 2)))
        }
        asked += expected.count
        if expected.isEmpty { tally.decline() } else { tally.expect(expected) }
        started = expected.count
        return !expected.isEmpty
    }

    private mutating func begin(_ sources: [SourceID], opening: [TokenScore] = []) -> [CandidateID] {
        let plans = sources.indices.map { plan.further(dealt.count + $0) }
        dealt += sources
        let ids = zip(sources, plans).map { CandidateID(source: $0, index: $1.index) }
        for id in ids {
            outstanding.insert(id)
            let stops = plan.request.limits.stop + plan.prompt.extraStops
            recorders[id] = CandidateRecorder(id: id, reader: reader, opening: opening, stops: stops)
        }
        actions += generating(plans, opening: opening)
        return ids
    }

    /// One action for each source.
    private func generating(_ plans: [CandidatePlan], opening: [TokenScore] = []) -> [Action] {
        plan.deal.shares.compactMap { share in
            let own = plans.filter { dealt[$0.index] == share.source }
            return own.isEmpty ? nil : .generate(share.source, own, opening: opening)
        }
    }

    /// Sources that lost every candidate they were asked for.
    private var deserted: Set<SourceID> {
        let living = recorders.keys.filter { losses[$0] == nil }.map(\.source)
        return Set(losses.keys.map(\.source)).subtracting(living)
    }

    /// Has another source generate a lone candidate that was lost before it said anything.
    private mutating func replace(_ id: CandidateID) -> Bool {
        guard plan.mode == .single, recorders[id]?.length == 0,
            let next = plan.deal.shares.first(where: { !dealt.contains($0.source) })?.source
        else { return false }
        let other = CandidateID(source: next, index: dealt.count)
        dealt.append(next)
        outstanding.remove(id)
        outstanding.insert(other)
        tally.replace(id, by: other)
        recorders[other] = CandidateRecorder(id: other, reader: reader)
        live[other] = live.removeValue(forKey: id)
        var own = plan.candidates[0]
        own.index = other.index
        actions += generating([own])
        return true
    }

    /// A lone candidate is the client's first choice, whoever generates it.
    private func choice(of id: CandidateID) -> Int { plan.mode == .single ? 0 : id.index }

    /// Ended candidates that the model which rendered the prompt wrote, of those the client has.
    var remembered: [Candidate] { returned.filter { recorders[$0.id]?.isTakenApart == false } }

    /// Which candidate of each source is worth keeping: the winner, or the first that ended.
    var kept: [CandidateID] {
        guard let verdict, plan.mode != .choices else { return [] }
        return plan.deal.shares.compactMap { share in
            verdict.winner.source == share.source
                ? verdict.winner : ended.filter { $0.id.source == share.source }.map(\.id).min()
        }
    }

    /// What each source gave.
    private var sources: [SourceReport] {
        guard plan.deal.shares.count > 1 else { return [] }
        return plan.deal.shares.compactMap { share in
            let own = dealt.indices.filter { dealt[$0] == share.source }
            guard !own.isEmpty else { return nil }
            let lost = losses.filter { $0.key.source == share.source }.sorted { $0.key < $1.key }
            let generated = recorders.filter { $0.key.source == share.source }.reduce(0) { $0 + $1.value.generated }
            return SourceReport(
                id: share.source,
                model: plan.models[share.source] ?? ModelID(rawValue: ""),
                candidates: own,
                finished: ended.count { $0.id.source == share.source && losses[$0.id] == nil },
                lost: lost.count,
                failure: lost.last?.value.reason,
                tokens: generated,
                seconds: paces[share.source].map { ($0.last - began).seconds },
                tokensPerSecond: paces[share.source].flatMap { $0.rate(of: generated) }
            )
        }
    }

    /// What it all came to.
    /// - Throws: when no candidate ended by itself: the last reason for losing one.
    func summary() throws(SourceError) -> AnswerSummary {
        if isBroken { throw failure ?? .cancelled }
        let returned = plan.mode == .choices ? ended.sorted { $0.id < $1.id } : tally.winner.map { [$0] } ?? []
        guard let first = returned.first else { throw failure ?? tally.failure ?? .cancelled }
        var usage = first.outcome.usage
        usage.completionTokens = returned.reduce(0) { $0 + $1.outcome.usage.completionTokens }
        usage.reasoningTokens = returned.reduce(0) { $0 + $1.outcome.usage.reasoningTokens }
        let end = decided ?? .now
        let total = recorders.values.reduce(0) { $0 + $1.generated }
        let generating = firstToken.map { (end - $0).seconds } ?? 0
        return AnswerSummary(
            usage: usage,
            report: plan.mode == .choices ? nil : verdict?.report,
            winner: plan.mode == .choices ? nil : verdict?.winner.index,
            totalTokens: total,
            seed: plan.seed,
            decisionSeconds: (end - began).seconds,
            firstTokenSeconds: firstToken.map { ($0 - began).seconds },
            tokensPerSecond: generating > 0 ? Double(total) / generating : 0,
            killed: killed.count,
            hedged: hedges.count,
            streaming: plan.mode == .vote ? plan.streaming : nil,
            gate: plan.gate,
            context: plan.context,
            sources: sources
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

extension SourceError {
    fileprivate static let late = SourceError.backend("its vote would have come too late")
}
