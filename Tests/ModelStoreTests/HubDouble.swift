import Foundation
import HTTPTestSupport
import Logging
import ModelCatalog
import ModelStore
import SwarmCore

typealias Request = ScriptedServer.Request
typealias Reply = ScriptedServer.Reply

/// Files of one repository, as a hub and the servers behind it give them out.
struct HubDouble: Sendable {
    static let repository = "bees/honey"
    static let commit = "0123456789abcdef0123456789abcdef01234567"

    var files: [String: [UInt8]]
    /// Files that the hub tells no hash of.
    var plain: Set<String> = []
    var etag = "\"v1\""
    /// What the list of files says, where it lies.
    var listed: [String: (bytes: Int?, sha256: String?)] = [:]

    /// Random bytes that begin like a GGUF file.
    static func content(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
        var random = SplitMix64(seed: seed)
        return Array("GGUF".utf8) + (4..<max(4, count)).map { _ in UInt8.random(in: 0...255, using: &random) }
    }

    /// The answer of a well-behaved server to a request for a file, with ranges.
    func file(_ request: Request) -> Reply {
        guard let name = request.target.split(separator: "/").last.map(String.init), let body = files[name] else {
            return Reply(404)
        }
        let headers = [(name: "ETag", value: etag), (name: "Accept-Ranges", value: "bytes")]
        guard let range = request.range, request.headers["if-range"].map({ $0 == etag }) ?? true else {
            return Reply(200, headers: headers, body: body)
        }
        guard range.lowerBound < body.count else { return Reply(416, headers: headers) }
        let part = range.clamped(to: 0..<body.count)
        let field = "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(body.count)"
        return Reply(206, headers: headers + [(name: "Content-Range", value: field)], body: Array(body[part]))
    }

    /// The answer of the hub itself: the list, and a redirect to where the bytes are.
    func hub(_ request: Request, cdn: String?) -> Reply {
        if request.target.hasPrefix("/api/models/\(Self.repository)/revision/") {
            return Reply(200, body: listing.utf8)
        }
        guard request.target.hasPrefix("/\(Self.repository)/resolve/\(Self.commit)/"),
            let name = request.target.split(separator: "/").last.map(String.init), let body = files[name]
        else { return Reply(404, headers: [(name: "X-Error-Code", value: "RepoNotFound")]) }
        guard let cdn else { return file(request) }
        var headers = [
            (name: "Location", value: cdn + "/cdn/" + name), (name: "X-Repo-Commit", value: Self.commit),
            (name: "X-Linked-Size", value: "\(body.count)"),
        ]
        if !plain.contains(name) { headers.append((name: "X-Linked-Etag", value: "\"\(Digest.sha256(body))\"")) }
        return Reply(302, headers: headers)
    }

    private var listing: JSON {
        let siblings = files.sorted { $0.key < $1.key }.map { name, body -> JSON in
            let bytes = listed[name].map(\.bytes) ?? body.count
            let hash = listed[name].map(\.sha256) ?? Digest.sha256(body)
            var members: [(key: String, value: JSON)] = [("rfilename", .string(name))]
            if let bytes { members.append(("size", .integer(bytes))) }
            if !plain.contains(name), let bytes, let hash {
                members.append(("lfs", ["size": .integer(bytes), "sha256": .string(hash)]))
            }
            return .object(JSON.Object(members))
        }
        return ["id": .string(Self.repository), "sha": .string(Self.commit), "siblings": .array(siblings)]
    }
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
