import Foundation
import HTTPTestSupport
import Logging
import ModelCatalog
import SwarmCore
import Testing

@testable import ModelStore
@testable import SwarmCLI

@Suite("Pulling, in words")
struct PullWordsTests {
    private func progress(
        _ phase: PullProgress.Phase = .downloading,
        bytes: UInt64 = 2_700_000_000,
        total: UInt64? = 4_700_000_000,
        rate: Double? = 43_000_000,
        file: String = "dir/qwen2.5-coder-7b-instruct-q4_k_m.gguf"
    ) -> PullProgress {
        PullProgress(phase: phase, file: file, number: 2, files: 3, bytes: bytes, total: total, rate: rate)
    }

    @Test func theBarSaysHowFarHowFastAndHowLong() {
        let bar = progress().bar(width: 140)
        #expect(bar.hasPrefix("qwen2.5-coder-7b-instruct-q4_k_m.gguf (2/3)  █"))
        #expect(bar.hasSuffix("57 %  2.7 GB of 4.7 GB  43.0 MB/s  47 s left"))
        #expect(bar.contains("░"))
    }

    @Test(arguments: 1...200)
    func noBarIsWiderThanItsTerminal(width: Int) {
        for phase in [PullProgress.Phase.resolving, .waiting, .downloading, .verifying] {
            for total in [nil, 0, 100, 4_700_000_000] as [UInt64?] {
                let bar = progress(phase, total: total).bar(width: width)
                #expect(bar.count <= max(1, width - 1))
            }
        }
    }

    @Test func withoutATerminalItIsALine() {
        #expect(
            progress().line
                == "qwen2.5-coder-7b-instruct-q4_k_m.gguf (2/3): fetching 57 %, 2.7 GB of 4.7 GB, 43.0 MB/s, 47 s left"
        )
        #expect(progress(.waiting, rate: nil).line.contains("another pull is fetching 57 %"))
        #expect(progress(total: nil, rate: nil).line.hasSuffix("fetching 2.7 GB"))
    }

    @Test func namesFromOutsideCannotMoveTheCursor() {
        #expect(!progress(file: "a\u{1B}[2Jb.gguf").bar(width: 100).contains("\u{1B}"))
    }

    @Test func aNameOfTheCatalogueIsItsFileOnTheHub() throws {
        let names = ModelNames(catalogue: try Catalogue.builtIn())
        guard case .artifact(let artifact) = try names.target("qwen2.5-coder:7b:q4_k_m") else {
            Issue.record("it is a file")
            return
        }
        #expect(artifact.repository == "Qwen/Qwen2.5-Coder-7B-Instruct-GGUF")
        #expect(!artifact.files.isEmpty)
    }

    @Test(arguments: ["qwen2.5-coder", "nonsense", "bumble", "./m.gguf", "hf:x"])
    func whatMeansNoOneModelIsAnErrorThatNamesSome(name: String) throws {
        let names = ModelNames(catalogue: try Catalogue.builtIn())
        #expect(throws: (any Error).self) { try names.target(name) }
    }

    @Test func aRepositoryMeansItsOneModel() throws {
        func listing(_ files: [String]) throws -> HubListing {
            let siblings = files.map { JSON.object(JSON.Object([("rfilename", .string($0)), ("size", 5)])) }
            return try HubListing(repository: "a/b", ["sha": "c0ffee", "siblings": .array(siblings)])
        }
        func file(_ reference: String, _ files: [String]) throws -> String? {
            guard case .hub(let hub) = try ModelReference(reference) else { return nil }
            return try ModelNames.artifact(hub, in: listing(files)).files.first?.name
        }
        let many = ["m-q4_k_m.gguf", "m-q8_0-00001-of-00002.gguf", "m-q8_0-00002-of-00002.gguf", "mmproj-q8_0.gguf"]
        #expect(try file("hf:a/b:q8_0", many) == "m-q8_0-00001-of-00002.gguf")
        #expect(try file("hf:a/b:q4_k_m", many) == "m-q4_k_m.gguf")
        #expect(try file("hf:a/b", ["README.md", "only.gguf"]) == "only.gguf")
        #expect(throws: Failure.self) { try file("hf:a/b", many) }
        #expect(throws: Failure.self) { try file("hf:a/b:q6_k", many) }
        #expect(throws: Failure.self) { try file("hf:a/b", ["README.md"]) }
        guard case .hub(let hub) = try ModelReference("hf:a/b") else { return }
        #expect(try ModelNames.artifact(hub, in: listing(["model.safetensors"])).format == .mlx)
    }

    @Test func aWrittenCatalogueIsReadAsTheSame() throws {
        var catalogue = try Catalogue.builtIn()
        catalogue.aliases["mine"] = "qwen2.5-coder:7b"
        #expect(try Catalogue(yaml: CatalogueText(catalogue).text, name: "written") == catalogue)
    }

    @Test func whatTheHubSaysIsWrittenDown() async throws {
        let builtIn = try Catalogue.builtIn()
        let entries = builtIn.entries.filter { !$0.isBundled }
        let present = try #require(entries.first { $0.build.artifact.files.count == 1 })
        let hash = String(repeating: "a", count: 64)
        let file = present.build.artifact.files[0].name
        let reply: JSON = [
            "sha": "c0ffee",
            "siblings": [["rfilename": .string(file), "size": 5, "lfs": ["size": 5, "sha256": .string(hash)]]],
        ]
        try await ScriptedServer.run({ request in
            request.target.contains("/api/models/\(present.build.artifact.repository)/")
                ? .init(200, body: reply.utf8) : .init(404, headers: [(name: "X-Error-Code", value: "RepoNotFound")])
        }) { server in
            let settings = HubSettings(address: HubAddress(endpoint: server.address))
            let logger = Logger(label: "test")
            let check = try await Hub.open(settings, logger: logger) { hub throws(PullError) in
                try await CatalogueCheck.run(builtIn, hub: hub) { _ in }
            }
            #expect(check.entries.count == entries.count)
            #expect(check.wrong == entries.count - 1)
            #expect(check.unknown == 0)
            #expect(check.lines.contains { $0.hasPrefix(present.id) && $0.hasSuffix("there, with hashes") })
            let verified = check.verified(builtIn).entries.filter { $0.build.isVerified && !$0.isBundled }
            #expect(verified.map(\.id) == [present.id])
            #expect(verified.first?.build.artifact.files.first?.sha256 == hash)
            #expect(verified.first?.build.artifact.bytes == 5)
            // Each repository was asked for once.
            #expect(Set(server.requests.map(\.target)).count == server.requests.count)
        }
    }
}
