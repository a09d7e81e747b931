import SwarmCore
import Testing
import WireFormats

@Suite struct VoteLineTests {
    private static let usage = Usage(promptTokens: 1, completionTokens: 2, cachedTokens: 3, reasoningTokens: 4)

    @Test(
        arguments: [
            (.text(TextDelta(text: "4\n2")), #"{"candidate":3,"content":"4\n2"}"#),
            (.text(TextDelta(text: "42", channel: .content)), #"{"candidate":3,"content":"42"}"#),
            (.text(TextDelta(text: "Hm.", channel: .reasoning)), #"{"candidate":3,"reasoning":"Hm."}"#),
            (
                .text(TextDelta(text: "{\"a\":", channel: .call(index: 1, name: "ls"))),
                #"{"candidate":3,"call":1,"name":"ls","arguments":"{\"a\":"}"#
            ),
            (
                .finished(Outcome(reason: .toolCalls, usage: usage)),
                #"{"candidate":3,"end":"tool_calls","prompt_tokens":1,"completion_tokens":2,"cached_tokens":3,"#
                    + #""reasoning_tokens":4}"#
            ),
            (.failed(.shed), #"{"candidate":3,"error":"shed","reason":"there was no memory for it"}"#),
            (.failed(.cancelled), #"{"candidate":3,"error":"cancelled","reason":"it was stopped"}"#),
            (.failed(.backend("gone")), #"{"candidate":3,"error":"backend","reason":"gone"}"#),
            (
                .failed(.contextLength(needed: 9, limit: 8)),
                #"{"candidate":3,"error":"context_length","reason":"9 tokens do not fit its context of 8"}"#
            ),
        ] as [(CandidateEvent, String)]
    )
    func everyEventHasItsLine(event: CandidateEvent, line: String) throws {
        let bytes = try #require(VoteLine.candidate(3, event).bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == line + "\n")
    }

    @Test func aSignOfLifeIsALine() throws {
        let bytes = try #require(VoteLine.alive.bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == "{\"alive\":true}\n")
    }

    @Test(arguments: [.phase(.queued(ahead: 1)), .phase(.voting(ready: 0, of: 1)), .prompt([])] as [CandidateEvent])
    func whatIsNotOfTheAnswerIsNotTold(event: CandidateEvent) {
        #expect(VoteLine.candidate(0, event).bytes == nil)
    }

    @Test func confidenceIsNotTold() throws {
        let score = TokenScore(token: 7, bytes: [0x34], logprob: -0.25, selfCertainty: 2)
        let scored = VoteLine.candidate(0, .text(TextDelta(text: "4", tokens: [score])))
        #expect(scored.bytes == VoteLine.candidate(0, .text(TextDelta(text: "4"))).bytes)
    }

    @Test func aLineIsOneLineWhateverIsInIt() throws {
        var generator = SplitMix64(seed: 6)
        let words = ["\n", "\r\n", "\u{0}", "\u{2028}", "\"", "\\", "}", "é", "😀", "x"]
        for _ in 0..<500 {
            let text = (0..<8).compactMap { _ in words.randomElement(using: &generator) }.joined()
            let events: [CandidateEvent] = [
                .text(TextDelta(text: text, channel: .reasoning)),
                .text(TextDelta(text: text, channel: .call(index: 0, name: text))), .failed(.backend(text)),
            ]
            for event in events {
                let bytes = try #require(VoteLine.candidate(0, event).bytes)
                #expect(bytes.count { $0 == UInt8(ascii: "\n") } == 1)
                #expect(bytes.last == UInt8(ascii: "\n"))
            }
        }
    }
}
