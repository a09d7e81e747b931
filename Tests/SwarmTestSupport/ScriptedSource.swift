package import SwarmCore

/// One step of what a scripted source does; candidates are named by their index.
package enum ScriptStep: Sendable {
    /// Text with one token for each of its bytes.
    case say(Int, String)
    /// A piece that is taken apart, without tokens.
    case tell(Int, TextDelta.Channel, String)
    case phase(Int, Phase)
    case finish(Int, FinishReason = .stop)
    /// Both in one.
    case whole(Int, String, FinishReason = .stop)
    case fail(Int, SourceError)
    /// Goes on once a test opens the gate.
    case wait(Gate)
    /// Opens the gate: everything before this step was taken.
    case mark(Gate)

    /// The candidate it is about.
    fileprivate var candidate: Int? {
        switch self {
        case .say(let index, _), .tell(let index, _, _), .phase(let index, _), .finish(let index, _),
            .whole(let index, _, _),
            .fail(let index, _):
            index
        case .wait, .mark: nil
        }
    }
}

/// A source that plays a script for each assignment, one event for each time it is asked.
///
/// Candidates the script leaves without an end run until they are stopped or cancelled. One that is stopped ends when the
/// stream is asked next, or is waiting already; the script's later steps about it are passed over, and so are steps about
/// candidates that the assignment does not ask for.
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
        /// Every stop this source was told of, in order, also of candidates that had ended.
        fileprivate var stops: [(request: RequestID, candidate: Int)] = []
        /// Candidates this source was told to stop, in order.
        package var stopped: [Int] { stops.map(\.candidate) }
    }

    package let id: SourceID
    package let traits: SourceTraits
    package let isSaturated: Bool
    package let record = Observed(Record())
    private let script: @Sendable (Assignment) -> [ScriptStep]

    package init(
        id: String = "scripted",
        traits: SourceTraits = SourceTraits(),
        isSaturated: Bool = false,
        script: @escaping @Sendable (Assignment) -> [ScriptStep]
    ) {
        self.id = SourceID(rawValue: id)
        self.traits = traits
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

    package func stop(_ request: RequestID, candidate: Int) { record.change { $0.stops.append((request, candidate)) } }

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
    private let request: RequestID
    private let record: Observed<ScriptedSource.Record>
    /// Stops that came before this assignment began, which do not concern it.
    private let earlierStops: Int
    private var stopped: Set<Int> = []
    private var steps: ArraySlice<ScriptStep>
    private var open: Set<Int>
    private var usage: [Int: Usage]

    init(_ assignment: Assignment, source: SourceID, steps: [ScriptStep], record: Observed<ScriptedSource.Record>) {
        self.source = source
        request = assignment.request.id
        self.record = record
        earlierStops = record.value.stops.count
        let open = Set(assignment.candidates.map(\.index))
        self.open = open
        self.steps = steps.filter { $0.candidate.map(open.contains) ?? true }[...]
        // An opening is read like a part of the prompt, and all but the last token of it was read before.
        let prompt = assignment.prompt.tokens.count + assignment.opening.count
        let usage = Usage(promptTokens: prompt, cachedTokens: assignment.opening.isEmpty ? 0 : prompt - 1)
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
            if let index = Self.stops(in: record.value, after: earlierStops, of: request).first(where: open.contains) {
                open.remove(index)
                stopped.insert(index)
                return update(index, .failed(.cancelled))
            }
            let step = steps.popFirst()
            if let index = step?.candidate, stopped.contains(index) { continue }
            switch step {
            case .wait(let gate)?:
                await passedOrStopped(gate)
                if !gate.value { steps = [.wait(gate)] + steps }
            case .mark(let gate)?: gate.open()
            case .say(let index, let text)?: return update(index, .text(spoken(index, text)))
            case .tell(let index, let channel, let text)?:
                return update(index, .text(TextDelta(text: text, channel: channel)))
            case .whole(let index, let text, let reason)?: steps = [.say(index, text), .finish(index, reason)] + steps
            case .phase(let index, let phase)?: return update(index, .phase(phase))
            case .finish(let index, let reason)?:
                open.remove(index)
                return update(index, .finished(Outcome(reason: reason, usage: usage[index] ?? Usage())))
            case .fail(let index, let error)?:
                open.remove(index)
                return update(index, .failed(error))
            case nil: await passedOrStopped(Gate())
            }
        }
        return nil
    }

    /// Waits until a gate is open or a candidate that still runs is stopped; returns early when the task is cancelled.
    private func passedOrStopped(_ gate: Gate) async {
        await withTaskGroup { group in
            group.addTask { await gate.passed() }
            group.addTask { [record, earlierStops, request, open] in
                await record.wait { record in
                    Self.stops(in: record, after: earlierStops, of: request).contains(where: open.contains)
                }
            }
            await group.next()
            group.cancelAll()
        }
    }

    private static func stops(in record: ScriptedSource.Record, after earlier: Int, of request: RequestID) -> [Int] {
        record.stops.dropFirst(earlier).filter { $0.request == request }.map(\.candidate)
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
