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
}
