package import SwarmCore

/// Reads the reply of a peer to a vote.
///
/// Nothing it says is trusted: not its form, its length, its order, nor that it ends. Every candidate that was asked for gets
/// exactly one end, and what is told of others, or after an end, is passed over.
package struct VoteReading: Sendable {
    /// Most bytes of one line.
    package static let lineLimit = 1 << 20
    /// Most bytes of text of one candidate.
    package static let candidateLimit = 8 << 20
    /// Most bytes of a whole reply for each candidate, JSON included.
    private static let bodyLimit = 32 << 20
    /// Most calls of one answer.
    private static let callLimit = 128

    private struct Open {
        var bytes = 0
        var tokens = 0
        var calls: [String] = []
    }

    /// Candidates without an end so far.
    private var open: [Int: Open]
    private let allowed: Int
    private let promptTokens: Int
    private var line: [UInt8] = []
    private var received = 0

    /// - Parameters:
    ///   - candidates: the indices that were asked for.
    ///   - promptTokens: told where the peer does not count.
    package init(candidates: [Int], promptTokens: Int) {
        open = Dictionary(candidates.map { ($0, Open()) }) { first, _ in first }
        allowed = max(1, candidates.count) * Self.bodyLimit
        self.promptTokens = promptTokens
    }

    /// Whether every candidate has ended.
    package var isOver: Bool { open.isEmpty }

    /// Candidates without an end, ascending.
    package var outstanding: [Int] { open.keys.sorted() }

    /// Takes more bytes and gives what came of them.
    package mutating func feed(_ bytes: some Collection<UInt8>) -> [(Int, CandidateEvent)] {
        received += bytes.count
        var events: [(Int, CandidateEvent)] = []
        var rest = bytes[...]
        while !isOver, let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            line.append(contentsOf: rest[..<end])
            rest = rest[rest.index(after: end)...]
            if line.count > Self.lineLimit { break }
            events += take(line)
            line = []
        }
        guard !isOver else { return events }
        line.append(contentsOf: rest)
        if line.count > Self.lineLimit { return events + end("it sent a line of more than \(Self.lineLimit) bytes") }
        if received > allowed { return events + end("it sent more than \(allowed) bytes") }
        return events
    }

    /// Ends what has not ended.
    /// - Parameter cause: what became of the peer.
    package mutating func end(_ cause: String) -> [(Int, CandidateEvent)] { end(.backend(cause)) }

    /// Ends what has not ended.
    package mutating func end(_ error: SourceError) -> [(Int, CandidateEvent)] {
        defer { open = [:] }
        return outstanding.map { ($0, .failed(error)) }
    }

    /// Ends one candidate, as cancelled; `nil` when it has ended.
    package mutating func stop(_ index: Int) -> CandidateEvent? {
        open.removeValue(forKey: index).map { _ in .failed(.cancelled) }
    }

    private mutating func take(_ line: [UInt8]) -> [(Int, CandidateEvent)] {
        if line.isEmpty { return [] }
        guard let json = try? JSON(parsing: line), json.objectValue != nil else {
            return end("it sent a line that is no JSON object")
        }
        guard let index = json["candidate"]?.intValue, let candidate = open[index] else { return [] }
        if let word = json["end"]?.stringValue { return [(index, finish(index, word, candidate, json))] }
        if let code = json["error"]?.stringValue {
            open[index] = nil
            return [(index, .failed(.told(code: code, reason: json["reason"]?.stringValue ?? code)))]
        }
        return text(index, candidate, json)
    }

    private mutating func text(_ index: Int, _ before: Open, _ json: JSON) -> [(Int, CandidateEvent)] {
        var candidate = before
        let delta: TextDelta
        if let text = json["content"]?.stringValue {
            delta = TextDelta(text: text, channel: .content)
        } else if let text = json["reasoning"]?.stringValue {
            delta = TextDelta(text: text, channel: .reasoning)
        } else if let number = json["call"]?.intValue, let text = json["arguments"]?.stringValue {
            guard (0...candidate.calls.count).contains(number), number < Self.callLimit else {
                return lose(index, "it numbered its calls wrongly, or called more than \(Self.callLimit) tools")
            }
            if number == candidate.calls.count { candidate.calls.append(json["name"]?.stringValue ?? "") }
            delta = TextDelta(text: text, channel: .call(index: number, name: candidate.calls[number]))
        } else {
            return []
        }
        candidate.bytes += delta.text.utf8.count
        candidate.tokens += delta.tokenCount
        guard candidate.bytes <= Self.candidateLimit else {
            return lose(index, "one of its answers has more than \(Self.candidateLimit) bytes")
        }
        open[index] = candidate
        return [(index, .text(delta))]
    }

    private mutating func lose(_ index: Int, _ reason: String) -> [(Int, CandidateEvent)] {
        open[index] = nil
        return [(index, .failed(.backend(reason)))]
    }

    /// How an answer ended follows from what it is; of the counts, only those are believed that can be.
    private mutating func finish(_ index: Int, _ word: String, _ candidate: Open, _ json: JSON) -> CandidateEvent {
        open[index] = nil
        // No token is less than a byte long, but a model may write a few that are no text.
        let most = candidate.bytes + 64
        let count = { (name: String, limit: Int) in json[name]?.intValue.map { min(max(0, $0), limit) } }
        let completion = count("completion_tokens", most) ?? candidate.tokens
        let reason: FinishReason =
            word == FinishReason.length.rawValue ? .length : candidate.calls.isEmpty ? .stop : .toolCalls
        return .finished(
            Outcome(
                reason: reason,
                usage: Usage(
                    promptTokens: count("prompt_tokens", Int(Int32.max)) ?? promptTokens,
                    completionTokens: completion,
                    cachedTokens: count("cached_tokens", Int(Int32.max)) ?? 0,
                    reasoningTokens: count("reasoning_tokens", completion) ?? 0
                )
            )
        )
    }
}
