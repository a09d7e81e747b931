package import SwarmCore

/// Tools for a model whose chat template has no format for them: described in the system message, called in plain text.
///
/// A call is a line `TOOL: name` and a line `ARGUMENTS: {…}`; its result comes back in a message of the user. What a
/// model wrote is repeated as it wrote it, so that its tokens are found in memory again.
package enum TextToolFormat {
    static let tool = "TOOL:"
    static let arguments = "ARGUMENTS:"
    static let result = "RESULT of "

    /// The place for the tools in a template, which holds it once.
    package static let place = "{tools}"

    /// Whether anything about a request's tools would have to be written out.
    package static func concerns(_ request: ChatRequest) -> Bool {
        request.completion == nil
            && (!request.tools.isEmpty || request.messages.contains { $0.role == .tool || !$0.toolCalls.isEmpty })
    }

    /// The tools that may be called in the answer to a request.
    package static func offered(by request: ChatRequest) -> [ToolSpec] {
        switch request.toolChoice {
        case .none: []
        case .auto, .required: request.tools
        case .named(let name): request.tools.filter { $0.name == name }
        }
    }

    /// What is needed to read calls out of the answer; `nil` when nothing may be called.
    package static func reading(of request: ChatRequest) -> TextTools? {
        let tools = offered(by: request)
        guard !tools.isEmpty else { return nil }
        return TextTools(
            names: tools.map(\.name),
            bare: Set(tools.filter { $0.parameters?.requiredNames.isEmpty ?? true }.map(\.name)),
            isParallel: request.parallelToolCalls
        )
    }

    /// The template with one line per tool at its place.
    package static func instructions(template: String, tools: [ToolSpec]) -> String {
        let lines = tools.map { ToolSignature($0).line }.joined(separator: "\n")
        return template.trimmed.replacing(place, with: lines, maxReplacements: 1)
    }

    /// The same request in words that need no tool format.
    ///
    /// The instructions end the system message, which is made if there is none. Calls that were made become text of the
    /// assistant, their results text of the user: those of one turn are one message. A form of the answer is not asked
    /// for beside a call that must be made.
    package static func apply(to request: ChatRequest, template: String) -> ChatRequest {
        guard request.completion == nil else { return request }
        var plain = request
        plain.tools = []
        plain.toolChoice = .auto
        var messages = history(request.messages)
        let tools = offered(by: request)
        if !tools.isEmpty {
            var text = instructions(template: template, tools: tools)
            switch request.toolChoice {
            case .auto, .none: break
            case .required: text += "\nYou must use a tool now."
            case .named(let name): text += "\nYou must use the tool \(name) now."
            }
            if request.isCallRequired { plain.responseFormat = .text }
            if messages.first?.role == .system {
                messages[0].content = [messages[0].content, text].filter { !$0.isEmpty }.joined(separator: "\n\n")
            } else {
                messages.insert(Message(role: .system, content: text), at: 0)
            }
        }
        plain.messages = messages
        return plain
    }

    private static func history(_ messages: [Message]) -> [Message] {
        var history: [Message] = []
        // Some clients use an id twice: the latest call counts.
        var names: [String: String] = [:]
        var endsWithResults = false
        for message in messages {
            for call in message.toolCalls { names[call.id] = call.name }
            var plain = message
            let isResult = message.role == .tool
            if isResult {
                let name = message.toolCallID.flatMap { names[$0] } ?? message.name ?? "tool"
                plain = Message(role: .user, content: "\(result)\(name): \(message.content)")
            } else {
                plain.content = text(of: message)
                plain.toolCalls = []
            }
            // Many templates refuse two messages of the user in a row.
            if endsWithResults, plain.role == .user {
                history[history.count - 1].content += "\n\n" + plain.content
            } else {
                history.append(plain)
            }
            endsWithResults = isResult || endsWithResults && plain.role == .user
        }
        return history
    }

    /// A turn with its calls written out.
    private static func text(of message: Message) -> String {
        let calls = message.toolCalls.map { call in
            "\(tool) \(call.name)\n\(arguments) \(call.arguments.trimmed.isEmpty ? "{}" : call.arguments)"
        }
        return ([message.content].filter { !$0.isEmpty } + calls).joined(separator: "\n")
    }
}

extension ChatRequest {
    /// The answer must be a call.
    var isCallRequired: Bool {
        switch toolChoice {
        case .auto, .none: false
        case .required, .named: true
        }
    }
}

extension String {
    var trimmed: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}
