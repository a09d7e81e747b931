import AsyncHTTPClient
import Federation
import InMemoryLogging
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import Swarm
import SwarmCore
import SwarmTestSupport
import Testing
import WireFormats

/// What other nodes and strangers may ask.
@Suite("The door for other nodes", .timeLimit(.minutes(1)))
struct DoorTests {
    private let cluster = Cluster(name: "test", secret: ClusterSecret())

    /// A node, and somebody who is pinned there or not.
    private func meeting(
        isPinned: Bool,
        _ body: @escaping @Sendable (PeerLink, PeerAddress, NodeIdentity, TestNode) async throws -> Void
    ) async throws {
        let caller = try NodeIdentity(name: "caller")
        let pins = isPinned ? [PinnedPeer(name: "caller", fingerprint: caller.fingerprint, pairedAt: 0)] : []
        let attic = try await TestNode("attic", in: cluster, book: MemoryBook(pins), source: saying("42"))
        let link = PeerLink(caller, expecting: attic.identity.fingerprint)
        try await running([attic]) {
            let isOpen = await eventually(within: .seconds(10)) {
                (try? await link.exchange(.GET, "/v1/federation/health", at: attic.address)) != nil
            }
            #expect(isOpen)
            try await body(link, attic.address, caller, attic)
        }
        await link.shutDown()
    }

    private static func vote(head: String, hops: Int = 0, version: Int = FederationProtocol.version) throws -> JSON {
        let asked = AskedCandidate(index: 0, seed: 1)
        var body = try VoteBody(request: .asking(), candidates: [asked], head: head, hops: hops, seconds: 60).json()
        guard case .object(var members) = body else { return body }
        members["protocol"] = .integer(version)
        body = .object(members)
        return body
    }

    @Test func aStrangerMayOnlyPair() async throws {
        try await meeting(isPinned: false) { link, address, caller, attic in
            for (method, path) in [("GET", "health"), ("POST", "vote"), ("POST", "stop")] {
                let reply = try await link.exchange(
                    .init(rawValue: method),
                    "/v1/federation/\(path)",
                    at: address,
                    body: method == "POST" ? try Self.vote(head: "x") : nil
                )
                #expect(reply.status == 403)
            }
            #expect(attic.source.record.value.started.isEmpty)
        }
    }

    @Test func aPinnedNodeIsToldHowItIs() async throws {
        try await meeting(isPinned: true) { link, address, _, attic in
            let card = try #require(PeerCard(json: try await link.health(at: address, port: 4711)))
            #expect(card.id == attic.identity.id.rawValue)
            #expect(card.model == ScriptedModel.id)
            #expect(card.fingerprint == "scripted")
        }
    }

    @Test func requestsDoNotGoInCircles() async throws {
        try await meeting(isPinned: true) { link, address, caller, attic in
            let own = try await link.exchange(
                .POST,
                "/v1/federation/vote",
                at: address,
                body: try Self.vote(head: attic.identity.id.rawValue)
            )
            #expect(own.status == 400)
            let handedOn = try await link.exchange(
                .POST,
                "/v1/federation/vote",
                at: address,
                body: try Self.vote(head: caller.id.rawValue, hops: 1)
            )
            #expect(handedOn.status == 400)
            #expect(attic.source.record.value.started.isEmpty)
        }
    }

    @Test func anotherProtocolIsRefusedInWords() async throws {
        try await meeting(isPinned: true) { link, address, caller, _ in
            let reply = try await link.exchange(
                .POST,
                "/v1/federation/vote",
                at: address,
                body: try Self.vote(head: caller.id.rawValue, version: 99)
            )
            #expect(reply.status == 400)
            #expect(String(decoding: reply.body, as: UTF8.self).contains("version 99"))
        }
    }

    @Test func whoAsksTooOftenIsSlowedDown() async throws {
        try await meeting(isPinned: true) { link, address, _, _ in
            var statuses: [Int] = []
            for _ in 0..<90 {
                statuses.append(try await link.exchange(.GET, "/v1/federation/health", at: address).status)
            }
            #expect(statuses.contains(503))
        }
    }

    @Test func withoutTLSNothingIsSaid() async throws {
        try await meeting(isPinned: true) { _, address, _, _ in
            let request = HTTPClientRequest(url: "http://127.0.0.1:\(address.port)/v1/federation/health")
            await #expect(throws: (any Error).self) {
                try await HTTPClient.shared.execute(request, timeout: .seconds(5))
            }
        }
    }

    @Test func aPortThatIsTakenIsToldOnceAndListenedOnWhenItIsFree() async throws {
        let log = InMemoryLogHandler()
        let attic = try await TestNode(
            "attic",
            in: cluster,
            logger: Logger(label: "test") { _ in log },
            source: saying("42")
        )
        let taken = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton).bind(
            host: "127.0.0.1",
            port: attic.address.port
        ).get()
        let count: @Sendable (String) -> Int = { words in log.entries.count { "\($0.message)".contains(words) } }
        try await running([attic]) {
            // Longer than two attempts.
            try await Task.sleep(for: .seconds(7))
            #expect(count("cannot come in here") == 1)
            #expect(count("nodes come in here") == 0)
            try await taken.close()
            let isOpen = await eventually(within: .seconds(10)) { count("nodes come in here") == 1 }
            #expect(isOpen)
        }
    }
}
