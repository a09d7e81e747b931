import Foundation
import HTTPTestSupport
import Logging
import ModelCatalog
import ModelStore
import SwarmCore

typealias Request = ScriptedServer.Request
typealias Reply = ScriptedServer.Reply

extension HubDouble {
    init(files: [String: [UInt8]]) { self.init(files: files, hash: Digest.sha256) }
}

/// A store in a folder of its own, a hub, and a server behind it.
struct Pulling: Sendable {
    var store: Store
    var hub: ScriptedServer
    var cdn: ScriptedServer
    var settings: HubSettings
    var rules: DownloadRules
    var waits: Locked<[Duration]>

    static let rules = DownloadRules(
        pieceBytes: 64 << 10,
        connections: 3,
        blockBytes: 4 << 10,
        journalBytes: 16 << 10,
        journalInterval: .seconds(3600),
        reserve: 0,
        patience: .seconds(20),
        poll: .milliseconds(1),
        freeBytes: { _ in 1 << 40 }
    )

    /// Runs with a server behind the hub that does what `cdn` says.
    /// - Parameter hub: for answers of the hub itself that are not the usual ones; `nil` takes those.
    static func with<Value: Sendable>(
        _ double: HubDouble,
        hub: (@Sendable (Request) async -> Reply?)? = nil,
        cdn: (@Sendable (Request) async -> Reply)? = nil,
        _ body: @Sendable (inout Pulling) async throws -> Value
    ) async throws -> Value {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("store-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try await ScriptedServer.run({ request in
            if let cdn { await cdn(request) } else { double.file(request) }
        }) { cdnServer in
            try await ScriptedServer.run({ request in
                if let reply = await hub?(request) { return reply }
                return double.hub(request, cdn: cdnServer.address)
            }) { hubServer in
                let waits = Locked<[Duration]>([])
                var rules = Self.rules
                rules.retry = RetryRules(sleep: { duration in waits.withLock { $0.append(duration) } })
                var pulling = Pulling(
                    store: Store(folder: folder),
                    hub: hubServer,
                    cdn: cdnServer,
                    settings: HubSettings(address: HubAddress(endpoint: hubServer.address)),
                    rules: rules,
                    waits: waits
                )
                return try await body(&pulling)
            }
        }
    }

    func pull(_ file: String = "m.gguf", meter: PullMeter = PullMeter()) async throws(PullError) -> Pulled {
        let file = ModelArtifact.File(name: file)
        let artifact = ModelArtifact(format: .gguf, repository: HubDouble.repository, files: [file])
        return try await Hub.open(settings, rules: rules, logger: Logger(label: "test")) { hub throws(PullError) in
            try await store.pull(artifact, from: hub, meter: meter)
        }
    }

    /// Pulls, and tells why that failed; `nil` when it did not.
    func failure(_ file: String = "m.gguf") async -> PullError? {
        do throws(PullError) { _ = try await pull(file) } catch { return error }
        return nil
    }

    /// What is in the store under the name of a file; `nil` when nothing is.
    func stored(_ file: String = "m.gguf") -> [UInt8]? {
        FileManager.default.contents(atPath: path(file)).map { Array($0) }
    }

    func path(_ file: String = "m.gguf") -> String { "\(store.folder)/\(HubDouble.repository)/\(file)" }

    /// Everything below the folder of the store.
    var names: [String] {
        let all = FileManager.default.subpaths(atPath: store.folder) ?? []
        return all.filter { URL(fileURLWithPath: $0).pathExtension != "" }.map {
            URL(fileURLWithPath: $0).lastPathComponent
        }
        .sorted()
    }
}
