import ModelCatalog
import ModelStore
import Testing

@Suite struct HubAddressTests {
    @Test func aSlashAtTheEndOfAnEndpointIsNotDoubled() {
        let file = ModelArtifact.File(name: "m.gguf")
        let artifact = ModelArtifact(format: .gguf, repository: "owner/name", files: [file])
        #expect(
            HubAddress(endpoint: "http://localhost:1/").address(of: file, in: artifact)
                == "http://localhost:1/owner/name/resolve/main/m.gguf"
        )
    }
}
