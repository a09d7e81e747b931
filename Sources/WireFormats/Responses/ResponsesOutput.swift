import SwarmCore

/// The output of a response as it grows.
///
/// What was thought and said is complete when something else begins, a call when its arguments are; the rest is complete
/// at the end. In the order in which answers come, one item follows another, as clients are used to; in any other order
/// several are open at a time.
struct ResponsesOutput: Sendable {
    private let identity: ResponsesIdentity
    private(set) var items: [ResponsesItem] = []
    /// Why the answer ended; `nil` until it did.
    private(set) var reason: FinishReason?
    /// Places of the calls by their index.
    private var calls: [Int: Int] = [:]
    /// Log-probabilities that wait for their text.
    private var scores: [TokenScore] = []

    init(_ identity: ResponsesIdentity) { self.identity = identity }

    /// Takes a piece of the answer and gives what there is to tell.
    mutating func take(_ delta: AnswerDelta) -> [ResponsesEvent] {
        guard reason == nil else { return [] }
        if case .logprobs(let more) = delta {
            scores += more
            return []
        }
        // Only a text has log-probabilities in this format; those that come before anything else are the other's.
        defer { scores = [] }
        switch delta {
        case .logprobs: return []
        case .reasoning(let text): return grow(.reasoning, by: text)
        case .content(let text): return grow(.message, by: text, scores: scores)
        case .toolCall(let index, let id, let name):
            guard calls[index] == nil else { return [] }
            let isCustom = identity.customTools.contains(name)
            let events = begin(isCustom ? .custom(callID: id, name: name) : .function(callID: id, name: name))
            calls[index] = items.count - 1
            return events
        case .toolArguments(let index, let text):
            guard let place = calls[index], items[place].isOpen, !text.isEmpty else { return [] }
            items[place].text += text
            return items[place].growth(text)
        }
    }

    /// Ends the answer: whatever is open is complete, or was cut off.
    mutating func finish(_ reason: FinishReason) -> [ResponsesEvent] {
        guard self.reason == nil else { return [] }
        self.reason = reason
        var events: [ResponsesEvent] = []
        for place in items.indices where items[place].isOpen {
            switch items[place].kind {
            case .message where !scores.isEmpty:
                items[place].scores += scores
                events += items[place].growth("", scores: scores)
            case .function where items[place].text.isEmpty && reason != .length:
                // Clients read arguments as JSON, which nothing is not.
                items[place].text = "{}"
                events += items[place].growth("{}")
            default: break
            }
            events += close(place, reason == .length ? .incomplete : .completed)
        }
        return events
    }

    private mutating func grow(
        _ kind: ResponsesItem.Kind,
        by text: String,
        scores: [TokenScore] = []
    ) -> [ResponsesEvent] {
        guard !text.isEmpty else { return [] }
        let goesOn = items.last.map { $0.kind == kind && $0.isOpen } ?? false
        let opening = goesOn ? [] : begin(kind)
        items[items.count - 1].text += text
        items[items.count - 1].scores += scores
        return opening + items[items.count - 1].growth(text, scores: scores)
    }

    private mutating func begin(_ kind: ResponsesItem.Kind) -> [ResponsesEvent] {
        var events: [ResponsesEvent] = []
        for place in items.indices where items[place].isOpen && items[place].isWhole {
            events += close(place, .completed)
        }
        let item = ResponsesItem(kind, place: items.count, of: identity)
        items.append(item)
        return events + item.opening
    }

    private mutating func close(_ place: Int, _ status: ResponsesItem.Status) -> [ResponsesEvent] {
        items[place].status = status
        return items[place].closing
    }
}

extension ResponsesOutput {
    /// The answer as a turn of the conversation that goes on: what `ResponsesInput` makes of its items.
    var message: Message {
        var message = Message(role: .assistant, content: "")
        for item in items {
            switch item.kind {
            case .reasoning: message.reasoning = message.reasoning.map { "\($0)\n\(item.text)" } ?? item.text
            case .message: message.content += message.content.isEmpty ? item.text : "\n\(item.text)"
            case .function(let callID, let name), .custom(let callID, let name):
                let arguments = item.text.isEmpty ? "{}" : item.text
                message.toolCalls.append(ToolCall(id: callID, name: name, arguments: arguments))
            }
        }
        return message
    }
}

extension ResponsesItem {
    /// Whether nothing more can come once something else begins.
    fileprivate var isWhole: Bool {
        switch kind {
        case .reasoning, .message: true
        case .function, .custom: (try? JSON(parsing: text))?.objectValue != nil
        }
    }
}
