import Foundation
import HTTPTestSupport
import ModelCatalog
import ModelStore
import SwarmCore
import SwarmTestSupport
import Testing

@Suite("Pulling from a hub that behaves", .timeLimit(.minutes(1)))
struct PullTests {
    let double = HubDouble(files: ["m.gguf": HubDouble.content(500_000)])

    @Test func aFileComesInPiecesAndStandsInTheStoreWithItsManifest() async throws {
        try await Pulling.with(double) { pulling in
            let pulled = try await pulling.pull()
            #expect(pulling.stored() == double.files["m.gguf"])
            #expect(pulled.isVerified)
            #expect(pulled.fetched == 500_000)
            #expect(pulled.paths == [pulling.path()])
            #expect(pulled.artifact.revision == HubDouble.commit)
            #expect(pulling.names == ["m.gguf", "m.gguf.swarm.json"])
            // The first byte, and then eight pieces of 64 KiB.
            #expect(pulling.cdn.requests.count == 9)
            #expect(Set(pulling.cdn.requests.compactMap(\.range?.lowerBound)) == Set((0..<8).map { $0 << 16 }))
            let models = await pulling.store.list()
            #expect(models.map(\.name) == ["hf:bees/honey/m.gguf"])
            #expect(models.first?.isIntact == true)
            #expect(models.first?.files.first?.manifest?.sha256 == Digest.sha256(double.files["m.gguf"] ?? []))
        }
    }

    @Test func whatIsThereIsNotFetchedAgain() async throws {
        try await Pulling.with(double) { pulling in
            _ = try await pulling.pull()
            let before = pulling.cdn.requests.count
            let again = try await pulling.pull()
            #expect(again.fetched == 0)
            #expect(again.isVerified)
            #expect(pulling.cdn.requests.count == before)
        }
    }

    @Test func theHubIsAskedOncePerFileAndItsServerAfterThat() async throws {
        try await Pulling.with(double) { pulling in
            _ = try await pulling.pull()
            #expect(pulling.hub.requests.count == 2)
        }
    }

    @Test func theTokenGoesToTheHubOnly() async throws {
        try await Pulling.with(double) { pulling in
            pulling.settings.token = HubToken("hf_secret")
            _ = try await pulling.pull()
            #expect(pulling.hub.requests.allSatisfy { $0.headers["authorization"] == "Bearer hf_secret" })
            #expect(!pulling.cdn.requests.isEmpty)
            #expect(pulling.cdn.requests.allSatisfy { $0.headers["authorization"] == nil })
        }
    }

    @Test func aFileWithoutAHashIsStoredAsUnverified() async throws {
        var plain = double
        plain.plain = ["m.gguf"]
        let double = plain
        try await Pulling.with(double) { pulling in
            let pulled = try await pulling.pull()
            #expect(!pulled.isVerified)
            #expect(pulling.stored() == double.files["m.gguf"])
            #expect(await pulling.store.list().first?.isVerified == false)
        }
    }

    @Test func onePartOfASplitModelBringsAllOfThem() async throws {
        let names = ["q-00001-of-00002.gguf", "q-00002-of-00002.gguf"]
        let double = HubDouble(files: [
            names[0]: HubDouble.content(70_000), names[1]: HubDouble.content(90_000, seed: 2),
            "other.gguf": HubDouble.content(10),
        ])
        try await Pulling.with(double) { pulling in
            let meter = PullMeter()
            let pulled = try await pulling.pull(names[0], meter: meter)
            #expect(pulled.paths == names.map(pulling.path))
            #expect(names.map(pulling.stored) == names.map { double.files[$0] })
            #expect(meter.progress().files == 2)
            #expect(await pulling.store.list().map(\.files.count) == [2])
        }
    }

    @Test func aProxyIsAskedForOtherHostsAndToldNoSecretsOfTheHub() async throws {
        let double = double
        // The proxy lets everybody through, and is the hub and the server behind it as well.
        try await ScriptedServer.run({ request in
            if request.method == "CONNECT" { return Reply(200) }
            return request.headers["host"] == "hub.example"
                ? double.hub(request, cdn: "http://cdn.example") : double.file(request)
        }) { proxy in
            try await Pulling.with(double) { pulling in
                pulling.settings.address = HubAddress(endpoint: "http://hub.example")
                pulling.settings.token = HubToken("hf_secret")
                pulling.settings.proxies = try ProxyRules(environment: ["HTTP_PROXY": "http://127.0.0.1:\(proxy.port)"])
                _ = try await pulling.pull()
                #expect(pulling.stored() == double.files["m.gguf"])
                let connects = proxy.requests.filter { $0.method == "CONNECT" }.map(\.target)
                #expect(Set(connects) == ["hub.example:80", "cdn.example:80"])
                // Not over plain HTTP to another machine.
                #expect(proxy.requests.allSatisfy { $0.headers["authorization"] == nil })
            }
        }
    }

    @Test func offlineNothingIsAskedAndWhatIsThereIsFound() async throws {
        try await Pulling.with(double) { pulling in
            _ = try await pulling.pull()
            let before = pulling.hub.requests.count
            pulling.settings.isOffline = true
            #expect(try await pulling.pull().paths == [pulling.path()])
            #expect(await pulling.failure("other.gguf") == PullError.offline("bees/honey/other.gguf"))
            #expect(pulling.hub.requests.count == before)
        }
    }

    @Test func withoutRoomNothingIsFetched() async throws {
        try await Pulling.with(double) { pulling in
            pulling.rules.freeBytes = { _ in 499_999 }
            #expect(
                await pulling.failure()
                    == PullError.noSpace(folder: pulling.store.folder, needed: 500_000, free: 499_999)
            )
            #expect(pulling.cdn.requests.isEmpty)
            #expect(pulling.names.isEmpty)
        }
    }

    @Test func aFileThatSomebodyChangedIsFetchedAgain() async throws {
        try await Pulling.with(double) { pulling in
            _ = try await pulling.pull()
            try Data("GGUF and nothing else".utf8).write(to: URL(fileURLWithPath: pulling.path()))
            #expect(await pulling.store.list().first?.files.first?.condition == .changed)
            #expect(try await pulling.pull().fetched == 500_000)
            #expect(pulling.stored() == double.files["m.gguf"])
        }
    }

    @Test func aRightFileWithoutAManifestIsTakenIn() async throws {
        try await Pulling.with(double) { pulling in
            _ = try await pulling.pull()
            try FileManager.default.removeItem(atPath: pulling.path() + ".swarm.json")
            #expect(await pulling.store.list().first?.files.first?.condition == .unknown)
            #expect(try await pulling.pull().fetched == 0)
            #expect(await pulling.store.list().first?.isIntact == true)
        }
    }

    @Test func twoPullsOfOneFileShareOneDownload() async throws {
        let isWaiting = Gate()
        let meter = PullMeter()
        let double = double
        try await Pulling.with(
            double,
            cdn: { request in
                // The first bytes come only when the other pull waits for them.
                if request.range?.count != 1 { await isWaiting.passed() }
                return double.file(request)
            }
        ) { pulling in
            let pulling = pulling
            try await withThrowingTaskGroup(of: UInt64.self) { group in
                group.addTask { try await pulling.pull().fetched }
                group.addTask {
                    while !pulling.names.contains("m.gguf.part.journal") { await Task.yield() }
                    return try await pulling.pull(meter: meter).fetched
                }
                group.addTask {
                    while meter.progress().phase != .waiting { await Task.yield() }
                    isWaiting.open()
                    return 0
                }
                let fetched = try await group.reduce(0, +)
                #expect(fetched == 500_000)
            }
            #expect(pulling.stored() == double.files["m.gguf"])
            #expect(pulling.cdn.requests.filter { $0.range?.count != 1 }.count == 8)
        }
    }

    @Test func aCancelledPullGoesOnWhereItStopped() async throws {
        let double = double
        let isHanging = Gate()
        let isSecond = Locked(false)
        try await Pulling.with(
            double,
            cdn: { request in
                let reply = double.file(request)
                guard !isSecond.withLock({ $0 }), (request.range?.lowerBound ?? 0) >= 3 << 16 else { return reply }
                isHanging.open()
                return reply.cut(after: 10_000, ending: .hang)
            }
        ) { pulling in
            let pulling = pulling
            let first = await withTaskGroup(of: Result<Pulled, PullError>?.self) { group in
                group.addTask {
                    do throws(PullError) { return .success(try await pulling.pull()) } catch { return .failure(error) }
                }
                group.addTask {
                    await isHanging.passed()
                    return nil
                }
                _ = await group.next()
                group.cancelAll()
                return await group.next() ?? nil
            }
            #expect(throws: PullError.cancelled) { try first?.get() }
            #expect(pulling.stored() == nil)
            let partial = try #require(await pulling.store.partials().first)
            #expect(!partial.isBusy)
            #expect(partial.total == 500_000)
            isSecond.withLock { $0 = true }
            let second = try await pulling.pull()
            #expect(second.fetched == 500_000 - partial.bytes)
            #expect(pulling.stored() == double.files["m.gguf"])
            #expect(pulling.names == ["m.gguf", "m.gguf.swarm.json"])
        }
    }
}
