import Swarm
import SwarmCore
import SwarmTestSupport

/// A request that was made to fit the scripted model, whose tokens are bytes.
struct Fitting {
    let sent: ChatRequest
    let fitted: ContextFitting.Fitted
    /// How often it was rendered.
    let renderings: Int

    var request: ChatRequest { fitted.request }
    var text: String { fitted.prompt.text }
    var report: ContextReport? { fitted.report }

    /// - Parameter count: tokens of a text, as the one who shortens is told.
    init(
        _ request: ChatRequest,
        mode: ContextMode = .auto,
        contextLength: Int = 1000,
        count: @escaping (String) -> Int = { $0.utf8.count },
        refuses: (ChatRequest) -> Bool = { _ in false }
    ) async throws(PlanError) {
        let model = ScriptedModel(contextLength: contextLength)
        let fitting = ContextFitting(mode: mode, contextLength: contextLength, count: count)
        var renderings = 0
        sent = request
        fitted = try await fitting.fit(request) { request async throws(PlanError) in
            renderings += 1
            if refuses(request) { throw .unusable(parameter: "messages", reason: "not like this") }
            return try await model.render(request)
        }
        self.renderings = renderings
    }
}

extension ChatRequest {
    static func saying(_ messages: [Message], tools: [ToolSpec] = [], maxTokens: Int? = nil) -> ChatRequest {
        ChatRequest(
            id: RequestID(rawValue: "r"),
            messages: messages,
            tools: tools,
            limits: Limits(maxTokens: maxTokens)
        )
    }

    /// Tokens of the scripted model's prompt.
    var size: Int {
        get async throws { try await ScriptedModel(contextLength: .max).render(self).tokens.count }
    }
}

extension Message {
    static func system(_ text: String) -> Message { Message(role: .system, content: text) }
    static func user(_ text: String) -> Message { Message(role: .user, content: text) }
    static func assistant(_ text: String) -> Message { Message(role: .assistant, content: text) }

    static func calling(_ ids: String...) -> Message {
        Message(role: .assistant, content: "", toolCalls: ids.map { ToolCall(id: $0, name: "read", arguments: "{}") })
    }

    static func result(_ id: String, _ size: Int) -> Message {
        Message(role: .tool, content: id + String(repeating: ".", count: size - id.count), toolCallID: id)
    }
}

/// A text of so many bytes.
func text(_ size: Int) -> String { String(repeating: "x", count: size) }
