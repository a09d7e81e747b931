import Testing
import Upstreams

@Suite struct UpstreamSettingsTests {
    @Test(arguments: [
        ("http://localhost:8080", "http://localhost:8080/v1", nil),
        ("https://api.example/", "https://api.example/v1", nil),
        ("http://10.0.0.2:8000/openai/v1/=qwen/3:8b", "http://10.0.0.2:8000/openai/v1/", "qwen/3:8b"),
        ("http://h/v1=a=b", "http://h/v1", "a=b"), ("HTTP://[::1]:1/v1", "http://[::1]:1/v1", nil),
    ])
    func anAddressMayNameItsModel(text: String, address: String, model: String?) throws {
        let settings = try #require(UpstreamSettings(parsing: text))
        #expect(settings.address == (address.hasSuffix("/") ? String(address.dropLast()) : address))
        #expect(settings.model == model)
        #expect(settings.timeout == 60)
    }

    @Test(arguments: [
        "", "localhost:8080", "ftp://x/v1", "http://", "http:///v1", "http://:80", "http://user:pw@host/v1",
        "http://h/v1?x=1",
        "http://h/v1=", "http://h v1", "http://h/v1=a b", "http://h/#x",
    ])
    func whatIsNoAddressIsRefused(text: String) {
        #expect(UpstreamSettings(parsing: text) == nil)
    }

    @Test(arguments: [
        ("http://127.0.0.1:1/v1", true), ("http://localhost/v1", true), ("http://[::1]:8/v1", true),
        ("http://127.0.0.1.example/v1", false), ("http://10.0.0.1/v1", false), ("http://localhost.example/v1", false),
    ])
    func onlyLoopbackIsThisMachine(text: String, isLocal: Bool) throws {
        var settings = try #require(UpstreamSettings(parsing: text))
        #expect(settings.isLocal == isLocal)
        #expect(!settings.exposesKey)
        settings.key = "k"
        #expect(settings.exposesKey == !isLocal)
        settings.address = settings.address.replacing("http:", with: "https:")
        #expect(!settings.exposesKey)
    }
}
