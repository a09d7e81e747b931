import Logging
import Observability
import Swarm
import SwarmCore
import WireFormats

/// One question, asked of an engine in this process.
struct Asking: Sendable {
    let launch: Launch
    let question: String
    var temperature: Double?
    var seed: UInt64?
    var system: String?
    var maxTokens: Int?
    var wantsJSON = false

    init(launch: Launch, question: String) {
        self.launch = launch
        self.question = question
    }

    func run() async throws {
        try await Interrupts(terminal: launch.terminal).guarding { try await ask() }
    }

    private func ask() async throws {
        let terminal = launch.terminal
        let showsStatus = launch.showsStatus
        try await withNode(launch) { words in
            if showsStatus { terminal.show([words + " …"]) }
        } _: { node in
            try await ask(node)
        }
        if terminal.hasLostOutput { throw Failure("the answer could not be written to standard output") }
    }

    private func ask(_ node: Node) async throws {
        let terminal = launch.terminal
        let showsStatus = launch.showsStatus
        let plan = try await node.swarm.plan(request)
        var answer = ""
        var reasoning = ""
        var finish = FinishReason.stop
        // The request's own log line says less than the line at the end.
        var logger = launch.logger
        logger.logLevel = max(logger.logLevel, .error)
        let summary = try await withThrowingTaskGroup(of: Void.self) { group in
            if showsStatus { group.addTask { await node.status.run() } }
            if let voteLog = node.voteLog { group.addTask { await voteLog.run() } }
            defer { group.cancelAll() }
            return try await node.swarm.answer(plan, logger: logger) { event in
                switch event {
                case .delta(_, .content(let text)):
                    answer += text
                    if !wantsJSON { terminal.say(text) }
                case .delta(_, .reasoning(let text)): reasoning += text
                case .choiceFinished(_, let reason): finish = reason
                case .delta, .phase, .prompt, .finished: break
                }
            }
        }
        if wantsJSON {
            terminal.say(json(answer, reasoning: reasoning, finish: finish, summary: summary, node: node).text + "\n")
        } else {
            if !answer.hasSuffix("\n") { terminal.say("\n") }
            let cut = finish == .length ? "; the answer was cut at its longest allowed length" : ""
            terminal.note(summary.voteLine + cut)
        }
    }

    private var request: ChatRequest {
        var messages = [Message(role: .user, content: question)]
        if let system { messages.insert(Message(role: .system, content: system), at: 0) }
        return ChatRequest(
            id: RandomName.request(),
            messages: messages,
            sampling: Sampling(temperature: temperature, seed: seed),
            limits: Limits(maxTokens: maxTokens)
        )
    }

    private func json(
        _ answer: String,
        reasoning: String,
        finish: FinishReason,
        summary: AnswerSummary,
        node: Node
    ) -> JSON {
        var object = JSON.Object([
            ("model", .string(node.swarm.model.card.id.rawValue)),
            ("answer", .string(answer)),
        ])
        if !reasoning.isEmpty { object["reasoning"] = .string(reasoning) }
        object["finish_reason"] = .string(finish.rawValue)
        object["usage"] = [
            "prompt_tokens": .integer(summary.usage.promptTokens),
            "completion_tokens": .integer(summary.usage.completionTokens),
        ]
        object["swarm"] = summary.swarmReport
        return .object(object)
    }
}
