import Foundation
import HTTPTestSupport
import ModelStore
import Subprocess
import SwarmCore
import SwarmTestSupport
import Testing

extension EndToEnd {
    @Suite struct PullTests {}
}

extension EndToEnd.PullTests {
    private static let name = "hf:bees/honey/m.gguf"

    /// Bytes that are nowhere the same, quickly made.
    private static func content(_ count: Int) -> [UInt8] {
        // One block of random bytes over and over, each time with its number in front.
        let block = HubDouble.content(1 << 16)
        var all: [UInt8] = []
        all.reserveCapacity(count + block.count)
        while all.count < count {
            let start = all.count
            all += block
            for byte in 0..<4 { all[start + 4 + byte] = UInt8(truncatingIfNeeded: start >> (8 * byte)) }
        }
        return Array(all.prefix(count))
    }

    /// A hub on this machine, and a data folder of its own.
    private func withHub(
        _ body: [UInt8],
        _ answer: @escaping @Sendable (HubDouble, ScriptedServer.Request) async -> ScriptedServer.Reply,
        _ test: @Sendable ([Environment.Key: String?], String, ScriptedServer) async throws -> Void
    ) async throws {
        let double = HubDouble(files: ["m.gguf": body], hash: Digest.sha256)
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("pull-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await ScriptedServer.run({ await answer(double, $0) }) { cdn in
            try await ScriptedServer.run({ double.hub($0, cdn: cdn.address) }) { hub in
                let variables: [Environment.Key: String?] = ["XDG_DATA_HOME": folder, "HF_ENDPOINT": hub.address]
                try await test(variables, folder + "/local-swarm/models/bees/honey/m.gguf", cdn)
            }
        }
    }

    @Test func aModelIsPulledListedShownAndRemoved() async throws {
        let bumble = try #require(FileManager.default.contents(atPath: "Models/bumble/bumble-q8_0.gguf"))
        try await withHub(Array(bumble), { $0.file($1) }) { variables, path, _ in
            let pulled = try await Program.run("pull", Self.name, variables: variables)
            #expect(pulled.status == .exited(0))
            #expect(pulled.output == path + "\n")
            #expect(pulled.notes.contains("verified"))
            #expect(FileManager.default.contents(atPath: path) == bumble)

            let again = try await Program.run("pull", Self.name, "--offline", variables: variables)
            #expect(again.status == .exited(0))
            #expect(again.notes.contains("already there"))

            let list = try await Program.run("list", "--json", variables: variables)
            let model = try JSON(parsing: list.output)["models"]?.arrayValue?.first
            #expect(model?["name"]?.stringValue == Self.name)
            #expect(model?["verified"]?.boolValue == true)
            #expect(model?["bytes"]?.intValue == bumble.count)
            #expect(try await Program.run("list", variables: variables).output.contains(Self.name))

            let shown = try JSON(parsing: try await Program.run("show", "m", "--json", variables: variables).output)
            #expect(shown["architecture"]?.stringValue?.isEmpty == false)
            #expect(shown["path"]?.stringValue == path)
            #expect(shown["sha256"]?.stringValue == Digest.sha256(Array(bumble)))

            // Nobody is there to say yes.
            #expect(try await Program.run("rm", "m", variables: variables).status == .exited(1))
            #expect(FileManager.default.fileExists(atPath: path))
            #expect(try await Program.run("rm", "m", "--yes", variables: variables).status == .exited(0))
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    @Test func aPullThatWasKilledGoesOnWhereItStopped() async throws {
        let body = Self.content(48 << 20)
        let isKilled = Locked(false)
        try await withHub(
            body,
            { double, request in
                let reply = double.file(request)
                // The second piece never comes to its end.
                guard !isKilled.withLock({ $0 }), (request.range?.lowerBound ?? 0) >= 32 << 20 else { return reply }
                return reply.cut(after: 4 << 20, ending: .hang)
            }
        ) { variables, path, cdn in
            let killed = try await Subprocess.run(
                .name("swarm"),
                arguments: ["pull", Self.name],
                environment: try Program.environment().updating(variables),
                platformOptions: Program.ownSession,
                input: .none,
                output: .discarded,
                error: .discarded
            ) { execution in
                while (await Store(folder: Self.store(path)).partials().first?.bytes ?? 0) < 16 << 20 {
                    await Task.yield()
                }
                try execution.send(signal: .kill)
            }
            #expect(killed.terminationStatus == .signaled(9))
            #expect(!FileManager.default.fileExists(atPath: path))
            let partial = try #require(await Store(folder: Self.store(path)).partials().first)
            #expect(partial.bytes >= 16 << 20)
            #expect(!partial.isBusy)
            // What the journal claims is there.
            let part = try #require(FileManager.default.contents(atPath: path + ".part"))
            #expect(part.count == body.count)

            isKilled.withLock { $0 = true }
            let before = cdn.requests.count
            let ended = try await Program.run("pull", Self.name, variables: variables)
            #expect(ended.status == .exited(0))
            #expect(FileManager.default.contents(atPath: path).map { Array($0) == body } == true)
            let asked = cdn.requests.dropFirst(before).compactMap(\.range?.count).reduce(0, +)
            #expect(asked == body.count - Int(partial.bytes) + 1)
        }
    }

    @Test func theFirstSignalStopsInOrderAndKeepsWhatHasArrived() async throws {
        let isHanging = Gate()
        try await withHub(
            Self.content(2 << 20),
            { double, request in
                guard request.range?.count != 1 else { return double.file(request) }
                isHanging.open()
                return double.file(request).cut(after: 1_500_000, ending: .hang)
            }
        ) { variables, path, _ in
            let notes = Locked("")
            let ended = try await Subprocess.run(
                .name("swarm"),
                arguments: ["pull", Self.name],
                environment: try Program.environment().updating(variables),
                platformOptions: Program.ownSession,
                input: .none,
                output: .discarded,
                error: .sequence
            ) { execution in
                await isHanging.passed()
                try execution.send(signal: .interrupt)
                for try await line in execution.standardError.strings() { notes.withLock { $0 += line } }
            }
            #expect(ended.terminationStatus == .exited(1))
            #expect(notes.withLock { $0 }.contains("goes on where it stopped"))
            #expect(!FileManager.default.fileExists(atPath: path))
            // It is not known how much of it had arrived.
            #expect(await Store(folder: Self.store(path)).partials().first?.total == 2 << 20)
        }
    }

    @Test func aHubThatIsNotThereIsSaidOnceAndNotForEveryModel() async throws {
        let port = try await ScriptedServer.run({ _ in ScriptedServer.Reply(200) }) { $0.port }
        let variables: [Environment.Key: String?] = ["HF_ENDPOINT": "http://127.0.0.1:\(port)", "HF_HUB_OFFLINE": "1"]
        let ended = try await Program.run("models", "verify", variables: variables)
        #expect(ended.status == .exited(1))
        #expect(ended.notes.split(separator: "\n").count == 1)
        #expect(ended.notes.contains("offline mode"))
    }

    @Test func twoProcessesShareOneDownload() async throws {
        let body = Self.content(3 << 20)
        let isWaiting = Gate()
        let hasBegun = Gate()
        try await withHub(
            body,
            { double, request in
                if request.range?.count != 1 {
                    hasBegun.open()
                    await isWaiting.passed()
                }
                return double.file(request)
            }
        ) { variables, path, cdn in
            try await withThrowingTaskGroup(of: Program.Ended.self) { group in
                group.addTask { try await Program.run("pull", Self.name, variables: variables) }
                group.addTask {
                    await hasBegun.passed()
                    let notes = Locked("")
                    let result = try await Subprocess.run(
                        .name("swarm"),
                        arguments: ["pull", Self.name],
                        environment: try Program.environment().updating(variables),
                        platformOptions: Program.ownSession,
                        input: .none,
                        output: .discarded,
                        error: .sequence
                    ) { execution in
                        for try await line in execution.standardError.strings() {
                            notes.withLock { $0 += line + "\n" }
                            if line.contains("another pull is fetching") { isWaiting.open() }
                        }
                    }
                    return Program.Ended(status: result.terminationStatus, output: "", notes: notes.withLock { $0 })
                }
                var notes = ""
                for try await ended in group {
                    #expect(ended.status == .exited(0))
                    notes += ended.notes
                }
                #expect(notes.contains("already there"))
                #expect(notes.contains("fetched 3.1 MB"))
            }
            #expect(FileManager.default.contents(atPath: path).map { Array($0) == body } == true)
            #expect(cdn.requests.compactMap(\.range?.count).reduce(0, +) == body.count + 1)
        }
    }

    @Test func badBytesAreAnErrorAndNoFile() async throws {
        let body = Self.content(100_000)
        try await withHub(
            body,
            { double, request in
                var reply = double.file(request)
                if reply.body.count > 1 { reply.body[0] ^= 1 }
                return reply
            }
        ) { variables, path, _ in
            let ended = try await Program.run("pull", Self.name, variables: variables)
            #expect(ended.status == .exited(1))
            #expect(ended.output.isEmpty)
            #expect(ended.notes.contains("arrived damaged"))
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    @Test(arguments: [
        ("nonsense", "there is no model nonsense"), ("hf:x", "hf:x is no model on the hub"), ("./m.gguf", "is a path"),
    ])
    func namesThatMeanNothingAreSaid(name: String, words: String) async throws {
        let ended = try await Program.run("pull", name)
        #expect(ended.status == .exited(1))
        #expect(ended.notes.contains(words))
    }

    /// The store's folder, from the path of a file in it.
    private static func store(_ path: String) -> String {
        var url = URL(fileURLWithPath: path)
        for _ in 0..<3 { url.deleteLastPathComponent() }
        return url.path
    }
}
