import SwarmCore
import Testing
import WireFormats

@Suite struct VoteBodyTests {
    private static let request = ChatRequest(
        id: RequestID(rawValue: "r"),
        messages: [Message(role: .user, content: "6 × 7?")]
    )

    private static func body(_ request: ChatRequest = request) -> VoteBody {
        VoteBody(
            request: request,
            candidates: [
                AskedCandidate(index: 0, seed: .max), AskedCandidate(index: 999, seed: 0, temperature: 0.7),
            ],
            head: "0011223344556677",
            seconds: 30
        )
    }

    /// A good body with one member changed, or without it.
    private static func bytes(_ name: String, _ value: JSON?) throws -> [UInt8] {
        var object = try #require(try body().json().objectValue)
        object[name] = value
        return JSON.object(object).utf8
    }

    private static func candidate(_ name: String, _ value: JSON?) -> JSON {
        var object = JSON.Object([("index", 1), ("seed", "2"), ("temperature", 0.5)])
        object[name] = value
        return [.object(object)]
    }

    @Test(arguments: [
        "a_opencode_v1_turn1", "b_opencode_v1_turn2", "a2_opencode_v2_turn1", "d_chat_json_schema",
        "d_chat_tools_parallel", "d_chat_tool_choice_forced", "d_chat_json_object",
    ])
    func aRequestIsHandedOnWhole(fixture: String) throws {
        let original = try ChatBody.decode(try Fixture.requestBody(fixture)).request
        let sent = Self.body(original)
        let read = try VoteBody.decode(try sent.json().utf8)
        #expect(read.candidates == sent.candidates)
        #expect((read.head, read.hops, read.seconds) == (sent.head, 0, 30))
        #expect(read.request.id == original.id)
        #expect(read.request.messages == original.messages)
        #expect(read.request.tools == original.tools)
        #expect(read.request.toolChoice == original.toolChoice)
        #expect(read.request.responseFormat == original.responseFormat)
        #expect(read.request.limits == original.limits)
        #expect(read.request.sampling.temperature == original.sampling.temperature)
        #expect(read.request.sampling.topP == original.sampling.topP)
    }

    @Test func samplingIsHandedOn() throws {
        var request = Self.request
        request.sampling = Sampling(temperature: 0, topK: 5, topP: 0.5, minP: 0.25, presencePenalty: 1)
        request.limits = Limits(maxTokens: 9, stop: ["END"])
        let read = try VoteBody.decode(try Self.body(request).json().utf8).request
        #expect(read.sampling == request.sampling)
        #expect(read.limits == request.limits)
    }

    @Test func whatIsOfTheHeadAloneIsLeftOut() throws {
        var request = Self.request
        request.policy = .vote(candidates: 7)
        request.sampling.topLogprobs = 3
        request.sampling.logitBias = [5: -100]
        let chat = try #require(try Self.body(request).json()["request"])
        for name in ["logprobs", "top_logprobs", "logit_bias", "stream", "stream_options", "swarm", "n", "model"] {
            #expect(chat[name] == nil)
        }
    }

    @Test func aCompletionOfTokensCannotBeHandedOn() {
        var request = Self.request
        request.input = .completion(CompletionPrompt(.tokens([1, 2])))
        let body = Self.body(request)
        #expect(throws: SourceError.self) { try body.json() }
    }

    @Test(arguments: [("protocol", 2), ("protocol", nil), ("hops", 1)] as [(String, JSON?)])
    func whatThisNodeDoesNotDoIsSaid(name: String, value: JSON?) throws {
        let bytes = try Self.bytes(name, value)
        let error = try #require(throws: WireError.self) { try VoteBody.decode(bytes) }
        guard case .unsupported(let parameter, _) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(parameter == name)
    }

    @Test(
        arguments: [
            ("protocol", "1", "protocol"), ("hops", -1, "hops"), ("id", 7, "id"), ("id", nil, "id"),
            ("head", nil, "head"),
            ("seconds", 0, "seconds"), ("seconds", 86_401, "seconds"), ("request", nil, "request"),
            ("request", [], "request"), ("request", [:], "messages"), ("candidates", nil, "candidates"),
            ("candidates", [], "candidates"), ("candidates", [7], "candidates[0].index"),
            ("candidates", candidate("index", nil), "candidates[0].index"),
            ("candidates", candidate("index", 1000), "candidates[0].index"),
            ("candidates", candidate("index", -1), "candidates[0].index"),
            ("candidates", candidate("seed", 2), "candidates[0].seed"),
            ("candidates", candidate("seed", "-2"), "candidates[0].seed"),
            ("candidates", candidate("seed", "18446744073709551616"), "candidates[0].seed"),
            ("candidates", candidate("temperature", 2.5), "candidates[0].temperature"),
        ] as [(String, JSON?, String)]
    )
    func whatIsWrongIsNamed(name: String, value: JSON?, path: String) throws {
        let bytes = try Self.bytes(name, value)
        let error = try #require(throws: WireError.self) { try VoteBody.decode(bytes) }
        guard case .invalidParameter(let parameter, _) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(parameter == path)
    }

    @Test func oneToThirtyTwoCandidatesAreAskedForEachOnce() throws {
        let many = (0..<33).map { index -> JSON in ["index": .integer(index), "seed": "1"] }
        let most = try VoteBody.decode(try Self.bytes("candidates", .array(Array(many.prefix(32)))))
        #expect(most.candidates.map(\.index) == Array(0..<32))
        let tooMany = try Self.bytes("candidates", .array(many))
        #expect(throws: WireError.self) { try VoteBody.decode(tooMany) }
        let twice = try Self.bytes("candidates", .array([many[3], many[4], many[3]]))
        #expect(throws: WireError.self) { try VoteBody.decode(twice) }
    }

    @Test func timeIsAMinuteUnlessTheHeadSays() throws {
        #expect(try VoteBody.decode(try Self.bytes("seconds", nil)).seconds == 60)
    }

    @Test(arguments: ["", "null", "[]", "{", "7", "\u{0}"])
    func whatIsNoObjectIsRefused(text: String) {
        #expect(throws: WireError.self) { try VoteBody.decode(Array(text.utf8)) }
    }

    @Test func changedBytesNeverGiveABodyThatCannotBe() throws {
        var generator = SplitMix64(seed: 21)
        let good = try Self.body().json().utf8
        for _ in 0..<2000 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                bytes[place] = UInt8.random(in: 0x20...0x7E, using: &generator)
            }
            guard let body = try? VoteBody.decode(bytes) else { continue }
            #expect((1...32).contains(body.candidates.count))
            #expect(Set(body.candidates.map(\.index)).count == body.candidates.count)
            #expect(body.candidates.allSatisfy { (0...999).contains($0.index) })
            #expect(body.hops == 0)
            #expect((1...86_400).contains(body.seconds))
        }
    }
}
