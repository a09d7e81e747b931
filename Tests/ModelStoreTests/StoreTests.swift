import Foundation
import HTTPTestSupport
import Logging
import ModelCatalog
import ModelStore
import SwarmCore
import Testing

@Suite("The store", .timeLimit(.minutes(1)))
struct StoreTests {
    let double = HubDouble(files: ["m.gguf": HubDouble.content(10_000)])

    @Test func whatIsRemovedLeavesNothingBehind() async throws {
        try await Pulling.with(double) { pulling in
            _ = try await pulling.pull()
            #expect(await pulling.store.usedBytes() >= 10_000)
            let model = try #require(await pulling.store.list().first)
            try await pulling.store.remove(model)
            #expect(FileManager.default.subpaths(atPath: pulling.store.folder)?.isEmpty == true)
        }
    }

    @Test func whatIsInUseIsNotRemoved() async throws {
        try await Pulling.with(double) { pulling in
            _ = try await pulling.pull()
            let model = try #require(await pulling.store.list().first)
            let lease = Store.lease(pulling.path())
            #expect(lease != nil)
            #expect(Store.lease(pulling.path()) != nil)
            var refusal: PullError?
            do throws(PullError) { try await pulling.store.remove(model) } catch { refusal = error }
            #expect(refusal == .inUse("hf:bees/honey/m.gguf"))
            withExtendedLifetime(lease) { #expect(pulling.stored() != nil) }
        }
    }

    @Test func whatWasBegunLongAgoIsPruned() async throws {
        let double = double
        try await Pulling.with(double, cdn: { $0.number == 0 ? double.file($0) : double.file($0).cut(after: 100) }) {
            pulling in
            #expect(await pulling.failure() != nil)
            #expect(pulling.names == ["m.gguf.part", "m.gguf.part.journal"])
            let now = Int(Date().timeIntervalSince1970)
            let early = try await pulling.store.prune(olderThan: 3600, now: now)
            #expect(early == 0)
            #expect(await pulling.store.partials().map(\.file) == ["m.gguf"])
            let late = try await pulling.store.prune(olderThan: 3600, now: now + 3601)
            #expect(late > 0)
            #expect(FileManager.default.subpaths(atPath: pulling.store.folder)?.isEmpty == true)
        }
    }

    @Test func manifestsWithoutAFileArePrunedAndModelsStay() async throws {
        try await Pulling.with(double) { pulling in
            _ = try await pulling.pull()
            let other = pulling.path("gone.gguf.swarm.json")
            try Data("{}".utf8).write(to: URL(fileURLWithPath: other))
            _ = try await pulling.store.prune(olderThan: 0, now: Int(Date().timeIntervalSince1970) + 10)
            #expect(pulling.names == ["m.gguf", "m.gguf.swarm.json"])
        }
    }

    @Test func aMissingPartIsNoticed() async throws {
        let names = (1...3).map { "q-0000\($0)-of-00003.gguf" }
        let files = Dictionary(uniqueKeysWithValues: names.map { ($0, HubDouble.content(1000)) })
        try await Pulling.with(HubDouble(files: files)) { pulling in
            _ = try await pulling.pull(names[1])
            try FileManager.default.removeItem(atPath: pulling.path(names[2]))
            let model = try #require(await pulling.store.list().first)
            #expect(model.missing == [names[2]])
            #expect(!model.isIntact)
        }
    }

    @Test func aFolderForMLXIsPulledWholeWithoutWhatItDoesNotNeed() async throws {
        let files: [String: [UInt8]] = [
            "model.safetensors": HubDouble.content(5000), "config.json": Array("{}".utf8),
            "tokenizer.json": Array("{\"a\":1}".utf8), "README.md": Array("words".utf8), "m.gguf": HubDouble.content(9),
        ]
        var double = HubDouble(files: files)
        double.plain = ["config.json", "tokenizer.json", "README.md"]
        try await Pulling.with(double) { pulling in
            let settings = pulling.settings
            let (store, rules) = (pulling.store, pulling.rules)
            let artifact = ModelArtifact(format: .mlx, repository: HubDouble.repository, files: [])
            _ = try await Hub.open(settings, rules: rules, logger: .init(label: "test")) { hub throws(PullError) in
                try await store.pull(artifact, from: hub)
            }
            let model = try #require(await store.list().first)
            #expect(model.name == "hf:bees/honey")
            #expect(model.format == .mlx)
            #expect(model.files.map(\.name) == ["config.json", "model.safetensors", "tokenizer.json"])
            #expect(model.path == store.folder + "/bees/honey")
        }
    }

    @Test func anEmptyFolderHasNoModels() async {
        let store = Store(folder: "/nowhere/at/all")
        #expect(await store.list().isEmpty)
        #expect(await store.partials().isEmpty)
        #expect(await store.usedBytes() == 0)
    }

    @Test(arguments: [
        ("m.gguf", "m", 1, 1), ("a/q-00002-of-00003.gguf", "a/q", 2, 3), ("q-4-of-5.gguf", "q-4-of-5", 1, 1),
        ("q-00004-of-00003.gguf", "q-00004-of-00003", 1, 1), ("Q.GGUF", "Q", 1, 1),
    ])
    func namesOfPartsAreRead(name: String, base: String, part: Int, parts: Int) throws {
        let split = try #require(SplitName(name))
        #expect(split.base == base)
        #expect(split.part == part)
        #expect(split.parts == parts)
        if parts > 1 { #expect(split.all[part - 1] == name) }
    }
}
