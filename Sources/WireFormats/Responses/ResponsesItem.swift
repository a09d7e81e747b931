import SwarmCore

/// One item of a response's output, and the events that tell of it.
struct ResponsesItem: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        /// Told as a summary, although it is the whole of it: clients show summaries and send them back, which they do
        /// not do with `reasoning_text`.
        case reasoning
        case message
        case function(callID: String, name: String)
        /// A call of a freeform tool: its `input` is told when it is complete, since it comes as JSON.
        case custom(callID: String, name: String)
    }

    enum Status: String, Sendable {
        case inProgress = "in_progress"
        case completed, incomplete
    }

    let id: String
    /// Position in the output.
    let place: Int
    let kind: Kind
    /// What was thought or said, or a call's arguments as the model wrote them.
    var text = ""
    var scores: [TokenScore] = []
    var status = Status.inProgress

    init(_ kind: Kind, place: Int, of identity: ResponsesIdentity) {
        self.id = identity.itemID(kind.prefix, at: place)
        self.place = place
        self.kind = kind
    }

    var isOpen: Bool { status == .inProgress }

    /// As it stands in the output; an open one is still empty there.
    var json: JSON {
        var item = JSON.Object([(key: "id", value: .string(id)), (key: "type", value: .string(kind.type))])
        item["status"] = .string(status.rawValue)
        switch kind {
        case .reasoning:
            item["summary"] = isOpen ? [] : [part]
            item["encrypted_content"] = .null
        case .message:
            item["role"] = "assistant"
            item["content"] = isOpen ? [] : [part]
        case .function(let callID, let name):
            item["call_id"] = .string(callID)
            item["name"] = .string(name)
            item["arguments"] = .string(isOpen ? "" : text)
        case .custom(let callID, let name):
            item["call_id"] = .string(callID)
            item["name"] = .string(name)
            item["input"] = .string(isOpen ? "" : input)
        }
        return .object(item)
    }

    private var part: JSON {
        kind == .reasoning
            ? ["type": "summary_text", "text": .string(text)]
            : ["type": "output_text", "text": .string(text), "annotations": [], "logprobs": scores.responses]
    }

    /// The raw text for a freeform tool.
    ///
    /// Arguments of another form than was asked for are taken as the text itself, but not where they are cut off: half
    /// a patch is worse than none.
    private var input: String {
        guard let json = try? JSON(parsing: text) else { return status == .incomplete ? "" : text }
        return json["input"]?.stringValue ?? json.stringValue ?? text
    }
}

extension ResponsesItem.Kind {
    fileprivate var prefix: String {
        switch self {
        case .reasoning: "rs"
        case .message: "msg"
        case .function: "fc"
        case .custom: "ctc"
        }
    }

    fileprivate var type: String {
        switch self {
        case .reasoning: "reasoning"
        case .message: "message"
        case .function: "function_call"
        case .custom: "custom_tool_call"
        }
    }
}

/// One event of a stream, without its number.
struct ResponsesEvent {
    let type: String
    let members: [(key: String, value: JSON)]
}

extension ResponsesItem {
    /// That it is there.
    var opening: [ResponsesEvent] {
        let added = ResponsesEvent(type: "response.output_item.added", members: outputIndex + [("item", json)])
        switch kind {
        case .reasoning: return [added, event("reasoning_summary_part.added", "summary_index", [("part", part)])]
        case .message: return [added, event("content_part.added", "content_index", [("part", part)])]
        case .function, .custom: return [added]
        }
    }

    /// That it grew.
    func growth(_ delta: String, scores: [TokenScore] = []) -> [ResponsesEvent] {
        let delta = (key: "delta", value: JSON.string(delta))
        switch kind {
        case .reasoning: return [event("reasoning_summary_text.delta", "summary_index", [delta])]
        case .message:
            return [event("output_text.delta", "content_index", [delta, ("logprobs", scores.responses)])]
        case .function: return [event("function_call_arguments.delta", nil, [delta])]
        case .custom: return []
        }
    }

    /// That it is complete; it must not be open any more.
    var closing: [ResponsesEvent] {
        let done = ResponsesEvent(type: "response.output_item.done", members: outputIndex + [("item", json)])
        let text = (key: "text", value: JSON.string(text))
        switch kind {
        case .reasoning:
            return [
                event("reasoning_summary_text.done", "summary_index", [text]),
                event("reasoning_summary_part.done", "summary_index", [("part", part)]), done,
            ]
        case .message:
            return [
                event("output_text.done", "content_index", [text, ("logprobs", scores.responses)]),
                event("content_part.done", "content_index", [("part", part)]), done,
            ]
        case .function(_, let name):
            return [
                event("function_call_arguments.done", nil, [("name", .string(name)), ("arguments", text.value)]), done,
            ]
        case .custom:
            let input = input
            let delta = event("custom_tool_call_input.delta", nil, [("delta", .string(input))])
            let whole = event("custom_tool_call_input.done", nil, [("input", .string(input))])
            return (input.isEmpty ? [] : [delta]) + [whole, done]
        }
    }

    private var outputIndex: [(key: String, value: JSON)] { [("output_index", .integer(place))] }

    private func event(
        _ type: String,
        _ partIndex: String?,
        _ members: [(key: String, value: JSON)]
    ) -> ResponsesEvent {
        let part = partIndex.map { [(key: $0, value: JSON.integer(0))] } ?? []
        return ResponsesEvent(
            type: "response.\(type)",
            members: [("item_id", .string(id))] + outputIndex + part + members
        )
    }
}

extension [TokenScore] {
    /// The `logprobs` list of a text.
    fileprivate var responses: JSON { openAI["content"] ?? [] }
}
