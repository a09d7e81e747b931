import Swarm
import SwarmCore
import SwarmTestSupport
import Testing
import Upstreams
import WireFormats

@Suite(.timeLimit(.minutes(2)))
struct UpstreamModelTests {
    private static func model(context: Int) -> UpstreamModel {
        UpstreamModel(id: ModelID(rawValue: "m"), contextLength: context, fingerprint: "f")
    }

    @Test func tokensAreEstimatedAndRatherTooMany() async throws {
        let model = Self.model(context: 100)
        #expect(model.tokenize("123456", isPrompt: false).count == 2)
        #expect(model.tokenize("1234567", isPrompt: false).count == 3)
        #expect(!model.card.countsTokens)
        #expect(model.detokenize([1]) == nil)
        let short = ChatRequest(id: RequestID(rawValue: "r"), messages: [Message(role: .user, content: "hello")])
        #expect(try await model.render(short).tokens.count == 10)
        var long = short
        long.messages[0].content = String(repeating: "x", count: 300)
        await #expect(throws: PlanError.contextLengthExceeded(needed: 108, limit: 100)) { try await model.render(long) }
        long.input = .completion(CompletionPrompt(.tokens([1])))
        await #expect(throws: PlanError.self) { try await model.render(long) }
    }

    @Test func theListedContextCountsUnlessAnotherIsSet() throws {
        let entry = try #require(try UpstreamModelEntryFixture.entry(context: 500))
        let id = ModelID(rawValue: "m")
        #expect(UpstreamModel(id: id, entry: entry, fingerprint: "").card.contextLength == 500)
        #expect(UpstreamModel(id: id, entry: entry, contextLength: 300, fingerprint: "").card.contextLength == 300)
        #expect(UpstreamModel(id: id, fingerprint: "").card.contextLength == 32_768)
    }

    /// Other models vote with the head, and the vote is that of the swarm.
    @Test func aSwarmOfServersVotes() async throws {
        let say: @Sendable (String) -> @Sendable (RudeServer.Asked) -> RudeServer.Reply = { text in
            { _ in
                .stream { write in
                    try await write.say(text)
                    try await write.finish()
                }
            }
        }
        try await RudeServer.serving(say("42")) { right in
            try await RudeServer.serving(say("41")) { wrong in
                let head = UpstreamSource(right.settings, isHead: true, logger: silentLogger)
                let second = UpstreamSource(wrong.settings, logger: silentLogger)
                let third = UpstreamSource(right.settings, id: SourceID(rawValue: "third"), logger: silentLogger)
                for source in [head, second, third] { try await source.client.discover() }
                let swarm = Swarm(model: Self.model(context: 1000), sources: [head, second, third])
                let request = ChatRequest(
                    id: RequestID(rawValue: "r"),
                    messages: [Message(role: .user, content: "6 × 7?")],
                    policy: .vote(candidates: 6)
                )
                var content = ""
                let summary = try await swarm.answer(try await swarm.plan(request), logger: silentLogger) { event in
                    if case .delta(_, .content(let text)) = event { content += text }
                }
                #expect(content == "42")
                #expect(summary.sources.map(\.candidates.count) == [2, 2, 2])
                #expect(summary.report?.kind == .number)
                for source in [head, second, third] { await source.shutDown() }
            }
        }
    }
}

enum UpstreamModelEntryFixture {
    static func entry(context: Int) throws -> UpstreamSource.Entry? {
        UpstreamSource.Entry.list(try JSON(parsing: #"{"data":[{"id":"m","max_model_len":\#(context)}]}"#)).first
    }
}
