import Foundation
import HTTPTestSupport
import Subprocess
import SwarmCore
import Testing

extension EndToEnd {
    @Suite struct FitTests {}
}

extension EndToEnd.FitTests {
    static let bumble = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../Models/bumble/bumble-q8_0.gguf").standardized.path

    private func json(_ arguments: String...) async throws -> JSON {
        let result = try await Subprocess.run(
            .name("swarm"),
            arguments: Arguments(arguments + ["--json"]),
            environment: try Program.environment(),
            platformOptions: Program.ownSession,
            output: .string(limit: 1 << 20),
            error: .string(limit: 1 << 20)
        )
        #expect(result.terminationStatus == .exited(0), "\(result.standardError)")
        return try JSON(parsing: Array(result.standardOutput.utf8))
    }

    #if os(Linux)
    /// Within a quarter of what the system counts at the peak; `make bench ARGS=fit` holds larger models to a tenth.
    ///
    /// The pages of the program's own code are left out on both sides: they depend on how it was built, and are most of what
    /// there is with so small a model. What is left differs from run to run by megabytes that are nothing beside a real one.
    @Test func theEstimateForTheBundledModelIsNearThePeak() async throws {
        let fit = try await json("fit", Self.bumble, "--context", "2048", "--n", "4")
        let terms = try #require(fit["terms"]?.arrayValue)
        func bytes(_ part: JSON) -> Int {
            terms.filter { $0["part"] == part }.reduce(0) { $0 + ($1["bytes"]?.intValue ?? 0) }
        }
        let estimate = try #require(fit["peak_resident"]?.intValue) - bytes("code")
        let cells = try #require(fit["cells"]?.intValue)
        #expect(fit["exact"] == true)
        let status = Locked<[String: Int]>([:])
        _ = try await Server.run(["--context", "2048", "--cells", "\(cells)"]) { server in
            let question = String(repeating: "What is 12 + 30? ", count: 180)
            let reply = try await server.api.chat(.asking(question, [("max_tokens", 64)]))
            #expect(reply.status == 200)
            let text = try String(contentsOfFile: "/proc/\(server.process)/status", encoding: .utf8)
            for line in text.split(separator: "\n") where line.hasSuffix(" kB") {
                let fields = line.split { $0 == ":" || $0.isWhitespace }
                if fields.count == 3, let kilobytes = Int(fields[1]) {
                    status.withLock { $0[String(fields[0])] = kilobytes * 1024 }
                }
            }
        }
        let found = status.withLock { $0 }
        let code = try #require(found["RssFile"]) - bytes("weights")
        let peak = try #require(found["VmHWM"]) - code
        let quotient = Double(estimate) / Double(peak)
        #expect((0.75...1.25).contains(quotient), "\(estimate) reckoned, \(peak) measured, \(code) of code")
    }
    #endif

    @Test func theTermsOfAnEstimateAddUp() async throws {
        let fit = try await json("fit", Self.bumble)
        let terms = try #require(fit["terms"]?.arrayValue)
        let needed = terms.filter { $0["part"] != "margin" && $0["part"] != "originals" }
            .reduce(0) { $0 + ($1["bytes"]?.intValue ?? 0) }
        #expect(fit["needed"]?.intValue == needed)
        #expect(fit["fits"] == true)
    }

    @Test func theCatalogueIsListedWithWhatWouldBeChosen() async throws {
        let models = try #require(try await json("models")["models"]?.arrayValue)
        #expect(models.count >= 27)
        #expect(models.filter { $0["chosen"] == true }.count == 1)
        #expect(models.first?["chosen"] == true)
        let table = try await Program.run("models")
        #expect(table.output.contains("qwen2.5-coder:7b:"))
        #expect(table.output.contains("bumble:2m:q8_0"))
    }

    @Test func aModelThatDoesNotExistOrCannotBeReadIsAnError() async throws {
        let misspelt = try await Program.run("fit", "qwen2.5-codr:7b")
        #expect(misspelt.status == .exited(1))
        #expect(misspelt.notes.contains("did you mean qwen2.5-coder"))
        let missing = try await Program.run("fit", "./nowhere.gguf")
        #expect(missing.status == .exited(1))
        #expect(missing.notes.contains("./nowhere.gguf cannot be read"))
        let noModel = try await Program.run("fit", #filePath)
        #expect(noModel.notes.contains("does not begin as a GGUF file"))
    }
}
