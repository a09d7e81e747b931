import Foundation
import Subprocess
import SwarmCore
import Testing

/// The real program with the bundled model.
///
/// One after the other: threads that share cores slow each other down badly.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct EndToEnd {
    @Test func theVersionIsOneLine() async throws {
        let ended = try await Program.run("--version")
        #expect(ended.status == .exited(0))
        #expect(ended.output.hasPrefix("swarm "))
        #expect(ended.output.split(separator: "\n").count == 1)
        #expect(ended.notes.isEmpty)
    }

    @Test func aQuestionIsAnsweredOnStandardOutputAndTheVoteOnStandardError() async throws {
        let ended = try await Program.run("run", "-n", "4", "--temperature", "0", "--seed", "1", "What is 12 + 30?")
        #expect(ended.status == .exited(0))
        #expect(ended.output.hasSuffix("Answer: 42\n"))
        #expect(!ended.output.contains("llama"))
        let notes = ended.notes.split(separator: "\n")
        #expect(notes.count == 1)
        #expect(notes.first?.hasPrefix("4 candidates, ") == true)
    }

    @Test func aModelThatIsNotThereIsNamed() async throws {
        let ended = try await Program.run("run", "--model", "/nowhere/model.gguf", "Hi")
        #expect(ended.status == .exited(1))
        #expect(ended.output.isEmpty)
        #expect(ended.notes.contains("/nowhere/model.gguf"))
    }

    @Test func theMachineIsShownToPeopleAndToPrograms() async throws {
        let shown = try await Program.run("detect")
        #expect(shown.status == .exited(0))
        #expect(shown.output.hasPrefix("machine "))
        #expect(shown.output.contains("\nllama.cpp     CPU: "))
        let ended = try await Program.run("detect", "--json")
        #expect(ended.status == .exited(0))
        #expect(ended.notes.isEmpty)
        let json = try JSON(parsing: ended.output)
        #expect(try #require(json["processor"]?["cores"]?.intValue) >= 1)
        #expect(try #require(json["memory"]?["available"]?.intValue) > 0)
        #expect(json["llama_cpp"]?["devices"]?.arrayValue?.contains { $0["kind"] == "cpu" } == true)
    }

    @Test func toolsThatHangOrPrintNonsenseAreNotedAndNotWaitedFor() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tools-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, script) in [
            ("nvidia-smi", "sleep 600"),
            ("amd-smi", "while :; do echo yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy; done"),
            ("vulkaninfo", #"printf 'GPU0:\n deviceName = A\033[31m\n vendorID = 0x99\n'"#),
        ] {
            let tool = folder.appendingPathComponent(name).path
            try Data("#!/bin/sh\n\(script)\n".utf8).write(to: URL(fileURLWithPath: tool))
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: tool)
        }
        let began = ContinuousClock.now
        let ended = try await Program.run("detect", tools: folder.path)
        #expect(ended.status == .exited(0))
        #expect(ContinuousClock.now - began < .seconds(30))
        #expect(ended.output.contains("nvidia-smi did not answer"))
        #expect(ended.output.contains("amd-smi"))
        #expect(ended.output.contains(#"A\u{1b}[31m: memory unknown"#))
    }
}
