import SwarmCore

/// Decodes `system` and `messages` of a request into one conversation.
enum MessagesTurns {
    /// What begins a system block that differs in every request: it says nothing, and everything behind it would have
    /// to be read anew each time.
    private static let nonce = "x-anthropic-billing-header"

    static func decode(_ body: Field) throws(WireError) -> [Message] {
        var messages = try system(body["system"])
        let list = body["messages"]
        let elements = try list.requiredElements()
        guard !elements.isEmpty else { throw list.invalid("expected at least one message") }
        for element in elements { messages += try turn(try element.requiredObject()) }
        return messages
    }

    /// A string or blocks of text; no message when nothing is left of it.
    private static func system(_ content: Field) throws(WireError) -> [Message] {
        var texts = try MessagesContent.texts(content, notes: false)
        if content.value?.arrayValue != nil { texts.removeAll { $0.hasPrefix(nonce) } }
        let text = texts.joined(separator: "\n")
        return text.isEmpty ? [] : [Message(role: .system, content: text)]
    }

    private static func turn(_ field: Field) throws(WireError) -> [Message] {
        let role = field["role"]
        switch try role.requiredString() {
        case "system": return try system(field["content"])
        case "user": return try user(field["content"])
        case "assistant": return [try assistant(field["content"])]
        default: throw role.wrong("user, assistant or system")
        }
    }

    /// Results of tools come first, each a message of its own, since they answer the turn before; what the user says
    /// beside them follows.
    private static func user(_ content: Field) throws(WireError) -> [Message] {
        guard content.value?.arrayValue != nil else {
            return [Message(role: .user, content: try MessagesContent.text(content, notes: false))]
        }
        var messages: [Message] = []
        var texts: [String] = []
        for element in try content.elements() ?? [] {
            let block = try element.requiredObject()
            switch try block["type"].requiredString() {
            case "tool_result": messages.append(try result(block))
            case "tool_use": throw block["type"].invalid("a tool_use belongs in a message of the assistant")
            default: if let text = try MessagesContent.text(of: block, notes: false) { texts.append(text) }
            }
        }
        guard messages.isEmpty || !texts.isEmpty else { return messages }
        return messages + [Message(role: .user, content: texts.joined(separator: "\n"))]
    }

    private static func result(_ block: Field) throws(WireError) -> Message {
        let id = try block["tool_use_id"].requiredString()
        var text = try MessagesContent.text(block["content"], notes: true)
        // A template has no flag for it: the model can only read it.
        if try block["is_error"].bool() == true, text.prefix(5).lowercased() != "error" { text = "Error: " + text }
        return Message(role: .tool, content: text, toolCallID: MessagesToolID.callID(of: id))
    }

    private static func assistant(_ content: Field) throws(WireError) -> Message {
        guard content.value?.arrayValue != nil else {
            return Message(role: .assistant, content: try MessagesContent.text(content, notes: false))
        }
        var message = Message(role: .assistant, content: "")
        var texts: [String] = []
        var thoughts: [String] = []
        for element in try content.elements() ?? [] {
            let block = try element.requiredObject()
            switch try block["type"].requiredString() {
            case "tool_use": message.toolCalls.append(try call(block))
            case "tool_result": throw block["type"].invalid("a tool_result belongs in a message of the user")
            case "thinking": thoughts.append(try block["thinking"].requiredString())
            default: if let text = try MessagesContent.text(of: block, notes: false) { texts.append(text) }
            }
        }
        message.content = texts.joined(separator: "\n")
        let reasoning = thoughts.joined(separator: "\n")
        message.reasoning = reasoning.isEmpty ? nil : reasoning
        return message
    }

    private static func call(_ block: Field) throws(WireError) -> ToolCall {
        ToolCall(
            id: MessagesToolID.callID(of: try block["id"].requiredString()),
            name: try block["name"].requiredString(),
            arguments: try block["input"].object()?.value?.text ?? "{}"
        )
    }
}
