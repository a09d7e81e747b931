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

    @Test func whatMeansSomethingInAnAddressIsEncoded() {
        let file = ModelArtifact.File(name: "a b/q#4?.gguf")
        let artifact = ModelArtifact(format: .gguf, repository: "owner/name", revision: "refs/pr/1", files: [file])
        #expect(
            HubAddress(endpoint: "http://hub").address(of: file, in: artifact)
                == "http://hub/owner/name/resolve/refs%2Fpr%2F1/a%20b/q%234%3F.gguf"
        )
        #expect(
            HubAddress(endpoint: "http://hub").listing(of: "owner/name", revision: "v1.0")
                == "http://hub/api/models/owner/name/revision/v1.0?blobs=true"
        )
    }

    @Test(arguments: [
        ("owner/name", true), ("a-b_c.d/E1", true), ("name", false), ("a/b/c", false), ("../x", false), ("a/..", false),
        ("a/.hidden", false), ("a/b c", false), ("/a", false), ("a/", false), ("ä/b", false),
    ])
    func onlyNamesOfRepositoriesAreTaken(name: String, isOne: Bool) { #expect(HubName.isRepository(name) == isOne) }
}
