import Foundation
package import ModelCatalog
import NIOHTTP1
import SwarmCore

/// What a hub has of a repository at one commit.
package struct HubListing: Sendable, Equatable {
    package var repository: String
    package var commit: String
    /// Sizes, and hashes of files in LFS.
    package var files: [ModelArtifact.File]

    /// Reads the answer of `/api/models/…/revision/…?blobs=true`.
    ///
    /// Files whose names could lead out of a folder are left out.
    init(repository: String, _ json: JSON) throws(PullError) {
        guard let commit = json["sha"]?.stringValue, HubName.isRevision(commit), !commit.contains("/") else {
            throw .badReply("it does not say which commit it means")
        }
        guard let siblings = json["siblings"]?.arrayValue else { throw .badReply("it lists no files") }
        self.repository = repository
        self.commit = commit
        files = siblings.compactMap { sibling in
            guard let name = sibling["rfilename"]?.stringValue, HubName.isFile(name) else { return nil }
            let lfs = sibling["lfs"]
            let bytes = (lfs?["size"] ?? sibling["size"])?.intValue.flatMap { UInt64(exactly: $0) }
            let hash = (lfs?["sha256"] ?? lfs?["oid"])?.stringValue.flatMap { Digest.isSHA256($0) ? $0 : nil }
            return ModelArtifact.File(name: name, bytes: bytes, sha256: hash)
        }
    }
}

/// What the hub itself says of a file when it sends a client on to where the bytes are.
struct LinkedFacts: Sendable, Equatable {
    var commit: String?
    var bytes: UInt64?
    var sha256: String?

    init() {}

    init(_ headers: HTTPHeaders) {
        commit = headers.first(name: "X-Repo-Commit")
        bytes = headers.first(name: "X-Linked-Size").flatMap { UInt64($0) }
        sha256 = headers.first(name: "X-Linked-Etag").flatMap(ETag.init)?.value.lowercased()
        if let text = sha256, !Digest.isSHA256(text) { sha256 = nil }
    }

    /// Takes over what another answer says, where this one says nothing.
    mutating func complete(_ other: LinkedFacts) {
        commit = commit ?? other.commit
        bytes = bytes ?? other.bytes
        sha256 = sha256 ?? other.sha256
    }
}

/// An entity tag (RFC 9110, section 8.8.3).
struct ETag: Sendable, Equatable {
    /// Without quotes.
    var value: String
    var isWeak: Bool

    init?(_ text: String) {
        var rest = text[...]
        isWeak = rest.hasPrefix("W/")
        if isWeak { rest = rest.dropFirst(2) }
        if rest.count >= 2, rest.hasPrefix("\""), rest.hasSuffix("\"") { rest = rest.dropFirst().dropLast() }
        guard !rest.isEmpty, rest.utf8.count <= 300, rest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x22 })
        else {
            return nil
        }
        value = String(rest)
    }

    /// As `If-Range` wants it; `nil` for weak ones, which it must not be given.
    var validator: String? { isWeak ? nil : "\"\(value)\"" }
}

/// What the status of an answer means.
struct Refusal {
    /// What was asked for.
    enum Subject {
        case repository(String, revision: String)
        case file(String, repository: String)
    }

    /// Of an answer that is no success; the hub's own answers are told apart by `X-Error-Code`.
    static func trouble(
        status: Int,
        headers: HTTPHeaders,
        host: String,
        subject: Subject,
        hasToken: Bool,
        now: Date = Date()
    ) -> Trouble {
        let message = headers.first(name: "X-Error-Message").map { String($0.prefix(200)) }
        let repository =
            switch subject {
            case .repository(let name, _), .file(_, let name): name
            }
        switch headers.first(name: "X-Error-Code") {
        case "GatedRepo": return .final(.gated(repository, hasToken: hasToken))
        case "RepoNotFound": return .final(.unknownRepository(repository, hasToken: hasToken))
        case "RevisionNotFound":
            guard case .repository(_, let revision) = subject else { break }
            return .final(.unknownRevision(revision, repository: repository))
        case "EntryNotFound":
            guard case .file(let name, _) = subject else { break }
            return .final(.unknownFile(name, repository: repository, others: []))
        default: break
        }
        switch status {
        case 401: return .final(hasToken ? .badToken : .unknownRepository(repository, hasToken: false))
        case 403: return .final(.gated(repository, hasToken: hasToken))
        case 404:
            if case .file(let name, _) = subject {
                return .final(.unknownFile(name, repository: repository, others: []))
            }
            return .final(.unknownRepository(repository, hasToken: hasToken))
        case 408, 425, 429, 500...599:
            let asked =
                headers.first(name: "Retry-After").flatMap { retryAfter($0, now: now) }
                ?? (status == 429 ? headers.first(name: "RateLimit").flatMap(reset) : nil)
            let words = status == 429 ? "\(host) answers too many requests (429)" : "\(host) answers \(status)"
            return .passing(words, asked: asked)
        default: return .final(.refused(host: host, status: status, message: message))
        }
    }

    /// When there is room for requests again, of `"api";r=0;t=55` (huggingface.co/docs/hub/rate-limits).
    static func reset(_ text: String) -> Duration? {
        text.split(separator: ";").map { $0.filter { $0 != " " } }.first { $0.hasPrefix("t=") }
            .flatMap { UInt32($0.dropFirst(2)) }.map { .seconds(Int64($0)) }
    }

    /// Seconds, or a date (RFC 9110, section 10.2.3).
    static func retryAfter(_ text: String, now: Date) -> Duration? {
        if let seconds = UInt32(text) { return .seconds(Int64(seconds)) }
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "GMT")
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
        guard let date = formatter.date(from: text) else { return nil }
        return .seconds(max(0, date.timeIntervalSince(now)).rounded(.up))
    }
}

extension HubListing {
    /// The first file of every GGUF model in it.
    package var models: [String] { ModelFinder.groups(files.map(\.name)).map { $0.names[0] } }
}
