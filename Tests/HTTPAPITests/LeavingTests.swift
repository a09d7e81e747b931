import HTTPTestSupport
import Swarm
import SwarmCore
import SwarmTestSupport
import Testing
import WireFormats

/// Clients that close their connection.
@Suite(.timeLimit(.minutes(1)))
struct LeavingTests {
    /// Nothing more is written: only the closed connection tells.
    @Test func leavingAStreamCancelsItsCandidates() async throws {
        let source = ScriptedSource([.say(0, "Well, ")])
        try await serving(source) { api in
            let reading = Gate()
            let client = Task {
                var stream = try await api.stream(asking([("stream", true), ("swarm", false)]))
                #expect(try await stream.nextContent() == "Well, ")
                reading.open()
                return try await stream.rest()
            }
            await reading.passed()
            client.cancel()
            #expect(await source.cancelled() == [[0]])
        }
    }

    @Test func leavingWhileTheVoteRunsCancelsItsCandidates() async throws {
        let source = ScriptedSource([.whole(1, "42")])
        try await serving(source, heartbeat: .milliseconds(1)) { api in
            let reading = Gate()
            let client = Task {
                var stream = try await api.stream(asking([("stream", true), ("swarm", ["n": 4])]))
                #expect(try await stream.next()?.isSignOfLife == true)
                reading.open()
                return try await stream.rest()
            }
            await reading.passed()
            client.cancel()
            #expect(await source.cancelled() == [[0, 2, 3]])
        }
    }

    @Test func leavingWhileTextPoursOutCancelsItsCandidates() async throws {
        let source = ScriptedSource(Array(repeating: .say(0, "word "), count: 1_000_000))
        try await serving(source) { api in
            let reading = Gate()
            let client = Task {
                var stream = try await api.stream(asking([("stream", true), ("swarm", false)]))
                _ = try await stream.nextContent()
                reading.open()
                await Gate().passed()
            }
            await reading.passed()
            client.cancel()
            #expect(await source.cancelled() == [[0]])
        }
    }

    @Test func leavingBeforeTheWholeReplyCancelsItsCandidates() async throws {
        let running = Gate()
        let source = ScriptedSource([.phase(0, .prefilling(done: 0, of: 1)), .mark(running)])
        let activity = Activity()
        try await serving(source, activity: activity) { api in
            let client = Task { try await api.chat(asking()) }
            await running.passed()
            let health = try await api.get("/health").json()
            #expect(health["engine"]?["running"] == 1)
            client.cancel()
            #expect(await source.cancelled() == [[0, 1, 2]])
        }
        #expect(activity.snapshot.isEmpty)
    }

    @Test func theOthersDoNotNoticeThatOneLeaves() async throws {
        let (first, gate) = (Gate(), Gate())
        let source = ScriptedSource { assignment in
            guard assignment.request.session?.rawValue == "stays" else { return [.mark(first)] }
            return [.wait(gate), .whole(0, "42")]
        }
        try await serving(source) { api in
            async let stays = api.chat(asking([("swarm", false), ("prompt_cache_key", "stays")]))
            let leaves = Task { try await api.chat(asking([("swarm", false)])) }
            await first.passed()
            leaves.cancel()
            _ = await source.cancelled()
            gate.open()
            let answer = try await stays.json()
            #expect(answer.content == "42")
        }
    }
}
