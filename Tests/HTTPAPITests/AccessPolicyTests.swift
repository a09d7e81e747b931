import HTTPAPI
import Testing
import WireFormats

/// Who is let in, without a network.
struct AccessPolicyTests {
    private static let policy = AccessPolicy(names: ["Workstation.lan"])

    private static func status(_ request: AccessPolicy.Request, by policy: AccessPolicy = policy) -> Int? {
        policy.refusal(of: request)?.status
    }

    @Test(
        arguments: [
            "localhost", "localhost:17615", "LOCALHOST:1", "swarm.localhost:80", "127.0.0.1", "127.0.0.1:17615",
            "192.168.1.2:8080", "0.0.0.0", "[::1]", "[::1]:17615", "[FE80::1]:1", "workstation.lan",
            "WORKSTATION.lan:17615",
        ]
    )
    func addressesAndOwnNamesAreKnown(host: String) {
        #expect(Self.status(AccessPolicy.Request(host: host)) == nil)
    }

    @Test(
        arguments: [
            "", ":17615", "evil.example", "evil.example:17615", "localhost.evil.example", "notlocalhost", ".lan",
            "127.0.0.1.evil.example", "127.0.0.1.nip.io:17615", "256.0.0.1", "127.0.0", "1.2.3.4.5", "1.2.3.",
            "+1.2.3.4",
            "1.2.3.-0", "0x7f.0.0.1", "١.٢.٣.٤", "workstation", "lan", "workstation.lan.evil.example", "me@localhost",
        ]
    )
    func otherNamesAreRefused(host: String) {
        #expect(Self.status(AccessPolicy.Request(host: host)) == 403)
    }

    @Test func whoeverNamesNoHostIsNoBrowser() {
        #expect(Self.status(AccessPolicy.Request()) == nil)
    }

    @Test(
        arguments: [
            "https://127.0.0.1:17615", "http://127.0.0.1:3000", "http://127.0.0.1", "http://localhost:17615", "null",
            "",
            "https://evil.example", "https://app.example.evil", "http://app.example", "https://app.example:444",
            "file://",
        ]
    )
    func otherPagesAreRefused(origin: String) {
        let policy = AccessPolicy(origins: ["https://app.example"])
        #expect(Self.status(AccessPolicy.Request(host: "127.0.0.1:17615", origin: origin), by: policy) == 403)
        #expect(!policy.allows(origin, host: "127.0.0.1:17615"))
    }

    @Test func pagesFromHereAndThoseThatAreListedAreLetIn() {
        let policy = AccessPolicy(origins: ["https://app.example"])
        for origin in ["http://127.0.0.1:17615", "https://app.example", nil] {
            #expect(Self.status(AccessPolicy.Request(host: "127.0.0.1:17615", origin: origin), by: policy) == nil)
        }
        #expect(Self.status(AccessPolicy.Request(origin: "https://app.example"), by: policy) == nil)
        #expect(Self.status(AccessPolicy.Request(origin: "http://127.0.0.1:17615"), by: policy) == 403)
    }

    @Test(arguments: ["https://evil.example", "null", "file://", "vscode-webview://1"])
    func aStarLetsInAllPages(origin: String) {
        let policy = AccessPolicy(origins: ["*"])
        #expect(Self.status(AccessPolicy.Request(host: "localhost:1", origin: origin), by: policy) == nil)
        #expect(policy.allows(origin, host: "localhost:1"))
    }

    /// DNS rebinding: the page's name leads to this machine, so that it looks as if it was served from here.
    @Test func aPageThatHasRenamedItselfIsNoPageFromHere() {
        let request = AccessPolicy.Request(host: "evil.example:17615", origin: "http://evil.example:17615")
        #expect(Self.status(request) == 403)
        #expect(!Self.policy.allows("http://evil.example:17615", host: "evil.example:17615"))
        #expect(Self.status(request, by: AccessPolicy(origins: ["*"])) == 403)
    }

    @Test func withoutKeysEverybodyIsLetIn() {
        #expect(Self.status(AccessPolicy.Request(keys: ["any"])) == nil)
        #expect(Self.status(AccessPolicy.Request()) == nil)
    }

    @Test(
        arguments: [
            ([], 401), (["one"], nil), (["two"], nil), (["wrong", "two"], nil), (["wrong"], 401), ([""], 401),
            (["on"], 401), (["one1"], 401), (["ONE"], 401), (["onetwo"], 401), (["öne"], 401),
        ] as [([String], Int?)]
    )
    func oneOfTheKeysMustBeSent(sent: [String], status: Int?) {
        let policy = AccessPolicy(keys: ["one", "two"])
        #expect(Self.status(AccessPolicy.Request(host: "localhost", keys: sent), by: policy) == status)
        #expect(Self.status(AccessPolicy.Request(host: "localhost", keys: sent, isOpen: true), by: policy) == nil)
    }

    @Test func aKeyDoesNotOpenTheDoorToOtherPagesOrNames() {
        let policy = AccessPolicy(keys: ["one"])
        for isOpen in [false, true] {
            let named = AccessPolicy.Request(host: "evil.example", keys: ["one"], isOpen: isOpen)
            #expect(Self.status(named, by: policy) == 403)
            let page = AccessPolicy.Request(
                host: "localhost",
                origin: "https://evil.example",
                keys: ["one"],
                isOpen: isOpen
            )
            #expect(Self.status(page, by: policy) == 403)
        }
    }
}
