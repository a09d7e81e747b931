import Consensus
import SwarmCore

/// What a client is shown of a vote before it is decided.
///
/// Nothing that was shown is taken back: a candidate whose answer is shown is the answer.
struct Lead {
    /// Answer tokens that are held back until it is clear what most candidates are about to do.
    static let holdBack = 48

    private let policy: StreamingPolicy
    private let makeLive: () -> LiveChoice
    private var live: LiveChoice?
    /// Whose text is shown.
    private(set) var shown: CandidateID?
    /// Who would lead had ended already: the vote decides.
    private var isForgone = false

    init(_ policy: StreamingPolicy, makeLive: @escaping () -> LiveChoice) {
        self.policy = policy
        self.makeLive = makeLive
    }

    /// The candidate whose answer is being shown; it is bound to win.
    var leader: CandidateID? { policy == .leader ? shown : nil }

    /// What to show after more text of a candidate.
    ///
    /// - Parameters:
    ///   - running: all candidates that still run, by index.
    ///   - ended: all that ended by themselves.
    mutating func deltas(
        after delta: TextDelta,
        of id: CandidateID,
        running: [CandidateRecorder],
        ended: [Candidate]
    ) -> [AnswerDelta] {
        switch policy {
        case .burst: return []
        case .leader:
            if shown == nil {
                guard !isForgone, isClear(running) else { return [] }
                guard let chosen = choice(among: running, ended: ended) else {
                    isForgone = true
                    return []
                }
                shown = chosen.id
                live = makeLive()
                let whole = TextDelta(text: chosen.text, tokens: chosen.tokens)
                return live?.deltas(after: whole, of: chosen) ?? []
            }
            guard id == shown, let recorder = running.first(where: { $0.id == id }) else { return [] }
            return live?.deltas(after: delta, of: recorder) ?? []
        case .reasoningLeader:
            if shown == nil {
                shown = running.first?.id
                live = makeLive()
            }
            guard id == shown, let recorder = running.first(where: { $0.id == id }) else { return [] }
            return (live?.deltas(after: delta, of: recorder) ?? []).filter(\.isReasoning)
        }
    }

    /// What is left to show of the leader, which has ended.
    mutating func rest(of leader: Candidate) -> [AnswerDelta] { live?.deltas(atEndOf: leader) ?? [] }

    /// What to show of a winner that was not shown, or of which only the reasoning was.
    mutating func burst(_ winner: Candidate, wantsScores: Bool) -> [AnswerDelta] {
        var winner = winner
        var deltas: [AnswerDelta] = []
        if policy == .reasoningLeader, shown != nil, live?.hasShownReasoning == true {
            if winner.id == shown { deltas = (live?.deltas(atEndOf: winner) ?? []).filter(\.isReasoning) }
            winner.answer.reasoning = ""
        }
        return deltas + winner.burst(wantsScores: wantsScores)
    }

    /// Whether all have begun that can be waited for: nobody waits for a source that says nothing while all of another do.
    private func isClear(_ running: [CandidateRecorder]) -> Bool {
        let isFar = { (recorder: CandidateRecorder) in recorder.length >= Lead.holdBack }
        let bySource = Dictionary(grouping: running, by: \.id.source)
        return running.allSatisfy { isFar($0) || $0.length == 0 }
            && bySource.values.contains { $0.allSatisfy(isFar) }
    }

    /// The first of all candidates that begin with what most do, if it still runs.
    ///
    /// The first in order is the client's own; another one leads only when that one starts out unlike most.
    private func choice(among running: [CandidateRecorder], ended: [Candidate]) -> CandidateRecorder? {
        let begun = running.filter { $0.length > 0 }.map { ($0.id, $0.text) }
        let texts = (begun + ended.map { ($0.id, $0.text) }).sorted { $0.0.index < $1.0.index }
        let intents = texts.map { (id: $0.0, intent: Structure($0.1).intent) }
        let counts = Dictionary(grouping: intents, by: \.intent).mapValues(\.count)
        let most = counts.values.max()
        let first = intents.first { counts[$0.intent] == most }?.id
        return running.first { $0.id == first }
    }
}

extension AnswerDelta {
    fileprivate var isReasoning: Bool { if case .reasoning = self { true } else { false } }
}
