import InMemoryLogging
import Logging
import SwarmCore
import SwarmTestSupport
import Testing
import Upstreams

@Suite(.timeLimit(.minutes(2)))
struct UpstreamSourceTests {
    private static let polite: @Sendable (RudeServer.Asked) -> RudeServer.Reply = { _ in
        .stream { write in
            try await write(": keep-alive\n\n")
            try await write.say("4")
            try await write.say("2")
            try await write.finish()
        }
    }

    @Test func everyCandidateIsARequestOfItsOwn() async throws {
        try await RudeServer.serving(Self.polite) { server in
            try await UpstreamSource.with(server.settings) { source in
                let collected = await source.collect(source.assignment(count: 5))
                #expect(collected.indices == [0, 1, 2, 3, 4])
                for index in 0..<5 {
                    #expect(collected.text(of: index) == "42")
                    #expect(collected.outcome(of: index)?.reason == .stop)
                    #expect(collected.outcome(of: index)?.usage.promptTokens == 3)
                    #expect(collected.events(of: index).count(where: \.isEnd) == 1)
                }
                let asked = server.record.value.asked
                #expect(asked.count == 5)
                #expect(
                    asked.allSatisfy {
                        $0.body["model"] == "rude" && $0.body["stream"] == true && $0.body["seed"] == nil
                    }
                )
                #expect(source.traits.model == ModelID(rawValue: "rude"))
                #expect(source.client.contextLength == 4096)
            }
        }
    }

    @Test func noMoreRequestsRunAtOnceThanAreAllowed() async throws {
        let gate = Gate()
        let reply: @Sendable (RudeServer.Asked) -> RudeServer.Reply = { _ in
            .stream { write in
                try await write.say("x")
                await gate.passed()
                try await write.finish()
            }
        }
        try await RudeServer.serving(limit: 2, reply) { server in
            try await UpstreamSource.with(server.settings) { source in
                async let collected = source.collect(source.assignment(count: 6))
                await server.record.wait { $0.running == 2 }
                gate.open()
                #expect(await collected.indices.count == 6)
                #expect(server.record.value.peak == 2)
            }
        }
    }

    @Test func endingTheIterationClosesTheConnections() async throws {
        let reply: @Sendable (RudeServer.Asked) -> RudeServer.Reply = { _ in
            .stream { write in
                while true {
                    try await write.say("on and on ")
                    try await Task.sleep(for: .milliseconds(5))
                }
            }
        }
        try await RudeServer.serving(reply) { server in
            try await UpstreamSource.with(server.settings) { source in
                var seen: Set<Int> = []
                for await update in source.candidates(for: source.assignment(count: 3)) {
                    seen.insert(update.candidate.index)
                    if seen.count == 3 { break }
                }
                await server.record.wait { $0.ended == 3 }
            }
        }
    }

    @Test func oneCandidateCanBeStoppedWhileTheOthersGoOn() async throws {
        let gate = Gate()
        let reply: @Sendable (RudeServer.Asked) -> RudeServer.Reply = { _ in
            .stream { write in
                try await write.say("x")
                while !gate.value {
                    try await write(": keep-alive\n\n")
                    try await Task.sleep(for: .milliseconds(5))
                }
                try await write.finish()
            }
        }
        try await RudeServer.serving(reply) { server in
            try await UpstreamSource.with(server.settings) { source in
                var collected = Collected()
                for await update in source.candidates(for: source.assignment(count: 3)) {
                    collected.updates.append(update)
                    if collected.updates.count == 3 { source.stop(RequestID(rawValue: "r"), candidate: 1) }
                    if update.event.isEnd, update.candidate.index == 1 {
                        // Its connection is closed, and only its.
                        await server.record.wait { $0.ended == 1 }
                        gate.open()
                    }
                }
                #expect(collected.failure(of: 1) == .cancelled)
                #expect(collected.outcome(of: 0) != nil && collected.outcome(of: 2) != nil)
                source.stop(RequestID(rawValue: "r"), candidate: 0)
            }
        }
    }

    @Test(arguments: [
        ("garbage", "it sent an event that is no JSON object"),
        ("cut", "it closed the connection, or does not speak HTTP"),
        ("early", "it broke off in the middle of an answer"), ("slow", "it said nothing for 1 s"),
        ("html", "it broke off in the middle of an answer"), ("json", "its reply has no answer in it"),
        ("endless", "it sent an event of more than 1048576 bytes"),
    ])
    func aRudeServerLosesItsCandidateAndSaysWhy(manner: String, reason: String) async throws {
        let gate = Gate()
        let reply: @Sendable (RudeServer.Asked) -> RudeServer.Reply = { _ in
            switch manner {
            case "garbage": .stream { try await $0.data("\u{1}\u{2} not json") }
            case "cut":
                .stream { write in
                    try await write.say("half")
                    throw RudeServer.Cut()
                }
            case "early": .stream { try await $0.say("half") }
            case "slow":
                .stream { write in
                    try await write.say("half")
                    await gate.passed()
                }
            case "html": .stream(contentType: "text/html") { try await $0("<html><body>Welcome</body></html>") }
            case "json": .stream(contentType: "application/json") { try await $0("{\"hello\":1}") }
            default:
                .stream { write in
                    while true { try await write(String(repeating: "x", count: 1 << 16)) }
                }
            }
        }
        try await RudeServer.serving(timeout: manner == "slow" ? 1 : 20, reply) { server in
            try await UpstreamSource.with(server.settings) { source in
                let collected = await source.collect(source.assignment())
                #expect(collected.failure(of: 0) == .backend(reason))
                #expect(collected.events(of: 0).count(where: \.isEnd) == 1)
                #expect(source.isSaturated, "it is left alone for a while")
                gate.open()
            }
        }
    }

    @Test func aConnectionThatIsCutAfterTheAnswerLosesNothing() async throws {
        let reply: @Sendable (RudeServer.Asked) -> RudeServer.Reply = { _ in
            .stream { write in
                try await write.data(#"{"choices":[{"delta":{"content":"42"},"finish_reason":"stop"}]}"#)
                throw RudeServer.Cut()
            }
        }
        try await RudeServer.serving(reply) { server in
            try await UpstreamSource.with(server.settings) { source in
                let collected = await source.collect(source.assignment())
                #expect(collected.text(of: 0) == "42")
                #expect(collected.outcome(of: 0)?.reason == .stop)
            }
        }
    }

    @Test func aServerThatIsNotThereIsNamed() async throws {
        let settings = UpstreamSettings(address: "http://127.0.0.1:1/v1", model: "m")
        try await UpstreamSource.with(settings) { source in
            guard case .backend(let reason) = await source.collect(source.assignment()).failure(of: 0) else {
                Issue.record("not lost")
                return
            }
            #expect(reason.hasPrefix("it cannot be reached at 127.0.0.1:1: "))
            #expect(source.isSaturated)
        }
        try await UpstreamSource.with(settings, isHead: true) { source in
            #expect(await source.collect(source.assignment()).failure(of: 0) != nil)
            #expect(!source.isSaturated, "there is no other to fall back on")
        }
    }

    @Test(
        arguments: [
            (429, .saturated(retryAfterSeconds: 4)), (503, .saturated(retryAfterSeconds: 4)),
            (401, .backend("it does not accept the key: so it is")),
            (400, .unusable(parameter: "request", reason: "so it is")),
            (500, .backend("it answers 500: so it is")),
        ] as [(Int, SourceError)]
    )
    func refusalsAreTold(status: Int, error: SourceError) async throws {
        let reply: @Sendable (RudeServer.Asked) -> RudeServer.Reply = { _ in
            .status(status, #"{"error":{"message":"so it is"}}"#, headers: ["retry-after": "4"])
        }
        try await RudeServer.serving(reply) { server in
            try await UpstreamSource.with(server.settings) { source in
                let collected = await source.collect(source.assignment(count: 2))
                #expect(collected.failure(of: 0) == error)
                #expect(collected.failure(of: 1) == error)
                #expect(server.record.value.asked.count == 2, "nothing is asked again")
            }
        }
    }

    @Test func fieldsThatAreRefusedAreLeftOutFromThenOn() async throws {
        let reply: @Sendable (RudeServer.Asked) -> RudeServer.Reply = { asked in
            for name in ["seed", "logprobs"] where asked.body[name] != nil {
                return .status(400, #"{"error":{"message":"\#(name) is not supported"}}"#)
            }
            return Self.polite(asked)
        }
        try await RudeServer.serving(reply) { server in
            try await UpstreamSource.with(server.settings) { source in
                let sampling = Sampling(seed: 7, topLogprobs: 0)
                for round in 1...2 {
                    #expect(await source.collect(source.assignment(sampling: sampling)).text(of: 0) == "42")
                    #expect(server.record.value.asked.count == 2 + round)
                }
            }
        }
    }

    @Test func aRefusalThatStaysIsNotAskedForEver() async throws {
        let reply: @Sendable (RudeServer.Asked) -> RudeServer.Reply = { _ in
            .status(400, #"{"error":{"message":"seed and swarm and stream_options are wrong"}}"#)
        }
        try await RudeServer.serving(reply) { server in
            try await UpstreamSource.with(server.settings) { source in
                let first = await source.collect(source.assignment(sampling: Sampling(seed: 7)))
                #expect(
                    first.failure(of: 0)
                        == .unusable(parameter: "request", reason: "seed and swarm and stream_options are wrong")
                )
                #expect(server.record.value.asked.count == 2)
                // What did not help is not remembered.
                _ = await source.collect(source.assignment(sampling: Sampling(seed: 7)))
                #expect(server.record.value.asked.last?.body["seed"] == nil)
                #expect(server.record.value.asked[2].body["seed"] != nil)
            }
        }
    }

    @Test func theKeyIsSentAndNeverLogged() async throws {
        let handler = InMemoryLogHandler()
        let logger = Logger(label: "test") { _ in
            var handler = handler
            handler.logLevel = .trace
            return handler
        }
        let reply: @Sendable (RudeServer.Asked) -> RudeServer.Reply = { _ in .status(500, "no") }
        try await RudeServer.serving(reply) { server in
            var settings = server.settings
            settings.key = "sk-very-secret"
            try await UpstreamSource.with(settings, logger: logger) { source in
                _ = await source.collect(source.assignment())
                #expect(server.record.value.asked.map(\.authorization) == ["Bearer sk-very-secret"])
            }
            #expect(!"\(settings)\(String(reflecting: settings))".contains("secret"))
        }
        #expect(!handler.entries.isEmpty)
        #expect(!handler.entries.contains { "\($0.message) \($0.metadata)".contains("secret") })
    }

    @Test func whatIsTooLongForTheServerGoesShortened() async throws {
        try await RudeServer.serving(Self.polite) { server in
            for (context, expected) in [(40, "short"), (4000, String(repeating: "long ", count: 100)), (nil, "short")] {
                var settings = server.settings
                settings.model = "m"
                settings.contextLength = context
                try await UpstreamSource.with(settings) { source in
                    var assignment = source.assignment(messages: [
                        Message(role: .user, content: String(repeating: "long ", count: 100))
                    ])
                    assignment.fitted.messages = [Message(role: .user, content: "short")]
                    _ = await source.collect(assignment)
                    let content = server.record.value.asked.last?.body["messages"]?.arrayValue?.first?["content"]
                    #expect(content == .string(expected))
                }
            }
        }
    }

    @Test func completionsAndEmbeddingsArePassedOn() async throws {
        let reply: @Sendable (RudeServer.Asked) -> RudeServer.Reply = { asked in
            if asked.path.hasSuffix("embeddings") {
                return .status(200, #"{"data":[{"index":0,"embedding":[0.5,1]}],"usage":{"prompt_tokens":2}}"#)
            }
            return .stream { write in
                try await write.data(#"{"choices":[{"text":" world","index":0,"finish_reason":"length"}]}"#)
            }
        }
        try await RudeServer.serving(reply) { server in
            try await UpstreamSource.with(server.settings) { source in
                var assignment = source.assignment()
                assignment.request.input = .completion(CompletionPrompt(.text("hello")))
                assignment.fitted = assignment.request
                let collected = await source.collect(assignment)
                #expect(collected.text(of: 0) == " world")
                #expect(collected.outcome(of: 0)?.reason == .length)
                #expect(server.record.value.asked.last?.path == "/v1/completions")
                let made = try await source.client.embed([.text("x")])
                #expect(made == Embeddings(vectors: [[0.5, 1]], promptTokens: 2))
                await #expect(throws: SourceError.backend("it sent no list of 2 vectors")) {
                    try await source.client.embed([.text("x"), .text("y")])
                }
            }
        }
    }
}
