import Logging
import Swarm
import SwarmCore
import SwarmTestSupport

/// What a client was told about one request.
struct Told: Sendable {
    var events: [AnswerEvent] = []

    func deltas(_ choice: Int = 0) -> [AnswerDelta] {
        events.compactMap { event in
            guard case .delta(choice, let delta) = event else { return nil }
            return delta
        }
    }

    func content(_ choice: Int = 0) -> String {
        deltas(choice).map { if case .content(let text) = $0 { text } else { "" } }.joined()
    }

    func reasoning(_ choice: Int = 0) -> String {
        deltas(choice).map { if case .reasoning(let text) = $0 { text } else { "" } }.joined()
    }

    func scores(_ choice: Int = 0) -> [TokenScore] {
        deltas(choice).flatMap { if case .logprobs(let scores) = $0 { scores } else { [TokenScore]() } }
    }

    /// Calls as a client puts them together; `nil` when a piece comes for a call that was not announced.
    func calls(_ choice: Int = 0) -> [ToolCall]? {
        var calls: [ToolCall] = []
        for delta in deltas(choice) {
            switch delta {
            case .toolCall(let index, let id, let name):
                guard index == calls.count else { return nil }
                calls.append(ToolCall(id: id, name: name, arguments: ""))
            case .toolArguments(let index, let text):
                guard calls.indices.contains(index) else { return nil }
                calls[index].arguments += text
            default: break
            }
        }
        return calls
    }

    func finish(_ choice: Int = 0) -> FinishReason? {
        events.lazy.compactMap { event in
            guard case .choiceFinished(choice, let reason) = event else { return nil }
            return reason
        }.first
    }

    var summary: AnswerSummary? {
        guard case .finished(let summary) = events.last else { return nil }
        return summary
    }

    /// Every choice's deltas come before its one end, and the one summary comes last.
    var isInOrder: Bool {
        var ended: Set<Int> = []
        for (place, event) in events.enumerated() {
            switch event {
            case .phase, .prompt: continue
            case .delta(let choice, _): if ended.contains(choice) { return false }
            case .choiceFinished(let choice, _): if !ended.insert(choice).inserted { return false }
            case .finished: if place != events.count - 1 { return false }
            }
        }
        return summary != nil
    }
}

/// Nothing beats during a test that does not ask for it.
let never = Duration.seconds(86_400)

extension Swarm {
    init(
        _ source: ScriptedSource,
        model: ScriptedModel = ScriptedModel(),
        candidates: Int? = nil,
        votes: VoteSettings? = nil,
        examiner: (any CodeExaminer)? = nil,
        activity: Activity = Activity(),
        heartbeat: Duration = never
    ) {
        self.init(
            model: model,
            sources: [source],
            votes: votes ?? VoteSettings(candidates: candidates),
            examiner: examiner,
            activity: activity,
            heartbeat: heartbeat,
            makeCallID: { "call_1" }
        )
    }

    /// Plans and answers a request, and keeps what the client is told.
    func told(_ request: ChatRequest, logger: Logger = silentLogger) async throws -> Told {
        var told = Told()
        _ = try await answer(try await plan(request), logger: logger) { told.events.append($0) }
        return told
    }

    /// Plans and answers a request while a test watches what the client is told.
    func told(_ request: ChatRequest, into observed: Observed<Told>) async throws -> AnswerSummary {
        try await answer(try await plan(request), logger: silentLogger) { event in
            observed.change { $0.events.append(event) }
        }
    }
}

extension ChatRequest {
    static func asking(
        _ policy: SwarmPolicy = .vote(candidates: nil),
        sampling: Sampling = Sampling(),
        tools: [ToolSpec] = [],
        thinking: Bool = false,
        content: String = "6 × 7?",
        format: ResponseFormat = .text,
        vote: VoteOptions = VoteOptions()
    ) -> ChatRequest {
        ChatRequest(
            id: RequestID(rawValue: "r"),
            messages: [Message(role: .user, content: content)],
            tools: tools,
            responseFormat: format,
            sampling: sampling,
            policy: policy,
            vote: vote,
            templateArguments: thinking ? ["enable_thinking": true] : [:]
        )
    }
}

/// The prompt of `asking`: `user: 6 × 7?` and a line feed, in bytes.
let promptTokens = 14

let silentLogger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
