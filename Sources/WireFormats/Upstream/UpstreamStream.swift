package import SwarmCore

/// Reads one streamed answer of an OpenAI-compatible server.
///
/// Nothing it says is trusted: not its form, its length, its order, nor that it ends. A candidate gets exactly one end.
package struct UpstreamStream: Sendable {
    /// Most bytes of one event.
    package static let eventLimit = 1 << 20
    /// Most bytes of one answer, markup of the stream included.
    package static let bodyLimit = 64 << 20
    /// Most calls of one answer.
    private static let callLimit = 128

    private let wantsScores: Bool
    private let promptTokens: Int
    private var parser = ServerSentEventParser(limit: UpstreamStream.eventLimit)
    private var received = 0
    private var calls: [Call] = []
    private var estimated = 0
    private var reason: FinishReason?
    private var usage: JSON?
    private var hasSaidAnything = false
    private var isOver = false

    private struct Call {
        /// What the server numbers it.
        var index: Int
        var id: String
        var name: String
    }

    /// - Parameters:
    ///   - wantsScores: whether log-probabilities are passed on.
    ///   - promptTokens: told where the server does not count.
    package init(wantsScores: Bool, promptTokens: Int) {
        self.wantsScores = wantsScores
        self.promptTokens = promptTokens
    }

    /// Takes more bytes and gives what came of them; after an end, nothing.
    package mutating func feed(_ bytes: some Collection<UInt8>) -> [CandidateEvent] {
        guard !isOver else { return [] }
        received += bytes.count
        var events: [CandidateEvent] = []
        for event in parser.feed(bytes) where !isOver {
            guard case .message(let name, let data) = event else { continue }
            events += take(data, event: name)
        }
        if isOver { return events }
        if parser.hasOverflowed { return events + [fail("it sent an event of more than \(Self.eventLimit) bytes")] }
        if received > Self.bodyLimit { return events + [fail("it sent more than \(Self.bodyLimit) bytes")] }
        return events
    }

    /// Takes the end of the reply; `nil` when the candidate has ended before.
    ///
    /// - Parameter cause: what the server did in place of saying how the answer ended.
    package mutating func end(_ cause: String = "it broke off in the middle of an answer") -> CandidateEvent? {
        guard !isOver else { return nil }
        return reason == nil ? fail(cause) : finish()
    }

    /// Takes a whole reply, from a server that does not stream.
    package mutating func whole(_ body: [UInt8]) -> [CandidateEvent] {
        guard !isOver else { return [] }
        guard let json = try? JSON(parsing: body), json.objectValue != nil else {
            return [fail("it sent neither a stream nor JSON")]
        }
        var events = take(json)
        if let end = end("its reply has no answer in it") { events.append(end) }
        return events
    }

    private mutating func take(_ data: String, event: String?) -> [CandidateEvent] {
        if data == "[DONE]" { return end().map { [$0] } ?? [] }
        guard let json = try? JSON(parsing: data), json.objectValue != nil else {
            return [fail("it sent an event that is no JSON object")]
        }
        return take(json, isError: event == "error")
    }

    private mutating func take(_ json: JSON, isError: Bool = false) -> [CandidateEvent] {
        if isError || json["error"].map({ !$0.isNull }) ?? false {
            isOver = true
            return [.failed(UpstreamRefusal(json).error)]
        }
        if let counted = json["usage"], counted.objectValue != nil { usage = counted }
        let choices = json["choices"]?.arrayValue ?? []
        // Others were not asked for.
        guard let choice = choices.first(where: { ($0["index"]?.intValue ?? 0) == 0 }) else { return [] }
        guard reason == nil else { return [] }
        var events = pieces(of: choice)
        if isOver { return events }
        if let word = choice["finish_reason"]?.stringValue, let end = finish(word) { events.append(end) }
        return events
    }

    private mutating func pieces(of choice: JSON) -> [CandidateEvent] {
        let part = choice["delta"] ?? choice["message"] ?? .null
        var scores = wantsScores ? [TokenScore](openAI: choice["logprobs"]) : []
        var events: [CandidateEvent] = []
        func tell(_ text: String, _ channel: TextDelta.Channel, in stream: inout UpstreamStream) {
            let delta = TextDelta(text: text, tokens: scores, channel: channel)
            scores = []
            stream.estimated += delta.tokenCount
            events.append(.text(delta))
        }
        let reasoning = ["reasoning_content", "reasoning"].lazy.compactMap { part[$0]?.stringValue }.first {
            !$0.isEmpty
        }
        if let reasoning { tell(reasoning, .reasoning, in: &self) }
        let texts = [part["content"]?.plainText, part["refusal"]?.stringValue, choice["text"]?.stringValue]
        if let text = texts.lazy.compactMap({ $0 }).first(where: { !$0.isEmpty }) { tell(text, .content, in: &self) }
        for call in part["tool_calls"]?.arrayValue ?? [] {
            guard let place = place(of: call) else {
                return events + [fail("it called more than \(Self.callLimit) tools in one answer")]
            }
            tell(
                call["function"]?["arguments"]?.argumentsText ?? "",
                .call(index: place, name: calls[place].name),
                in: &self
            )
        }
        if !scores.isEmpty { tell("", .content, in: &self) }
        return events
    }

    /// The place of a call in the answer; a new one when it is not known yet.
    ///
    /// Some servers number every call 0, or none: another name under another id is another call.
    private mutating func place(of call: JSON) -> Int? {
        let id = call["id"]?.stringValue ?? ""
        let name = call["function"]?["name"]?.stringValue ?? ""
        let index = call["index"]?.intValue
        let known =
            index.map { index in calls.lastIndex { $0.index == index } } ?? (name.isEmpty ? calls.indices.last : nil)
        if let known {
            let isAnother = !name.isEmpty && !id.isEmpty && !calls[known].id.isEmpty && calls[known].id != id
            if !isAnother { return known }
        }
        guard calls.count < Self.callLimit else { return nil }
        calls.append(Call(index: index ?? -1 - calls.count, id: id, name: name))
        return calls.count - 1
    }

    /// - Returns: an end at once only where there is no answer; otherwise the counts may still come.
    private mutating func finish(_ word: String) -> CandidateEvent? {
        switch word {
        case "length", "max_tokens", "max_output_tokens": reason = .length
        case "content_filter": return fail("its content filter stopped the answer")
        case "error", "abort", "cancelled": return fail("it gave up the answer (\(word))")
        default: reason = calls.isEmpty ? .stop : .toolCalls
        }
        return nil
    }

    private mutating func finish() -> CandidateEvent {
        isOver = true
        func count(_ value: JSON?) -> Int? { value?.intValue.map { min(max(0, $0), Int(Int32.max)) } }
        let counted = Usage(
            promptTokens: count(usage?["prompt_tokens"]) ?? promptTokens,
            completionTokens: count(usage?["completion_tokens"]) ?? estimated,
            cachedTokens: count(usage?["prompt_tokens_details"]?["cached_tokens"]) ?? 0,
            reasoningTokens: count(usage?["completion_tokens_details"]?["reasoning_tokens"]) ?? 0
        )
        return .finished(Outcome(reason: reason ?? .stop, usage: counted))
    }

    private mutating func fail(_ reason: String) -> CandidateEvent {
        isOver = true
        return .failed(.backend(reason))
    }
}

extension JSON {
    /// The text of a message: a string, or the text parts of a list.
    fileprivate var plainText: String? {
        if let text = stringValue { return text }
        return arrayValue.map { parts in parts.compactMap { $0["text"]?.stringValue ?? $0.stringValue }.joined() }
    }

    /// Arguments as text, also where a server sends the object itself.
    fileprivate var argumentsText: String? {
        if case .object = self { return text }
        return stringValue
    }
}

extension [TokenScore] {
    /// Log-probabilities as chat completions have them; the ids of another model's tokens are not known.
    fileprivate init(openAI json: JSON?) {
        let entries = json?["content"]?.arrayValue ?? []
        self = entries.compactMap { entry in
            guard let (bytes, logprob) = entry.score else { return nil }
            let others = entry["top_logprobs"]?.arrayValue ?? []
            return TokenScore(
                token: -1,
                bytes: bytes,
                logprob: logprob,
                selfCertainty: 0,
                alternatives: others.prefix(20).compactMap { other in
                    other.score.map { TokenScore.Alternative(token: -1, bytes: $0.bytes, logprob: $0.logprob) }
                }
            )
        }
    }
}

extension JSON {
    fileprivate var score: (bytes: [UInt8], logprob: Float)? {
        guard let logprob = self["logprob"]?.doubleValue, let text = self["token"]?.stringValue else { return nil }
        let bytes = self["bytes"]?.arrayValue?.compactMap { $0.intValue.flatMap { UInt8(exactly: $0) } }
        return (bytes ?? Array(text.utf8), Float(logprob))
    }
}
