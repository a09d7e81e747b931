package import SwarmCore

/// One step of what a scripted source does; candidates are named by their index.
package enum ScriptStep: Sendable {
    /// Text with one token for each of its bytes.
    case say(Int, String)
    case phase(Int, Phase)
    case finish(Int, FinishReason = .stop)
    /// Both in one.
    case whole(Int, String, FinishReason = .stop)
    case fail(Int, SourceError)
    /// Goes on once a test opens the gate.
    case wait(Gate)
    /// Opens the gate: everything before this step was taken.
    case mark(Gate)
}

/// A source that plays a script for each assignment, one event for each time it is asked.
///
/// Candidates the script leaves without an end run until they are cancelled.
package final class ScriptedSource: CandidateSource {
    /// What happened so far.
    package struct Record: Sendable {
        /// In the order in which their iteration began.
        package var started: [Assignment] = []
        /// Candidates without an end when the iteration ended, by assignment.
        package var cancelled: [[Int]] = []
        /// Assignments whose iteration is over, for whatever reason.
        package var ended = 0
        /// Winners this source was told of, in order.
        package var winners: [Int] = []
    }

    package let id = SourceID(rawValue: "scripted")
    package let isSaturated: Bool
    package let record = Observed(Record())
    private let script: @Sendable (Assignment) -> [ScriptStep]

    package init(isSaturated: Bool = false, script: @escaping @Sendable (Assignment) -> [ScriptStep]) {
        self.isSaturated = isSaturated
        self.script = script
    }

    package convenience init(_ steps: [ScriptStep]) { self.init { _ in steps } }

    package func candidates(for assignment: Assignment) -> CandidateStream {
        CandidateStream { [self] in
            record.change { $0.started.append(assignment) }
            let playback = Playback(assignment, source: id, steps: script(assignment), record: record)
            return CandidateStream.Iterator { await playback.next() }
        }
    }

    package func settle(_ request: RequestID, winner: Int) { record.change { $0.winners.append(winner) } }

    /// Waits until this many assignments were broken off, and gives the candidates that were running in each.
    package func cancelled(_ count: Int = 1) async -> [[Int]] {
        await record.wait { $0.cancelled.count >= count }
        return record.value.cancelled
    }
}

/// One assignment while it is played.
///
/// Its end is the end of the iteration that owns it.
private final class Playback {
    private let source: SourceID
    private let record: Observed<ScriptedSource.Record>
    private var steps: ArraySlice<ScriptStep>
    private var open: Set<Int>
    private var usage: [Int: Usage]

    init(_ assignment: Assignment, source: SourceID, steps: [ScriptStep], record: Observed<ScriptedSource.Record>) {
        self.source = source
        self.record = record
        self.steps = steps[...]
        open = Set(assignment.candidates.map(\.index))
        let usage = Usage(promptTokens: assignment.prompt.tokens.count)
        self.usage = Dictionary(uniqueKeysWithValues: open.map { ($0, usage) })
    }

    deinit {
        let left = open.sorted()
        record.change { record in
            record.ended += 1
            if !left.isEmpty { record.cancelled.append(left) }
        }
    }

    func next() async -> CandidateUpdate? {
        while !Task.isCancelled, !open.isEmpty {
            switch steps.popFirst() {
            case .wait(let gate)?: await gate.passed()
            case .mark(let gate)?: gate.open()
            case .say(let index, let text)?: return update(index, .text(spoken(index, text)))
            case .whole(let index, let text, let reason)?: steps = [.say(index, text), .finish(index, reason)] + steps
            case .phase(let index, let phase)?: return update(index, .phase(phase))
            case .finish(let index, let reason)?:
                open.remove(index)
                return update(index, .finished(Outcome(reason: reason, usage: usage[index] ?? Usage())))
            case .fail(let index, let error)?:
                open.remove(index)
                return update(index, .failed(error))
            case nil: await Gate().passed()
            }
        }
        return nil
    }

    private func spoken(_ index: Int, _ text: String) -> TextDelta {
        usage[index]?.completionTokens += text.utf8.count
        let tokens = text.utf8.map { TokenScore(token: Int32($0), bytes: [$0], logprob: -0.5, selfCertainty: 2) }
        return TextDelta(text: text, tokens: tokens)
    }

    private func update(_ index: Int, _ event: CandidateEvent) -> CandidateUpdate {
        CandidateUpdate(candidate: CandidateID(source: source, index: index), event: event)
    }
}
