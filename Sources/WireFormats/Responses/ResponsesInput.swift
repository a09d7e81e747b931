import SwarmCore

/// Puts the items of an `input` together into turns.
///
/// One answer is several items here: what the model thought, what it said, and one item per call. Those that follow
/// each other become one assistant turn.
struct ResponsesInput {
    private var messages: [Message] = []
    /// The assistant turn that the next item may belong to.
    private var turn: Message?
    /// Call ids of shell calls by item id, under which their output may come.
    private var shellCalls: [String: String] = [:]

    static func decode(_ field: Field, item known: (String) -> JSON?) throws(WireError) -> [Message] {
        if let text = field.value?.stringValue { return [Message(role: .user, content: text)] }
        guard field.value?.arrayValue != nil else { throw field.wrong("a string or an array") }
        var input = ResponsesInput()
        for element in try field.elements() ?? [] {
            var item = try element.requiredObject()
            if try kind(of: item) == "item_reference" {
                guard let value = known(try item["id"].requiredString()) else { continue }
                item = Field(path: item.path, value)
            }
            try input.take(item)
        }
        input.endTurn()
        return input.messages
    }

    /// A conversation under instructions: they and the system messages it begins with are one message.
    ///
    /// Many templates allow a single one, and only at the start.
    static func messages(_ conversation: [Message], under instructions: String?) -> [Message] {
        let opening = conversation.prefix { $0.role == .system }
        let texts = ([instructions ?? ""] + opening.map(\.content)).filter { !$0.isEmpty }
        let rest = conversation.dropFirst(opening.count)
        return texts.isEmpty ? Array(rest) : [Message(role: .system, content: texts.joined(separator: "\n\n"))] + rest
    }

    private static func kind(of item: Field) throws(WireError) -> String {
        if let type = try item["type"].string() { return type }
        if item["role"].value != nil { return "message" }
        guard item["id"].value != nil else { throw item["type"].wrong("the type of an item") }
        return "item_reference"
    }

    /// Types that are not known are skipped: they belong to tools that run at other servers.
    private mutating func take(_ item: Field) throws(WireError) {
        switch try Self.kind(of: item) {
        case "message": try takeMessage(item)
        case "reasoning":
            let text = try Self.reasoning(item)
            if !text.isEmpty { grow { $0.reasoning = $0.reasoning.map { "\($0)\n\(text)" } ?? text } }
        case "function_call": call(try Self.functionCall(item))
        case "custom_tool_call":
            let input = try item["input"].string() ?? ""
            let arguments: JSON = ["input": .string(input)]
            call(
                ToolCall(
                    id: try item["call_id"].requiredString(),
                    name: try item["name"].requiredString(),
                    arguments: arguments.text
                )
            )
        case "function_call_output", "custom_tool_call_output":
            let name = try item["name"].string()
            answer(try item["call_id"].string() ?? name, try Self.text(item["output"]))
        case "local_shell_call": try takeShellCall(item)
        case "local_shell_call_output":
            let own = try item["id"].string()
            let id = try item["call_id"].string() ?? own
            answer(id.map { shellCalls[$0] ?? $0 }, try Self.text(item["output"]))
        default: break
        }
    }

    private mutating func takeMessage(_ item: Field) throws(WireError) {
        let role = item["role"]
        let text = try Self.text(item["content"])
        switch try role.requiredString() {
        case "assistant": grow { $0.content = $0.content.isEmpty ? text : "\($0.content)\n\(text)" }
        case "user": append(Message(role: .user, content: text))
        case "system", "developer": append(Message(role: .system, content: text))
        default: throw role.wrong("system, developer, user or assistant")
        }
    }

    private mutating func takeShellCall(_ item: Field) throws(WireError) {
        let action = try item["action"].requiredObject()
        let own = try item["id"].string()
        guard let id = try item["call_id"].string() ?? own else { throw item["call_id"].wrong("a string") }
        if let own { shellCalls[own] = id }
        var arguments = JSON.Object()
        for key in ["command", "working_directory", "timeout_ms"] { arguments[key] = action[key].value }
        call(ToolCall(id: id, name: "local_shell", arguments: JSON.object(arguments).text))
    }

    private static func functionCall(_ item: Field) throws(WireError) -> ToolCall {
        ToolCall(
            id: try item["call_id"].requiredString(),
            name: try item["name"].requiredString(),
            arguments: try ChatMessages.arguments(item["arguments"])
        )
    }

    /// The whole of it where the client has it, else its summary; encrypted reasoning cannot be read.
    private static func reasoning(_ item: Field) throws(WireError) -> String {
        for key in ["content", "summary"] {
            var texts: [String] = []
            for part in try item[key].elements() ?? [] {
                if let text = try part.requiredObject()["text"].string(), !text.isEmpty { texts.append(text) }
            }
            if !texts.isEmpty { return texts.joined(separator: "\n") }
        }
        return ""
    }

    /// A string, nothing, or a list of parts, which become the lines of one text.
    private static func text(_ field: Field) throws(WireError) -> String {
        if let text = field.value?.stringValue { return text }
        guard field.value == nil || field.value?.arrayValue != nil else { throw field.wrong("a string or an array") }
        var parts: [String] = []
        for element in try field.elements() ?? [] {
            let part = try element.requiredObject()
            switch try part["type"].requiredString() {
            case "input_text", "output_text", "text": parts.append(try part["text"].requiredString())
            case "refusal": parts.append(try part["refusal"].requiredString())
            default: throw .unsupported(parameter: part.path, reason: "this model reads text only")
            }
        }
        return parts.joined(separator: "\n")
    }

    private mutating func call(_ call: ToolCall) { grow { $0.toolCalls.append(call) } }

    private mutating func answer(_ id: String?, _ output: String) {
        append(Message(role: .tool, content: output, toolCallID: id))
    }

    private mutating func grow(_ change: (inout Message) -> Void) {
        var grown = turn ?? Message(role: .assistant, content: "")
        change(&grown)
        turn = grown
    }

    private mutating func append(_ message: Message) {
        endTurn()
        messages.append(message)
    }

    private mutating func endTurn() {
        if let turn, turn.saysSomething { messages.append(turn) }
        turn = nil
    }
}

extension Message {
    /// Whether it has text or calls; a turn that was only thought is no turn, and templates stumble over it.
    var saysSomething: Bool { !content.isEmpty || !toolCalls.isEmpty }
}
