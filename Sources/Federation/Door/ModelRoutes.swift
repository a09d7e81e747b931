import Foundation
import HTTPAPI
import HTTPTypes
import Hummingbird
import SwarmCore
import WireFormats

/// Hands models to other nodes by the addresses of a hub, so that they fetch them with the same care: in parts, going on
/// where they stopped, and checked.
struct ModelRoutes: Sendable {
    let models: SharedModels
    private let files = FileIO()

    init(models: SharedModels) { self.models = models }

    /// `GET /api/models/OWNER/NAME/revision/REVISION`.
    func listing(_ request: Request, _ context: PeerContext) async throws -> Response {
        let (repository, revision) = try names(context, "revision")
        guard let listing = SharedModels.listing(of: await models.files(repository, revision)) else {
            throw WireError.notFound(method: "GET", path: request.uri.path)
        }
        return Response(json: listing)
    }

    /// `GET /OWNER/NAME/resolve/REVISION/FILE`, whole or in part.
    ///
    /// Nothing but files of the store can be named: what is asked for is looked up among them, and is never a path.
    func file(_ request: Request, _ context: PeerContext) async throws -> Response {
        let (repository, revision) = try names(context, "commit")
        let name = context.parameters.getCatchAll().map { $0.removingPercentEncoding ?? String($0) }.joined(
            separator: "/"
        )
        guard let file = await models.files(repository, revision).first(where: { $0.name == name }), file.bytes > 0,
            let last = Int(exactly: file.bytes - 1)
        else { throw WireError.notFound(method: "GET", path: request.uri.path) }
        var headers: HTTPFields = [.contentType: "application/octet-stream", .acceptRanges: "bytes"]
        for (name, value) in [
            ("etag", "\"\(file.sha256)\""), ("x-linked-etag", "\"\(file.sha256)\""), ("x-linked-size", "\(file.bytes)"),
            ("x-repo-commit", file.commit),
        ] {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
        guard let asked = request.headers[.range] else {
            let body = try await files.loadFile(path: file.path, context: context)
            return Response(status: .ok, headers: headers, body: body)
        }
        guard let range = Self.range(asked, last: last) else {
            headers[.contentRange] = "bytes */\(file.bytes)"
            return Response(status: .rangeNotSatisfiable, headers: headers)
        }
        headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound)/\(file.bytes)"
        let body = try await files.loadFile(path: file.path, range: range, context: context)
        return Response(status: .partialContent, headers: headers, body: body)
    }

    private func names(_ context: PeerContext, _ revision: String) throws -> (String, String) {
        func part(_ name: String) throws -> String {
            let text = try context.parameters.require(name)
            return text.removingPercentEncoding ?? text
        }
        return (try part("owner") + "/" + part("name"), try part(revision))
    }

    /// The one range of a request (RFC 9110, section 14.1.2), as far as the file goes; `nil` for none that is in it.
    static func range(_ text: String, last: Int) -> ClosedRange<Int>? {
        let parts = text.dropFirst("bytes=".count).split(separator: "-", omittingEmptySubsequences: false)
        guard text.hasPrefix("bytes="), parts.count == 2 else { return nil }
        if parts[0].isEmpty {
            guard let count = Int(parts[1]), count > 0 else { return nil }
            return max(0, last - count + 1)...last
        }
        guard let first = Int(parts[0]), (0...last).contains(first) else { return nil }
        if parts[1].isEmpty { return first...last }
        guard let end = Int(parts[1]), end >= first else { return nil }
        return first...min(end, last)
    }
}
