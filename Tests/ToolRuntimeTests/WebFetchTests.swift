import Foundation
import NIOCore
import Subprocess
import SwarmCore
import Testing

@testable import ToolRuntime

/// Gives the answers it was told, one after the other; the last one again and again.
private final class ScriptedResolver: HostResolver {
    private let answers: Locked<[[IPAddress]]>
    private let asked = Locked(0)

    init(_ answers: [[String]]) { self.answers = Locked(answers.map { $0.compactMap { IPAddress($0) } }) }

    var count: Int { asked.withLock { $0 } }

    func addresses(of host: String) async throws -> [IPAddress] {
        asked.withLock { $0 += 1 }
        return answers.withLock { answers in
            let first = answers.first ?? []
            if answers.count > 1 { answers.removeFirst() }
            return first
        }
    }
}

@Suite(.timeLimit(.minutes(2)))
struct WebFetchTests {
    /// A server, and a room whose guard lets its port on 127.0.0.1 through, and nothing else that is special.
    private func fetching(
        _ server: RawServer,
        resolver: any HostResolver = ScriptedResolver([["127.0.0.1"]]),
        allowed: [String]? = nil,
        web: WebSettings = WebSettings(),
        policy: ToolPolicy = ToolPolicy(),
        _ body: (Room) async throws -> Void
    ) async throws {
        let places = try (allowed ?? ["127.0.0.1:\(server.port)"]).map { try AllowedPlace($0) }
        let guardian = URLGuard(allowed: places, resolver: resolver)
        try await Room.with(policy: policy, guardian: guardian, web: web) { try await body($0) }
        await server.stop()
    }

    private func fetch(_ url: String, _ room: Room, format: String = "markdown") async -> ToolOutcome {
        await room.call("webfetch", ["url": .string(url), "format": .string(format)])
    }

    @Test func aPageOfAnAllowedPlaceIsFetchedInEachFormat() async throws {
        let page =
            "<html><head><title>T</title><script>bad()</script></head><body><h1>Head</h1><p>One <b>two</b>.</body>"
        let server = try await RawServer.start { _ in [RawServer.page(page)] }
        try await fetching(server) { room in
            let url = "http://127.0.0.1:\(server.port)/"
            #expect(await fetch(url, room) == ToolOutcome(.done, "# Head\n\nOne **two**."))
            #expect(await fetch(url, room, format: "text").text == "Head\n\nOne two.")
            #expect(await fetch(url, room, format: "html").text == page)
            #expect(server.requests.allSatisfy { $0.lowercased().contains("host: 127.0.0.1:\(server.port)") })
        }
    }

    @Test func withoutAllowanceThisMachineIsNotAskedInAnySpelling() async throws {
        let server = try await RawServer.start { _ in [RawServer.page("secret")] }
        try await fetching(server, allowed: []) { room in
            for host in [
                "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "[::1]", "[::ffff:127.0.0.1]",
                "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[::127.0.0.1]", "0", "0.0.0.0", "localhost", "name.test",
                "[::]",
            ] {
                for port in ["", ":\(server.port)"] {
                    let outcome = await fetch("http://\(host)\(port)/", room)
                    #expect(outcome.status == .refused, "\(host)\(port): \(outcome.text)")
                }
            }
        }
        #expect(server.requests.isEmpty)
    }

    @Test(arguments: [
        "file:///etc/passwd", "ftp://127.0.0.1/", "http://169.254.169.254/latest/meta-data/",
        "http://user@example.org/",
        "http://[fe80::1%25eth0]/", "http://metadata.test/", "http://example.org:22/", "gopher://127.0.0.1:70/",
    ])
    func whatMustNotBeFetchedIsRefused(url: String) async throws {
        let guardian = URLGuard(resolver: ScriptedResolver([["169.254.169.254"]]))
        try await Room.with(guardian: guardian) { room in
            #expect(await fetch(url, room).status == .refused)
        }
    }

    @Test func oneBadAddressAmongSeveralIsEnough() async throws {
        let guardian = URLGuard(resolver: ScriptedResolver([["8.8.8.8", "10.0.0.1"]]))
        let page = try WebAddress("http://mixed.test/")
        await #expect(throws: URLRefusal.self) { try await guardian.checked(page) }
    }

    /// A name that is first a good address and then a bad one: it is asked once, and the good one is used.
    @Test func theAddressThatWasCheckedIsTheOneThatIsUsed() async throws {
        let server = try await RawServer.start { _ in [RawServer.page("fine", type: "text/plain")] }
        let resolver = ScriptedResolver([["127.0.0.1"], ["10.0.0.1"]])
        try await fetching(server, resolver: resolver) { room in
            // No resolver but the scripted one knows this name.
            #expect(await fetch("http://rebind.test:\(server.port)/", room).text == "fine")
            #expect(resolver.count == 1)
            #expect(server.requests.first?.lowercased().contains("host: rebind.test:\(server.port)") == true)
            let again = await fetch("http://rebind.test:\(server.port)/", room)
            #expect(again.status == .refused)
        }
        #expect(server.requests.count == 1)
    }

    @Test(arguments: [
        "http://169.254.169.254/latest/", "http://127.0.0.1/", "http://[::1]/", "file:///etc/passwd", "//10.0.0.1/x",
        "http://2130706433/", "http://user@127.0.0.1/", "http://127.0.0.1:1/",
    ])
    func everyRedirectIsCheckedAgain(target: String) async throws {
        let server = try await RawServer.start { _ in
            [RawServer.page("", status: "302 Found", more: "location: \(target)\r\n")]
        }
        try await fetching(server) { room in
            let outcome = await fetch("http://127.0.0.1:\(server.port)/", room)
            #expect(outcome.status == .refused, "\(outcome.text)")
        }
        #expect(server.requests.count == 1)
    }

    @Test func redirectsAreFollowedAFewTimes() async throws {
        let server = try await RawServer.start { head in
            let place = head.split(separator: " ").dropFirst().first.flatMap { Int($0.dropFirst()) } ?? 0
            guard place < 3 || head.contains("/1000") else { return [RawServer.page("there", type: "text/plain")] }
            let next = place >= 1000 ? 1000 : place + 1
            return [RawServer.page("", status: "301 Moved", more: "location: \(next)\r\n")]
        }
        try await fetching(server) { room in
            #expect(await fetch("http://127.0.0.1:\(server.port)/0", room).text == "there")
            let endless = await fetch("http://127.0.0.1:\(server.port)/1000", room)
            #expect(endless.text.contains("more than 5 times"))
        }
        #expect(server.requests.count == 4 + 6)
    }

    @Test func policyIsAskedAboutEveryHost() async throws {
        let server = try await RawServer.start { head in
            guard head.contains("a.test") else { return [RawServer.page("b", type: "text/plain")] }
            let port = head.split(separator: "a.test:").dropFirst().first?.prefix { $0.isNumber } ?? ""
            return [RawServer.page("", status: "302 Found", more: "location: http://b.test:\(port)/\r\n")]
        }
        let rules = [try ToolRule(.deny, "webfetch(domain:b.test)")]
        try await fetching(server, policy: ToolPolicy(rules: rules)) { room in
            let outcome = await fetch("http://a.test:\(server.port)/", room)
            #expect(outcome.status == .refused)
            #expect(outcome.text.contains("b.test"))
        }
        #expect(server.requests.count == 1)
    }

    @Test func anEndlessPageIsCut() async throws {
        let piece = ByteBuffer(string: String(repeating: "words and ", count: 1000))
        let server = try await RawServer.start(endless: piece) { _ in
            [ByteBuffer(string: "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n")]
        }
        try await fetching(server, web: WebSettings(size: 100_000, output: 500)) { room in
            let outcome = await fetch("http://127.0.0.1:\(server.port)/", room)
            #expect(outcome.status == .done)
            #expect(outcome.text.contains("longer than 97 KiB"))
            #expect(outcome.text.count < 700)
        }
    }

    @Test(arguments: [
        "", "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n",
        "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\nbegin",
    ])
    func aSlowPageIsGivenUp(begin: String) async throws {
        let server = try await RawServer.start(stays: true) { _ in [ByteBuffer(string: begin)] }
        try await fetching(server, web: WebSettings(time: .milliseconds(500))) { room in
            let outcome = await fetch("http://127.0.0.1:\(server.port)/", room)
            #expect(outcome.status == .failed)
        }
    }

    @Test func aNameServerThatNeverAnswersIsGivenUp() async throws {
        struct Silent: HostResolver {
            func addresses(of host: String) async throws -> [IPAddress] {
                try await Task.sleep(for: .seconds(3600))
                return []
            }
        }
        try await Room.with(guardian: URLGuard(resolver: Silent()), web: WebSettings(time: .milliseconds(200))) {
            room in
            #expect(await fetch("http://silent.test/", room).text.contains("did not come within"))
        }
    }

    @Test func aPackedPageIsUnpackedAndABombIsNot() async throws {
        func packed(_ command: String) async throws -> [UInt8] {
            let result = try await Subprocess.run(
                .name("sh"),
                arguments: ["-c", command],
                output: .bytes(limit: 1 << 22),
                error: .discarded
            )
            return result.standardOutput
        }
        let good = try await packed("printf 'plain words' | gzip")
        let bomb = try await packed("head -c 400M /dev/zero | tr '\\0' 'a' | gzip -9")
        #expect(bomb.count > 100_000)
        let server = try await RawServer.start { (head: String) -> [ByteBuffer] in
            let bytes = head.contains("/bomb") ? bomb : good
            let start = "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-encoding: gzip\r\n"
            return [ByteBuffer(string: start + "content-length: \(bytes.count)\r\n\r\n"), ByteBuffer(bytes: bytes)]
        }
        try await fetching(server) { room in
            #expect(await fetch("http://127.0.0.1:\(server.port)/", room).text == "plain words")
            let before = residentKiB()
            let outcome = await fetch("http://127.0.0.1:\(server.port)/bomb", room)
            #expect(outcome.status == .failed || outcome.text.contains("longer than"))
            #expect(residentKiB() - before < 150 << 10)
        }
    }

    /// The memory of this process that is in use, or a number that is the same both times where that cannot be told.
    private func residentKiB() -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0
    }

    @Test(arguments: [
        ("image/png", "is image/png"), ("application/zip", "is application/zip"),
        ("application/octet-stream", "not text"),
    ])
    func whatIsNoTextIsSaid(type: String, words: String) async throws {
        let server = try await RawServer.start { _ in [RawServer.page("x", type: type)] }
        try await fetching(server) { room in
            let outcome = await fetch("http://127.0.0.1:\(server.port)/", room)
            #expect(outcome.status == .failed)
            #expect(outcome.text.contains(words))
        }
    }

    @Test func errorsOfServersAndConnectionsAreTold() async throws {
        let server = try await RawServer.start { head in
            head.contains("/404") ? [RawServer.page("nothing here", type: "text/plain", status: "404 Not Found")] : []
        }
        try await fetching(server) { room in
            let missing = await fetch("http://127.0.0.1:\(server.port)/404", room)
            #expect(missing.status == .failed)
            #expect(missing.text.hasPrefix("HTTP 404"))
            #expect(missing.text.contains("nothing here"))
            #expect(await fetch("http://127.0.0.1:\(server.port)/", room).text.contains("the connection failed"))
        }
    }

    @Test(arguments: [
        ("127.0.0.1:8000", "http://127.0.0.1:8000/", true), ("127.0.0.1:8000", "http://127.0.0.1/", false),
        ("127.0.0.1:8000", "http://[::ffff:127.0.0.1]:8000/", true), ("10.0.0.0/8", "http://10.1.2.3/", true),
        ("10.0.0.0/8", "http://11.1.2.3:8000/", false), ("10.0.0.0/8", "http://192.168.0.1/", false),
        ("[::1]:8000", "http://[::1]:8000/", true), ("docs.test:8000", "http://docs.test:8000/", true),
        ("docs.test:8000", "http://other.test:8000/", false), ("docs.test", "http://docs.test:8000/", false),
        ("docs.test", "http://docs.test/", true), ("127.0.0.1:8000", "http://name.test:8000/", true),
    ])
    func allowancesAreForWhatTheySay(allowed: String, url: String, isAllowed: Bool) async throws {
        let guardian = URLGuard(allowed: [try AllowedPlace(allowed)], resolver: ScriptedResolver([["127.0.0.1"]]))
        let page = try WebAddress(url)
        let address = try? await guardian.checked(page)
        #expect((address != nil) == isAllowed)
    }

    @Test(arguments: ["", "a b", "127.0.0.1:0", "127.0.0.1:x", "10.0.0.0/33", "docs.test/8", "[::1", "127.1", "a:b:c"])
    func whatIsNoAllowanceIsAnError(text: String) {
        #expect(throws: WebAddressError.self) { try AllowedPlace(text) }
    }

    @Test func theSystemKnowsThisMachine() async throws {
        let addresses = try await SystemResolver().addresses(of: "localhost")
        #expect(addresses.contains { SpecialNetworks.kind(of: $0) == "loopback" })
    }
}
