import Federation
import Hummingbird
import NIOCore
import Swarm
import SwarmCore
import SwarmTestSupport
import Testing

/// Whatever a paired node sends, the client is answered as if it were not there.
@Suite("Peers that do not behave", .timeLimit(.minutes(2)))
struct RudePeerTests {
    private typealias Vote = @Sendable (inout any ResponseBodyWriter) async throws -> Void
    private let cluster = Cluster(name: "test", secret: ClusterSecret())

    /// Asks for a vote in which the peer takes part, and gives what came of it.
    private func asked(
        _ request: ChatRequest = .asking(),
        timeout: Int = 60,
        local: ScriptedSource = saying("42"),
        _ vote: @escaping Vote
    ) async throws -> (content: String, report: SourceReport?, seconds: Double) {
        let rude = try await RudePeer(identity: NodeIdentity(name: "rude"), vote: vote)
        let desk = try await TestNode(
            "desk",
            in: cluster,
            book: MemoryBook([rude.pinned]),
            timeout: timeout,
            source: local
        )
        let result = Observed<(content: String, report: SourceReport?, seconds: Double)?>(nil)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await rude.run() }
            group.addTask {
                try await running([desk]) {
                    #expect(await desk.sees(1))
                    let began = ContinuousClock.now
                    let told = try await desk.swarm.told(request)
                    let seconds = (ContinuousClock.now - began).seconds
                    let report = told.summary.sources.first { $0.id.rawValue == "rude" }
                    result.change { $0 = (told.content, report, seconds) }
                }
            }
            try await group.next()
            group.cancelAll()
        }
        return try #require(result.value)
    }

    /// Two candidates here say one thing and the vote needs those of the peer.
    private static let divided = ScriptedSource(id: "local") { assignment in
        assignment.candidates.map { .whole($0.index, $0.index == 0 ? "42" : "41") }
    }

    @Test(arguments: [
        "", "garbage\n", "[1,2]\n", "{\"candidate\":\"x\"}\n", "{\"candidate\":1,\"end\":7}\n", "\u{0}\n",
    ])
    func garbageCostsOnlyItsVotes(_ text: String) async throws {
        let told = try await asked(local: Self.divided) { try await $0.say(text) }
        #expect(told.content == "42" || told.content == "41")
        #expect(told.report?.finished == 0)
        #expect(told.report?.lost == 2)
    }

    @Test func anEndlessLineIsCutOff() async throws {
        let told = try await asked(local: Self.divided) { body in
            let piece = ByteBuffer(repeating: UInt8(ascii: "x"), count: 1 << 16)
            while !Task.isCancelled { try await body.write(piece) }
        }
        #expect(told.report?.failure?.contains("line") == true)
    }

    @Test func aStreamOfABillionBytesIsCutOff() async throws {
        let told = try await asked(local: Self.divided) { body in
            let line = "{\"candidate\":1,\"content\":\"" + String(repeating: "y", count: 1 << 19) + "\"}\n"
            let piece = ByteBuffer(string: line)
            for _ in 0..<2048 { try await body.write(piece) }
        }
        #expect(told.content == "42" || told.content == "41")
        #expect(told.seconds < 60)
    }

    @Test func whoSaysNothingIsWaitedForNoLongerThanTheOthersAreWorth() async throws {
        let told = try await asked(local: Self.divided) { body in
            while !Task.isCancelled {
                try await body.say("{\"alive\":true}\n")
                try await Task.sleep(for: .milliseconds(200))
            }
        }
        #expect(told.report?.failure?.contains("too late") == true)
        #expect(told.seconds < 8)
    }

    @Test func whoBreaksOffLosesWhatHadNoEnd() async throws {
        let told = try await asked(local: Self.divided) { body in
            try await body.say("{\"candidate\":1,\"content\":\"42\"}\n{\"candidate\":1,\"end\":\"stop\"}\n")
            try await body.say("{\"candidate\":3,\"content\":\"4\"}\n")
            throw CancellationError()
        }
        #expect(told.content == "42")
        #expect(told.report?.finished == 1)
        #expect(told.report?.lost == 1)
    }

    @Test func forgedConfidenceAndKindsCountForNothing() async throws {
        let told = try await asked(
            .asking(candidates: 4),
            local: ScriptedSource(id: "local") { assignment in assignment.candidates.map { .whole($0.index, "42") } }
        ) { body in
            for index in [1, 3] {
                try await body.say(
                    """
                    {"candidate":\(index),"content":"13","confidence":1e308,"logprob":0,"self_certainty":1e9,"weight":99}
                    {"candidate":\(index),"end":"tool_calls","kind":"tool_call","valid":true,"completion_tokens":-5}

                    """
                )
            }
        }
        #expect(told.content == "42")
    }

    @Test func aCallThatWasNotOnOfferIsNoVote() async throws {
        let tool = ToolSpec(
            name: "read",
            parameters: ["type": "object", "properties": ["path": ["type": "string"]], "required": ["path"]]
        )
        let told = try await asked(
            .asking("Read a.txt", candidates: 4, tools: [tool]),
            local: ScriptedSource(id: "local") { assignment in
                assignment.candidates.map { .whole($0.index, "<call:read>{\"path\":\"a.txt\"}</call>") }
            }
        ) { body in
            for index in [1, 3] {
                try await body.say(
                    """
                    {"candidate":\(index),"call":0,"name":"rm","arguments":"{\\"path\\":\\"/\\"}"}
                    {"candidate":\(index),"end":"tool_calls"}

                    """
                )
            }
        }
        #expect(told.content.isEmpty)
    }

    @Test func anotherCertificateAtTheSameAddressIsNotSpokenWith() async throws {
        let imposter = try await RudePeer(identity: NodeIdentity(name: "rude")) { try await $0.say("") }
        let paired = PinnedPeer(
            name: "rude",
            fingerprint: try NodeIdentity(name: "rude").fingerprint,
            pairedAt: 0,
            address: imposter.address
        )
        let desk = try await TestNode("desk", in: cluster, book: MemoryBook([paired]), source: saying("42"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await imposter.run() }
            group.addTask {
                try await running([desk]) {
                    let isTold = await eventually(within: .seconds(10)) {
                        desk.federation.findings.contains { $0.what.contains("certificate is not the one") }
                    }
                    #expect(isTold)
                    #expect(desk.federation.sources.isEmpty)
                    let told = try await desk.swarm.told(.asking())
                    #expect(told.content == "42")
                }
            }
            try await group.next()
            group.cancelAll()
        }
    }
}
