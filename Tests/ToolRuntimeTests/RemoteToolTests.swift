import HTTPAPI
import HTTPTestSupport
import Hummingbird
import HummingbirdTesting
import Logging
import SwarmCore
import SwarmTestSupport
import Testing

@testable import ToolRuntime

@Suite(.timeLimit(.minutes(1)))
struct RemoteToolTests {
    private static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Hosts an executor until the body returns.
    private func hosting(
        _ executor: any ToolExecutor,
        access: AccessPolicy = AccessPolicy(),
        key: String? = nil,
        time: Duration = .seconds(30),
        record: (@Sendable (ToolAudit) -> Void)? = nil,
        _ body: @escaping @Sendable (RemoteToolExecutor) async throws -> Void
    ) async throws {
        let settings = HTTPSettings(port: 0, access: access)
        let door = FrontDoor(settings: settings, logger: Self.quiet)
        door.open(ToolHost(executor: executor, settings: settings, logger: Self.quiet)) { _ in }
        try await door.application().test(.live) { client in
            let port = try #require(client.port)
            try await using("http://127.0.0.1:\(port)/v1/", key: key, time: time, record: record, body)
        }
    }

    private func using(
        _ address: String,
        key: String? = nil,
        time: Duration = .seconds(30),
        record: (@Sendable (ToolAudit) -> Void)? = nil,
        _ body: (RemoteToolExecutor) async throws -> Void
    ) async throws {
        let remote = RemoteToolExecutor(
            try #require(ToolHostAddress(address)),
            key: key,
            time: time,
            logger: Self.quiet,
            clock: { 1000 },
            record: record
        )
        do {
            try await body(remote)
            await remote.shutDown()
        } catch {
            await remote.shutDown()
            throw error
        }
    }

    private static func call(_ name: String, _ arguments: JSON) -> ToolInvocation {
        ToolInvocation(id: "c1", name: name, arguments: arguments, session: SessionKey(rawValue: "s"))
    }

    /// Calls of every outcome.
    private static let calls: [ToolInvocation] = [
        call("read", ["filePath": "a.txt"]), call("read", ["filePath": "missing"]),
        call("read", ["filePath": "../outside/secret.txt"]), call("list", [:]), call("list", ["path": 3]),
        call("grep", ["pattern": "ö"]), call("bash", ["command": "ls"]), call("nothing", [:]),
        call("question", ["question": "Which?", "options": ["a", "b"]]), call("todoread", [:]),
        call("webfetch", ["url": "http://127.0.0.1/"]), call("write", ["filePath": ".env", "content": "x"]),
    ]

    @Test func resultsAreTheSameAsHere() async throws {
        let policy = ToolPolicy(rules: [try ToolRule(.ask, "write(*.env)")])
        try await Room.with(policy: policy) { room in
            try room.put("eins\nzwei ö\n", at: "a.txt")
            let (local, calls) = (room.executor, Self.calls)
            try await hosting(local) { remote in
                let (there, here) = (await remote.offered(), await local.offered())
                #expect(there == here)
                for call in calls {
                    let here = await local.execute(call)
                    #expect(await remote.execute(call) == here, "\(call.name)")
                }
            }
            #expect(room.outsideState == Room.untouched)
        }
    }

    @Test func theKeyIsSentAndCallsAreRecorded() async throws {
        let audits = Locked<[ToolAudit]>([])
        let executor = ScriptedExecutor()
        try await hosting(
            executor,
            access: AccessPolicy(keys: ["sk-of-the-host"]),
            key: "sk-of-the-host",
            record: { audit in audits.withLock { $0.append(audit) } }
        ) { remote in
            let offered = await remote.offered()
            #expect(offered == ScriptedExecutor.usual)
            let outcome = await remote.execute(Self.call("list", [:]))
            #expect(outcome.status == .done)
        }
        let recorded = audits.withLock { $0 }
        #expect(recorded.map(\.tool) == ["list"])
        #expect(recorded.map(\.time) == [1000])
        #expect(!"\(recorded)".contains("sk-of-the-host"))
    }

    @Test func aMissingKeyIsSaidInWords() async throws {
        try await hosting(ScriptedExecutor(), access: AccessPolicy(keys: ["sk-of-the-host"])) { remote in
            #expect(await remote.offered().isEmpty)
            let outcome = await remote.execute(Self.call("list", [:]))
            #expect(outcome.status == .failed)
            #expect(outcome.text.contains("it asks for a key"))
        }
    }

    @Test func aHostThatIsNotThereIsSaidInWords() async throws {
        try await using("http://127.0.0.1:1") { remote in
            #expect(await remote.offered().isEmpty)
            let outcome = await remote.execute(Self.call("list", [:]))
            #expect(outcome.status == .failed)
            #expect(outcome.text.hasPrefix("the tool host http://127.0.0.1:1 gave no result: it cannot be reached"))
        }
    }

    @Test func aHostThatDoesNotAnswerIsGivenUp() async throws {
        let executor = ScriptedExecutor(gates: ["list": Gate()])
        try await hosting(executor, time: .milliseconds(300)) { remote in
            let outcome = await remote.execute(Self.call("list", [:]))
            #expect(outcome.status == .failed)
            #expect(outcome.text.contains("it did not answer within"))
        }
        #expect(executor.record.value.cancelled == 1)
    }

    @Test func whoeverCancelsEndsTheCallOnTheHost() async throws {
        let executor = ScriptedExecutor(gates: ["list": Gate()])
        try await hosting(executor) { remote in
            await withTaskGroup(of: Void.self) { group in
                group.addTask { _ = await remote.execute(Self.call("list", [:])) }
                await executor.record.wait { $0.begun.count == 1 }
                group.cancelAll()
            }
            await executor.record.wait { $0.cancelled == 1 }
        }
        #expect(executor.record.value.cancelled == 1)
    }

    /// Replies that no host gives.
    private static let nonsense: [(ScriptedServer.Reply, String)] = [
        (ScriptedServer.Reply(200, body: Array("hello".utf8)), "it sent no JSON"),
        (ScriptedServer.Reply(200, body: Array(#"{"status":"great","output":""}"#.utf8)), "'status' must be one of"),
        (ScriptedServer.Reply(404), "it refused with status 404"),
        (ScriptedServer.Reply(302, headers: [(name: "Location", value: "http://127.0.0.1:1/")]), "status 302"),
        (ScriptedServer.Reply(200, body: [], statedLength: 20, ending: .cut), "it closed the connection"),
        (ScriptedServer.Reply(200, body: Array(repeating: 0x20, count: 9 << 20)), "its reply is too long"),
    ]

    @Test(arguments: nonsense.indices)
    func whatIsNoResultIsSaidInWords(place: Int) async throws {
        let (reply, words) = Self.nonsense[place]
        try await ScriptedServer.run { _ in
            reply
        } _: { server in
            try await using(server.address) { remote in
                let outcome = await remote.execute(Self.call("todoread", [:]))
                #expect(outcome.status == .failed)
                #expect(outcome.text.contains(words), "\(outcome.text)")
            }
        }
    }

    @Test(arguments: [
        ("http://192.168.1.5:17616", "http://192.168.1.5:17616"), ("https://host.lan/v1/", "https://host.lan"),
        ("HTTP://[::1]:80", "http://[::1]:80"), ("http://host/v1", "http://host"), ("host:80", nil), ("http://", nil),
        ("http://me:secret@host", nil), ("http://host/path", nil), ("http://host:99999", nil), ("http://a:b:c", nil),
        ("ftp://host", nil), ("http://host?x", nil), ("http://ho st", nil), ("http://[::1", nil), ("http://höst", nil),
    ])
    func anAddressIsASchemeAHostAndAPort(text: String, read: String?) {
        #expect(ToolHostAddress(text)?.text == read)
    }
}
