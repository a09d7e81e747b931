import Federation
import Swarm
import SwarmCore
import SwarmTestSupport
import Testing

/// Nodes that vote together, over real connections on the loopback interface.
@Suite("Nodes that vote together", .timeLimit(.minutes(2)))
struct VotingTests {
    private let cluster = Cluster(name: "test", secret: ClusterSecret())

    @Test func twoNodesPairByAddressAndVoteTogether() async throws {
        let attic = try await TestNode("attic", in: cluster, source: saying("42"))
        let desk = try await TestNode("desk", in: cluster, peers: [attic.address], source: saying("42"))
        try await running([attic, desk]) {
            #expect(await desk.sees(1))
            let told = try await desk.swarm.told(.asking())
            #expect(told.content == "42")
            #expect(told.summary.sources.map(\.id.rawValue) == ["local", "attic"])
            #expect(told.summary.sources.map(\.model) == [ScriptedModel.id, ScriptedModel.id])
            #expect(told.summary.sources[1].failure == nil)
            #expect(attic.source.record.value.started.count == 1)
            // The other way round without an address: whoever asks says where it can be reached.
            #expect(await attic.sees(1))
        }
        #expect(await attic.book.pinned().map(\.name) == ["desk"])
        #expect(await desk.book.pinned().map(\.fingerprint) == [attic.identity.fingerprint])
    }

    @Test func peersTellEachOtherAboutPeers() async throws {
        let attic = try await TestNode("attic", in: cluster, source: saying("42"))
        let desk = try await TestNode("desk", in: cluster, peers: [attic.address], source: saying("42"))
        let cellar = try await TestNode("cellar", in: cluster, peers: [attic.address], source: saying("42"))
        try await running([attic, desk, cellar]) {
            #expect(await desk.sees(2, within: .seconds(30)))
            #expect(await cellar.sees(2, within: .seconds(30)))
        }
    }

    @Test func aPeerWithAnotherSecretIsListedAndNeverUsed() async throws {
        let stranger = try await TestNode(
            "stranger",
            in: Cluster(name: "other", secret: ClusterSecret()),
            source: saying("13")
        )
        let desk = try await TestNode("desk", in: cluster, peers: [stranger.address], source: saying("42"))
        try await running([stranger, desk]) {
            let hasReason = await eventually(within: .seconds(10)) {
                desk.federation.findings.contains { !$0.isFine && $0.what.contains("secret") }
            }
            #expect(hasReason)
            #expect(desk.federation.sources.isEmpty)
            let told = try await desk.swarm.told(.asking())
            #expect(told.content == "42")
        }
        #expect(stranger.source.record.value.started.isEmpty)
        #expect(await stranger.book.pinned().isEmpty)
    }

    @Test func theWholeConversationAndItsToolsReachThePeer() async throws {
        let call = "<call:read>{\"path\":\"a.txt\"}</call>"
        let attic = try await TestNode("attic", in: cluster, source: saying(call))
        let desk = try await TestNode("desk", in: cluster, peers: [attic.address], source: saying(call))
        let tool = ToolSpec(
            name: "read",
            summary: "Reads a file.",
            parameters: ["type": "object", "properties": ["path": ["type": "string"]], "required": ["path"]]
        )
        try await running([attic, desk]) {
            #expect(await desk.sees(1))
            let told = try await desk.swarm.told(.asking("Read a.txt", tools: [tool]))
            #expect(told.calls == ["read{\"path\":\"a.txt\"}"])
            #expect(told.summary.report?.kind == .toolCall)
            #expect(told.summary.sources[1].finished > 0)
        }
        let request = try #require(attic.source.record.value.started.first?.request)
        #expect(request.tools == [tool])
        #expect(request.messages == [Message(role: .user, content: "Read a.txt")])
    }

    @Test func whoLeavesStopsThePeerWithinAFifthOfASecond() async throws {
        let attic = try await TestNode("attic", in: cluster, source: ScriptedSource(id: "local") { _ in [] })
        let desk = try await TestNode(
            "desk",
            in: cluster,
            peers: [attic.address],
            source: ScriptedSource(id: "local") { _ in [] }
        )
        try await running([attic, desk]) {
            #expect(await desk.sees(1))
            let request = Task { try await desk.swarm.told(.asking()) }
            await attic.source.record.wait { $0.started.count == 1 }
            let left = ContinuousClock.now
            request.cancel()
            _ = await attic.source.cancelled()
            #expect(ContinuousClock.now - left < .milliseconds(200))
        }
    }

    @Test func aSafeLeadStopsThePeer() async throws {
        let attic = try await TestNode("attic", in: cluster, source: ScriptedSource(id: "local") { _ in [] })
        // Two of three agree, and the third can change nothing.
        let gate = Gate()
        let desk = try await TestNode(
            "desk",
            in: cluster,
            peers: [attic.address],
            source: ScriptedSource(id: "local") { assignment in
                [.wait(gate)] + assignment.candidates.map { .whole($0.index, "42") }
            }
        )
        try await running([attic, desk]) {
            #expect(await desk.sees(1))
            async let answer = desk.swarm.told(.asking(candidates: 3))
            await attic.source.record.wait { $0.started.count == 1 }
            gate.open()
            let told = try await answer
            #expect(told.content == "42")
            #expect(await attic.source.cancelled() == [[0]])
        }
    }

    @Test func oneCandidateOfAPeerCanBeStoppedAlone() async throws {
        let gate = Gate()
        let attic = try await TestNode(
            "attic",
            in: cluster,
            source: ScriptedSource(id: "local") { assignment in
                [.say(0, "4"), .wait(gate)] + assignment.candidates.map { .whole($0.index, "2") }
            }
        )
        let desk = try await TestNode("desk", in: cluster, peers: [attic.address], source: saying("42"))
        try await running([attic, desk]) {
            #expect(await desk.sees(1))
            let peer = try #require(desk.federation.sources.first)
            let request = ChatRequest.asking()
            let prompt = try await ScriptedModel().render(request)
            let plans = [7, 9].map { CandidatePlan(index: $0, sampling: Sampling(temperature: 0.7, seed: 1)) }
            var events: [CandidateUpdate] = []
            for await update in peer.candidates(
                for: Assignment(request: request, prompt: prompt, candidates: plans)
            ) {
                events.append(update)
                if case .text(let delta) = update.event, delta.text == "4" {
                    peer.stop(request.id, candidate: 7)
                    Task {
                        await attic.source.record.wait { $0.stopped == [0] }
                        gate.open()
                    }
                }
            }
            #expect(events.filter { $0.event == .failed(.cancelled) }.map(\.candidate.index) == [7])
            #expect(
                events.contains { update in
                    if case .finished = update.event { update.candidate.index == 9 } else { false }
                }
            )
        }
    }

    @Test func aForgottenPeerIsUsedNoMoreAndLetsNobodyIn() async throws {
        let attic = try await TestNode("attic", in: cluster, source: saying("42"))
        let desk = try await TestNode("desk", in: cluster, peers: [attic.address], source: saying("42"))
        try await running([attic, desk]) {
            #expect(await desk.sees(1))
            await attic.book.forget(desk.identity.id)
            let isRefused = await eventually(within: .seconds(15)) { desk.federation.sources.isEmpty }
            #expect(isRefused)
            #expect(attic.federation.sources.isEmpty)
        }
    }

    @Test func aPeerThatComesBackIsUsedAgain() async throws {
        let attic = try await TestNode("attic", in: cluster, source: saying("42"))
        let desk = try await TestNode("desk", in: cluster, peers: [attic.address], source: saying("42"))
        try await running([desk]) {
            #expect(desk.federation.sources.isEmpty)
            try await running([attic]) { #expect(await desk.sees(1)) }
            let told = try await desk.swarm.told(.asking())
            #expect(told.content == "42")
            #expect(await desk.sees(0))
        }
    }

    @Test func statisticsAndBeliefsAreLearnedAndKept() async throws {
        let attic = try await TestNode("attic", in: cluster, model: .other, source: saying("13"))
        let desk = try await TestNode("desk", in: cluster, peers: [attic.address], source: saying("42"))
        try await running([attic, desk]) {
            #expect(await desk.sees(1))
            for _ in 0..<12 { _ = try await desk.swarm.told(.asking(candidates: 6)) }
            let peers = try #require(desk.federation.peersJSON["peers"]?.arrayValue)
            #expect(peers[0]["requests"] == 12)
            #expect(peers[0]["standing"] == "ready")
            #expect(peers[0]["same_model"] == false)
            let accuracy = try #require(peers[0]["accuracy"]?["number"]?.doubleValue)
            #expect(accuracy < 0.3)
        }
        #expect(await desk.book.statistics()[attic.identity.id]?.requests == 12)
        #expect(await desk.book.beliefs().isEmpty == false)
    }
}

extension ScriptedModel {
    /// Other weights.
    static var other: ScriptedModel {
        var model = ScriptedModel()
        model.card.id = ModelID(rawValue: "other")
        model.card.fingerprint = "other"
        return model
    }
}
