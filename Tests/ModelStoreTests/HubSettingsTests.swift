import Foundation
import ModelStore
import Testing

@Suite struct HubSettingsTests {
    @Test func theVariablesOfTheHubsOwnToolsAreRead() throws {
        let settings = try HubSettings(
            environment: [
                "HF_ENDPOINT": "https://mirror.example/", "HF_TOKEN": " hf_x\n", "HF_HUB_OFFLINE": "1",
                "https_proxy": "proxy.example:3128", "NO_PROXY": "",
            ],
            home: "/nowhere"
        )
        #expect(settings.address.endpoint == "https://mirror.example")
        #expect(settings.token == HubToken("hf_x"))
        #expect(settings.isOffline)
        #expect(settings.proxies.proxies["https"]?.description == "proxy.example:3128")
        #expect(settings.proxies.proxies["http"] == nil)
    }

    @Test func withoutVariablesItIsHuggingFacesHub() throws {
        let settings = try HubSettings(environment: [:], home: "/nowhere")
        #expect(settings.address.endpoint == "https://huggingface.co")
        #expect(settings.token == nil)
        #expect(!settings.isOffline)
    }

    @Test(arguments: ["ftp://x", "huggingface.co", "https://"])
    func anEndpointThatIsNoneIsAnError(endpoint: String) {
        #expect(throws: PullError.self) { try HubSettings(environment: ["HF_ENDPOINT": endpoint], home: "/nowhere") }
    }

    @Test(arguments: ["https://proxy:1", "http://", "ftp://a:1"])
    func aProxyThatCannotBeUsedIsAnErrorThatDoesNotShowIt(proxy: String) {
        #expect(throws: PullError.proxy(variable: "HTTPS_PROXY")) {
            try HubSettings(environment: ["HTTPS_PROXY": proxy], home: "/nowhere")
        }
    }

    @Test func theTokenOfTheLoginIsFoundAndNeverShown() throws {
        let home = FileManager.default.temporaryDirectory.appendingPathComponent("home-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: home) }
        let folder = home.appendingPathComponent(".cache/huggingface")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data("hf_login\n".utf8).write(to: folder.appendingPathComponent("token"))
        let settings = try HubSettings(environment: [:], home: home.path)
        #expect(settings.token == HubToken("hf_login"))
        #expect(try HubSettings(environment: ["HF_TOKEN": "hf_x"], home: home.path).token == HubToken("hf_x"))
        var dumped = ""
        dump(settings, to: &dumped)
        #expect(!"\(settings) \(String(reflecting: settings)) \(dumped)".contains("hf_login"))
    }
}
