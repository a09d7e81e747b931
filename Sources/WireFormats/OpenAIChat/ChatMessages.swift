import SwarmCore

/// Decodes the `messages` of a chat request.
enum ChatMessages {
    static func decode(_ field: Field) throws(WireError) -> [Message] {
        let elements = try field.requiredElements()
        guard !elements.isEmpty else { throw field.invalid("expected at least one message") }
        var messages: [Message] = []
        for element in elements { messages.append(try message(try element.requiredObject())) }
        return messages
    }

    private static func message(_ field: Field) throws(WireError) -> Message {
        let name = try field["name"].string()
        let role = try role(field["role"])
        var message = Message(role: role, content: try text(field["content"]), name: name)
        switch role {
        case .assistant:
            if message.content.isEmpty { message.content = try field["refusal"].string() ?? "" }
            message.reasoning = try reasoning(field)
            message.toolCalls = try toolCalls(field)
        case .tool:
            // A legacy `function` message names its call by the function.
            message.toolCallID = try field["tool_call_id"].string() ?? name
        case .system, .user: break
        }
        return message
    }

    private static func role(_ field: Field) throws(WireError) -> Message.Role {
        switch try field.requiredString() {
        case "system", "developer": .system
        case "user": .user
        case "assistant": .assistant
        case "tool", "function": .tool
        default: throw field.wrong("system, developer, user, assistant or tool")
        }
    }

    /// A string, nothing, or a list of parts, which become the lines of one text.
    private static func text(_ field: Field) throws(WireError) -> String {
        if let text = field.value?.stringValue { return text }
        guard field.value == nil || field.value?.arrayValue != nil else { throw field.wrong("a string or an array") }
        var parts: [String] = []
        for element in try field.elements() ?? [] {
            let part = try element.requiredObject()
            switch try part["type"].requiredString() {
            case "text": parts.append(try part["text"].requiredString())
            case "refusal": parts.append(try part["refusal"].requiredString())
            default: throw .unsupported(parameter: part.path, reason: "this model reads text only")
            }
        }
        return parts.joined(separator: "\n")
    }

    /// Clients send it back under the name they read it from.
    private static func reasoning(_ field: Field) throws(WireError) -> String? {
        for key in ["reasoning_content", "reasoning", "reasoning_text"] {
            if let text = try field[key].string(), !text.isEmpty { return text }
        }
        return nil
    }

    static func toolCalls(_ field: Field) throws(WireError) -> [ToolCall] {
        var calls: [ToolCall] = []
        for element in try field["tool_calls"].elements() ?? [] {
            let call = try element.requiredObject()
            let function = try call["function"].requiredObject()
            calls.append(try toolCall(id: try call["id"].string() ?? "", function))
        }
        if calls.isEmpty, let function = try field["function_call"].object() {
            calls.append(try toolCall(id: try function["name"].requiredString(), function))
        }
        return calls
    }

    private static func toolCall(id: String, _ function: Field) throws(WireError) -> ToolCall {
        ToolCall(
            id: id,
            name: try function["name"].requiredString(),
            arguments: try arguments(function["arguments"])
        )
    }

    /// JSON text; an object is accepted for it, and nothing stands for no arguments.
    static func arguments(_ field: Field) throws(WireError) -> String {
        if case .object = field.value { return field.value?.text ?? "{}" }
        let text = try field.string() ?? ""
        return text.isEmpty ? "{}" : text
    }
}
