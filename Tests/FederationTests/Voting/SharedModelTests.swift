import Crypto
import Federation
import Foundation
import ModelCatalog
import ModelStore
import NIOHTTP1
import Swarm
import SwarmCore
import SwarmTestSupport
import Testing

/// Copying models from one node to another, with the client that fetches from hubs.
@Suite("Models that nodes hand to each other", .timeLimit(.minutes(1)))
struct SharedModelTests {
    private static let repository = "owner/name"

    /// Fetches a file of a node that has this content under a name, with a hash.
    private func fetch(
        _ content: [UInt8],
        sha256: String? = nil,
        isPinned: Bool = true
    ) async throws -> Result<[UInt8], any Error> {
        let folder = FileManager.default.temporaryDirectory.path + "/shared-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/original.gguf"
        try Data(content).write(to: URL(fileURLWithPath: path))
        let hash = sha256 ?? SHA256.hash(data: content).map { String(format: "%02x", $0) }.joined()
        let models = SharedModels { repository, revision in
            guard repository == Self.repository, ["main", "c0ffee"].contains(revision) else { return [] }
            return [
                SharedModels.File(
                    name: "model-q8_0.gguf",
                    path: path,
                    bytes: UInt64(content.count),
                    sha256: hash,
                    commit: "c0ffee"
                )
            ]
        }
        let caller = try NodeIdentity(name: "caller")
        let pins = isPinned ? [PinnedPeer(name: "caller", fingerprint: caller.fingerprint, pairedAt: 0)] : []
        let attic = try await TestNode(
            "attic",
            in: Cluster(name: "test", secret: ClusterSecret()),
            book: MemoryBook(pins),
            models: models,
            source: saying("42")
        )
        let link = PeerLink(caller, expecting: attic.identity.fingerprint)
        let result = Observed<Result<[UInt8], any Error>?>(nil)
        try await running([attic]) {
            let isOpen = await eventually(within: .seconds(10)) {
                (try? await link.exchange(.GET, "/v1/federation/health", at: attic.address)) != nil
            }
            #expect(isOpen)
            let outcome: Result<[UInt8], any Error>
            do {
                let store = Store(folder: folder + "/store")
                let artifact = ModelArtifact(
                    format: .gguf,
                    repository: Self.repository,
                    revision: "main",
                    files: [ModelArtifact.File(name: "model-q8_0.gguf")]
                )
                let settings = HubSettings(address: HubAddress(endpoint: attic.address.url))
                let pulled = try await Hub.open(settings, client: link.http, logger: silentLogger) {
                    hub throws(PullError) in
                    try await store.pull(artifact, from: hub)
                }
                #expect(pulled.isVerified)
                outcome = .success(Array(try Data(contentsOf: URL(fileURLWithPath: pulled.paths[0]))))
            } catch {
                outcome = .failure(error)
            }
            result.change { $0 = outcome }
        }
        await link.shutDown()
        return try #require(result.value)
    }

    @Test func aModelIsCopiedAndVerified() async throws {
        var generator = SplitMix64(seed: 3)
        let content = (0..<3_000_000).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
        let copied = try await fetch(content).get()
        #expect(copied == content)
    }

    @Test func whatHasAnotherHashEntersNoStore() async throws {
        let result = try await fetch(Array("not what it says".utf8), sha256: String(repeating: "ab", count: 32))
        #expect(throws: PullError.self) { try result.get() }
    }

    @Test func aStrangerGetsNothing() async throws {
        let result = try await fetch(Array("content".utf8), isPinned: false)
        #expect(throws: PullError.self) { try result.get() }
    }
}
