import ModelCatalog
import Testing

@Suite struct ModelArtifactTests {
    @Test func aSizeIsKnownOnlyWhenThatOfEveryFileIs() {
        var artifact = ModelArtifact(
            format: .gguf,
            repository: "a/b",
            files: [.init(name: "x", bytes: 2), .init(name: "y")]
        )
        #expect(artifact.bytes == nil)
        artifact.files[1].bytes = 3
        #expect(artifact.bytes == 5)
    }
}
