import Foundation
import ModelCatalog
import ModelStore
import Testing

@Suite("Finding models that are there already", .timeLimit(.minutes(1)))
struct FinderTests {
    /// A home folder with models as programs leave them.
    private struct Home {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("home-\(UUID().uuidString)").path

        func put(_ name: String, _ text: String) throws {
            let url = URL(fileURLWithPath: path + "/" + name)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: url)
        }

        func link(_ name: String, to target: String) throws {
            let url = URL(fileURLWithPath: path + "/" + name)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try FileManager.default.createSymbolicLink(atPath: url.path, withDestinationPath: target)
        }

        func find(_ environment: [String: String] = [:]) async -> FoundModels {
            let places = ModelPlaces(environment: environment, home: path, store: path + "/store")
            return await ModelFinder(places).find()
        }
    }

    private func withHome(_ body: (Home) async throws -> Void) async throws {
        let home = Home()
        defer { try? FileManager.default.removeItem(atPath: home.path) }
        try await body(home)
    }

    @Test func huggingFacesCacheIsReadThroughItsLinks() async throws {
        try await withHome { home in
            let repository = ".cache/huggingface/hub/models--bees--honey"
            let hash = String(repeating: "ab", count: 32)
            try home.put("\(repository)/blobs/\(hash)", "GGUF1")
            try home.put("\(repository)/refs/main", "c2\n")
            for commit in ["c1", "c2"] {
                try home.link("\(repository)/snapshots/\(commit)/m.gguf", to: "../../blobs/\(hash)")
            }
            try home.link("\(repository)/snapshots/c2/gone.gguf", to: "../../blobs/none")
            let model = try #require(await home.find().models.first)
            #expect(await home.find().models.count == 1)
            #expect(model.origin == .huggingFace)
            #expect(model.name == "bees/honey/m.gguf")
            #expect(model.bytes == 5)
            let file = ModelArtifact.File(name: "m.gguf", bytes: 5, sha256: hash)
            #expect(
                model.artifact == ModelArtifact(format: .gguf, repository: "bees/honey", revision: "c2", files: [file])
            )
        }
    }

    @Test func theCacheIsWhereItsVariablesSay() async throws {
        try await withHome { home in
            try home.put("other/models--a--b/snapshots/c/m.gguf", "GGUF")
            #expect(await home.find(["HF_HUB_CACHE": home.path + "/other"]).models.map(\.name) == ["a/b/m.gguf"])
            try home.put("hf/hub/models--a--c/snapshots/c/m.gguf", "GGUF")
            #expect(await home.find(["HF_HOME": "~/hf"]).models.map(\.name) == ["a/c/m.gguf"])
            try home.put("xdg/huggingface/hub/models--a--d/snapshots/c/m.gguf", "GGUF")
            #expect(await home.find(["XDG_CACHE_HOME": home.path + "/xdg"]).models.map(\.name) == ["a/d/m.gguf"])
        }
    }

    @Test func ollamasModelsHaveTheNamesThatOllamaGivesThem() async throws {
        try await withHome { home in
            let hashes = (1...4).map { String(repeating: "\($0)", count: 64) }
            func manifest(_ place: String, _ hash: String, extra: String = "") throws {
                let layer = #"{"mediaType":"application/vnd.ollama.image.model","digest":"sha256:\#(hash)","size":5}"#
                let projector = #"{"mediaType":"application/vnd.ollama.image.projector","digest":"sha256:x"}"#
                try home.put(
                    "models/manifests/\(place)",
                    #"{"schemaVersion":2,"layers":[\#(extra)\#(layer),\#(projector)]}"#
                )
                try home.put("models/blobs/sha256-\(hash)", "GGUF5")
            }
            try manifest("registry.ollama.ai/library/qwen2.5-coder/7b", hashes[0])
            try manifest("registry.ollama.ai/bees/honey/latest", hashes[1])
            try manifest("hf.co/bees/wax/Q4_K_M", hashes[2])
            let adapter = #"{"mediaType":"application/vnd.ollama.image.adapter","digest":"sha256:y"},"#
            try manifest("registry.ollama.ai/library/adapted/latest", hashes[3], extra: adapter)
            try home.put("models/manifests/registry.ollama.ai/library/broken/latest", "{")
            let climbing = #"{"layers":[{"mediaType":"application/vnd.ollama.image.model","digest":"sha256:../../x"}]}"#
            try home.put("models/manifests/registry.ollama.ai/library/climbing/latest", climbing)
            let models = await home.find(["OLLAMA_MODELS": home.path + "/models"]).models
            #expect(Set(models.map(\.name)) == ["qwen2.5-coder:7b", "bees/honey:latest", "hf.co/bees/wax:Q4_K_M"])
            #expect(models.allSatisfy { $0.origin == .ollama && $0.bytes == 5 })
        }
    }

    @Test func lmStudiosFoldersAreRepositories() async throws {
        try await withHome { home in
            try home.put(".lmstudio/models/bees/honey/m.gguf", "GGUF")
            try home.put(".lmstudio/models/bees/honey/mmproj-m.gguf", "GGUF")
            try home.put(".cache/lm-studio/models/bees/old/n.gguf", "GGUF")
            let models = await home.find().models
            #expect(models.map(\.name) == ["bees/honey/m.gguf", "bees/old/n.gguf"])
            #expect(models.map(\.artifact?.repository) == ["bees/honey", "bees/old"])
        }
    }

    @Test func splitModelsAreOneModelAndOnlyWhenWhole() async throws {
        try await withHome { home in
            for part in 1...3 { try home.put("store/bees/honey/q-0000\(part)-of-00003.gguf", "GGUF") }
            try home.put("store/bees/honey/r-00001-of-00002.gguf", "GGUF")
            let models = await home.find().models
            #expect(models.count == 1)
            #expect(
                models.first?.paths.map { URL(fileURLWithPath: $0).lastPathComponent }.first == "q-00001-of-00003.gguf"
            )
            #expect(models.first?.paths.count == 3)
            #expect(models.first?.bytes == 12)
        }
    }

    @Test func whatOnlyLooksLikeAModelIsNone() async throws {
        try await withHome { home in
            try home.put(".lmstudio/models/a/b/text.gguf", "hello")
            try home.put(".lmstudio/models/a/b/empty.gguf", "")
            try home.put(".lmstudio/models/a/b/model.bin", "GGUF")
            try home.put("store/a/b/m.gguf.part", "GGUF")
            try FileManager.default.createDirectory(
                atPath: home.path + "/.lmstudio/models/a/b/folder.gguf",
                withIntermediateDirectories: true
            )
            #expect(await home.find().models.isEmpty)
        }
    }

    @Test func linksInCirclesEndAndAFileIsFoundOnce() async throws {
        try await withHome { home in
            try home.put("store/a/b/m.gguf", "GGUF")
            try home.link("store/a/b/again", to: "../../a")
            try home.link("store/self", to: ".")
            try home.link(".lmstudio/models/a/b/copy.gguf", to: home.path + "/store/a/b/m.gguf")
            let models = await home.find().models
            #expect(models.map(\.origin) == [.store])
        }
    }

    @Test func nothingAtAllIsNoError() async throws {
        try await withHome { home in
            let found = await home.find()
            #expect(found.models.isEmpty && found.unreadable.isEmpty && !found.isCut)
        }
    }
}
