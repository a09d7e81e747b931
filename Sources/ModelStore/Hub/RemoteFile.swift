import ModelCatalog
import NIOHTTP1
import SwarmCore

/// One file of a hub at one commit, and where its bytes are at the moment.
struct RemoteFile: Sendable {
    /// The hub's own address of it.
    var address: String
    /// What it is.
    var content: Journal.Content
    /// The server answers with parts of it.
    var hasRanges: Bool
    /// Where the hub sent us; asked directly until it no longer answers.
    var location: String?
}

extension Hub {
    /// Asks for the first byte of a file, which tells everything about it that matters.
    /// - Parameters:
    ///   - file: as the hub lists it; what its own answer says otherwise is an error.
    func locate(_ file: ModelArtifact.File, repository: String, commit: String) async throws(PullError) -> RemoteFile {
        let artifact = ModelArtifact(format: .gguf, repository: repository, revision: commit, files: [])
        let address = settings.address.address(of: file, in: artifact)
        if settings.isOffline { throw .offline(file.name) }
        let subject = Refusal.Subject.file(file.name, repository: repository)
        return try await retrying { () async throws(Trouble) -> RemoteFile in
            let reply = try await get(address, headers: ["Range": "bytes=0-0"])
            let total: UInt64?
            switch reply.status {
            case 206:
                guard let range = reply.headers.first(name: "Content-Range").flatMap(ContentRange.init) else {
                    throw .passing("\(reply.origin.host) answers with a part and does not say which")
                }
                total = range.total
            case 200: total = reply.headers.first(name: "Content-Length").flatMap { UInt64($0) }
            case 416: total = 0
            default: throw reply.refusal(subject, hasToken: settings.token != nil)
            }
            if let said = reply.linked.commit, said != commit { throw .final(.changing(file.name)) }
            let said = [file.bytes, reply.linked.bytes, total].compactMap(\.self)
            guard let bytes = said.first else { throw .final(.badReply("nobody says how long \(file.name) is")) }
            if let other = said.first(where: { $0 != bytes }) {
                throw .final(.wrongLength(file.name, said: bytes, found: other))
            }
            if let first = file.sha256, let second = reply.linked.sha256, first != second {
                throw .final(.wrongHash(file.name, said: first, found: second))
            }
            let content = Journal.Content(
                repository: repository,
                file: file.name,
                commit: commit,
                bytes: bytes,
                sha256: file.sha256 ?? reply.linked.sha256,
                validator: reply.headers.first(name: "ETag").flatMap(ETag.init)?.validator
            )
            return RemoteFile(
                address: address,
                content: content,
                hasRanges: reply.status == 206,
                location: reply.isHub ? nil : reply.address
            )
        }
    }
}
