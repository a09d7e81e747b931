import SwarmCore

/// Files of one repository, as a hub and the servers behind it give them out.
package struct HubDouble: Sendable {
    package typealias Request = ScriptedServer.Request
    package typealias Reply = ScriptedServer.Reply

    package static let repository = "bees/honey"
    package static let commit = "0123456789abcdef0123456789abcdef01234567"

    package var files: [String: [UInt8]]
    /// Files that the hub tells no hash of.
    package var plain: Set<String> = []
    package var etag = "\"v1\""
    /// What the list of files says, where it lies.
    package var listed: [String: (bytes: Int?, sha256: String?)] = [:]

    /// SHA-256 in hexadecimal.
    private let hash: @Sendable ([UInt8]) -> String

    package init(files: [String: [UInt8]], hash: @escaping @Sendable ([UInt8]) -> String) {
        self.files = files
        self.hash = hash
    }

    /// Random bytes that begin like a GGUF file.
    package static func content(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
        var random = SplitMix64(seed: seed)
        return Array("GGUF".utf8) + (4..<max(4, count)).map { _ in UInt8.random(in: 0...255, using: &random) }
    }

    /// The answer of a well-behaved server to a request for a file, with ranges.
    package func file(_ request: Request) -> Reply {
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
    package func hub(_ request: Request, cdn: String?) -> Reply {
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
        if !plain.contains(name) { headers.append((name: "X-Linked-Etag", value: "\"\(hash(body))\"")) }
        return Reply(302, headers: headers)
    }

    private var listing: JSON {
        let siblings = files.sorted { $0.key < $1.key }.map { name, body -> JSON in
            let bytes = listed[name].map(\.bytes) ?? body.count
            let hash = listed[name].map(\.sha256) ?? hash(body)
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
