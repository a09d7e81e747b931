import Foundation
import SwarmCore
import Testing

@testable import ModelStore

@Suite("Rules of the network")
struct NetworkRuleTests {
    @Test(arguments: [
        ("http://127.0.0.1:80/x", true), ("http://localhost/x", true), ("http://[::1]/x", true),
        ("http://127.1.2.3/x", true), ("http://127.evil.example/x", false), ("http://localhost.example/", false),
        ("https://example.org/", false),
    ])
    func onlyThisMachineIsLoopback(address: String, isLoopback: Bool) throws {
        #expect(try #require(Origin(address)).isLoopback == isLoopback)
    }

    @Test(arguments: [
        ("https://hub.example/a", "https://hub.example", true),
        ("https://hub.example:8443/a", "https://hub.example", false),
        ("https://cdn.example/a", "https://hub.example", false), ("http://hub.example/a", "http://hub.example", false),
        ("http://127.0.0.1:1/a", "http://127.0.0.1:1", true), ("http://127.0.0.1:2/a", "http://127.0.0.1:1", false),
        ("https://HUB.example/a", "https://hub.example", true),
    ])
    func theTokenGoesToTheHubsOwnOriginAndNotInClearText(address: String, hub: String, goes: Bool) throws {
        let token = try #require(HubToken("hf_x"))
        let value = token.authorization(to: try #require(Origin(address)), hub: try #require(Origin(hub)))
        #expect((value == "Bearer hf_x") == goes)
        #expect((value != nil) == goes)
    }

    @Test(
        arguments: [
            ("https://a.example/x/y", "/z", "https://a.example/z"),
            ("https://a.example/x/y", "z", "https://a.example/x/z"),
            ("https://a.example/x", "https://b.example/z?q=1", "https://b.example/z?q=1"),
            ("https://a.example/x", "http://b.example/z", nil),
            ("http://a.example/x", "http://b.example/z", "http://b.example/z"),
            ("https://a.example/x", "ftp://b.example/z", nil), ("https://a.example/x", "javascript:0", nil),
            ("https://a.example/x", "http://127.0.0.1:5/z", "http://127.0.0.1:5/z"),
        ] as [(String, String, String?)]
    )
    func redirectsLeadToTheWebAndNotOutOfTLS(from: String, location: String, target: String?) {
        #expect(Origin.redirect(from: from, to: location) == target)
    }

    @Test(arguments: [
        ("", true), ("*", false), ("example.org", true), ("huggingface.co", false), (".huggingface.co", false),
        ("*.huggingface.co", false), ("huggingface.co:443", false), ("huggingface.co:80", true), ("gface.co", true),
        ("a.example, huggingface.co", false),
    ])
    func whoIsExceptedIsAskedDirectly(exceptions: String, isThroughProxy: Bool) throws {
        let rules = try ProxyRules(environment: ["HTTPS_PROXY": "http://p.example:1", "NO_PROXY": exceptions])
        let target = try #require(Origin("https://cdn.huggingface.co/x"))
        let plain = try #require(Origin("https://huggingface.co/x"))
        #expect((rules.proxy(for: plain) != nil) == isThroughProxy)
        #expect((rules.proxy(for: target) != nil) == isThroughProxy)
        #expect(rules.proxy(for: try #require(Origin("https://127.0.0.1/x"))) == nil)
    }

    @Test func aProxyMayHaveUserAndPasswordAndShowsNeither() throws {
        let rules = try ProxyRules(environment: ["ALL_PROXY": "http://bee:honey@p.example:3128"])
        let proxy = try #require(rules.proxies["https"])
        #expect(proxy.user == "bee")
        #expect(proxy.password == "honey")
        #expect(proxy.description == "p.example:3128")
    }

    @Test(
        arguments: [
            ("bytes 0-9/10", 0..<10, 10), ("bytes 5-5/*", 5..<6, nil), ("BYTES 0-0/1", 0..<1, 1),
            ("bytes 9-0/10", nil, nil),
            ("bytes 0-10/10", nil, nil), ("bytes */10", nil, nil), ("bytes 0-9", nil, nil), ("items 0-9/10", nil, nil),
            ("bytes 0-18446744073709551615/*", nil, nil), ("bytes -1-9/10", nil, nil), ("", nil, nil),
        ] as [(String, Range<UInt64>?, UInt64?)]
    )
    func contentRangesAreReadExactly(text: String, range: Range<UInt64>?, total: UInt64?) {
        #expect(ContentRange(text)?.range == range)
        #expect(ContentRange(text)?.total == total)
    }

    @Test(
        arguments: [
            ("\"a\"", "a", "\"a\""), ("W/\"a\"", "a", nil), ("a", "a", "\"a\""), ("\"\"", nil, nil), ("", nil, nil),
        ] as [(String, String?, String?)]
    )
    func onlyStrongTagsAreValidators(text: String, value: String?, validator: String?) {
        #expect(ETag(text)?.value == value)
        #expect(ETag(text)?.validator == validator)
    }

    @Test(
        arguments: [
            (#""api";r=0;t=55"#, 55), (#""resolvers"; r=0; t=243"#, 243), (#""api";r=0"#, nil), ("t=x", nil), ("", nil),
        ] as [(String, Int?)]
    )
    func theHubsOwnFieldTellsWhenThereIsRoomAgain(text: String, seconds: Int?) {
        #expect(Refusal.reset(text) == seconds.map { .seconds($0) })
    }

    @Test func waitsGrowAndStayBounded() {
        let rules = RetryRules(firstWait: .seconds(1), longestWait: .seconds(8))
        let waits = (1...6).map { rules.wait(failures: $0, random: 1) }
        #expect(waits == [.seconds(1), .seconds(2), .seconds(4), .seconds(8), .seconds(8), .seconds(8)])
        #expect(rules.wait(failures: 2, random: 0) == .seconds(1))
        #expect(rules.wait(failures: .max, random: 1) == .seconds(8))
    }

    @Test func theWaitThatIsAskedForIsHeededUpToABound() {
        let rules = RetryRules(attempts: 3, firstWait: .seconds(1), longestAsked: .seconds(60))
        #expect(rules.step(after: .passing("busy", asked: .seconds(60)), failures: 1, random: 1) == .wait(.seconds(60)))
        #expect(
            rules.step(after: .passing("busy", asked: .seconds(61)), failures: 1, random: 1)
                == .giveUp(.busy(reason: "busy", wait: .seconds(61)))
        )
        #expect(
            rules.step(after: .passing("cut"), failures: 3, random: 1) == .giveUp(.givenUp(reason: "cut", attempts: 3))
        )
        #expect(rules.step(after: .final(.badToken), failures: 1, random: 1) == .giveUp(.badToken))
    }

    @Test(
        arguments: [
            ("7", 7), ("Fri, 27 Nov 2026 12:00:30 GMT", 30), ("Fri, 27 Nov 2026 11:00:00 GMT", 0), ("soon", nil),
            ("-1", nil),
        ] as [(String, Int?)]
    )
    func retryAfterIsSecondsOrADate(text: String, seconds: Int?) {
        // 2026-11-27 12:00:00 UTC.
        let now = Date(timeIntervalSince1970: 1_795_780_800)
        #expect(Refusal.retryAfter(text, now: now) == seconds.map { .seconds($0) })
    }
}
