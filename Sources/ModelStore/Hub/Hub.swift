package import AsyncHTTPClient
package import Logging
import ModelCatalog
import NIOCore
import NIOHTTP1
import SwarmCore

/// A client of Hugging Face's hub, or of another with the same addresses.
///
/// All that is fetched for one model comes from one commit. The token goes to the hub's own origin only.
package struct Hub: Sendable {
    package let settings: HubSettings
    let rules: DownloadRules
    let logger: Logger
    let web: Web
    private let origin: Origin

    /// Redirects that are followed for one request.
    private static let redirects = 5
    /// Bytes of a list of files that are read.
    private static let longestListing = 32 << 20

    /// Has a hub while the body runs; connections are closed at its end.
    /// - Parameter client: asks in place of one made for it, and is not closed.
    package static func open<Value>(
        _ settings: HubSettings,
        rules: DownloadRules = DownloadRules(),
        client: HTTPClient? = nil,
        logger: Logger,
        _ body: (Hub) async throws(PullError) -> Value
    ) async throws(PullError) -> Value {
        guard let origin = Origin(settings.address.endpoint) else {
            throw .unusable(settings.address.endpoint, reason: "it must be an address such as https://huggingface.co")
        }
        return try await Web.open(settings.proxies, rules: rules, client: client) { web throws(PullError) in
            try await body(Hub(settings: settings, rules: rules, logger: logger, web: web, origin: origin))
        }
    }

    /// Which commit a revision is, and what is in it.
    package func listing(of repository: String, revision: String) async throws(PullError) -> HubListing {
        guard HubName.isRepository(repository) else {
            throw .unusable(repository, reason: "a repository is named owner/name")
        }
        guard HubName.isRevision(revision) else {
            throw .unusable(revision, reason: "that is no branch, tag or commit")
        }
        if settings.isOffline { throw .offline(repository) }
        let address = settings.address.listing(of: repository, revision: revision)
        return try await retrying { () async throws(Trouble) -> HubListing in
            let reply = try await get(address, headers: [:])
            guard reply.status == 200 else {
                throw reply.refusal(.repository(repository, revision: revision), hasToken: settings.token != nil)
            }
            let bytes = try await reply.bytes(upTo: Self.longestListing)
            do {
                return try HubListing(repository: repository, JSON(parsing: bytes))
            } catch let error as PullError {
                throw .final(error)
            } catch {
                throw .passing("\(reply.origin.host) answers with something that is no JSON")
            }
        }
    }

    /// An answer, after redirects.
    struct Reply {
        var response: HTTPClientResponse
        /// Where it came from in the end.
        var address: String
        var origin: Origin
        /// It is the hub's own answer.
        var isHub: Bool
        var linked: LinkedFacts

        var status: Int { Int(response.status.code) }
        var headers: HTTPHeaders { response.headers }

        func refusal(_ subject: Refusal.Subject, hasToken: Bool) -> Trouble {
            Refusal.trouble(status: status, headers: headers, host: origin.host, subject: subject, hasToken: hasToken)
        }

        /// The whole body.
        func bytes(upTo limit: Int) async throws(Trouble) -> [UInt8] {
            do {
                return Array(try await response.body.collect(upTo: limit).readableBytesView)
            } catch is NIOTooManyBytesError {
                throw .final(.badReply("it is longer than \(limit) bytes"))
            } catch {
                throw Web.trouble(error, with: origin)
            }
        }
    }

    /// Asks once, and follows redirects.
    func get(_ address: String, headers: HTTPHeaders) async throws(Trouble) -> Reply {
        var address = address
        var linked = LinkedFacts()
        for _ in 0...Self.redirects {
            guard let target = Origin(address) else { throw .final(.badReply("a redirect to no address")) }
            var headers = headers
            if let authorization = settings.token?.authorization(to: target, hub: origin) {
                headers.replaceOrAdd(name: "Authorization", value: authorization)
            }
            let response = try await web.get(address, headers: headers)
            if target == origin { linked.complete(LinkedFacts(response.headers)) }
            guard [301, 302, 303, 307, 308].contains(response.status.code) else {
                return Reply(
                    response: response,
                    address: address,
                    origin: target,
                    isHub: target == origin,
                    linked: linked
                )
            }
            guard let location = response.headers.first(name: "Location"),
                let next = Origin.redirect(from: address, to: location)
            else { throw .final(.redirect(host: target.host)) }
            address = next
        }
        throw .final(.redirect(host: Origin(address)?.host ?? "the hub"))
    }

    /// Tries until it works or there is no point any more.
    func retrying<Value>(_ body: () async throws(Trouble) -> Value) async throws(PullError) -> Value {
        var failures = 0
        while true {
            do throws(Trouble) {
                return try await body()
            } catch {
                failures += 1
                logger.debug(
                    "a request to the hub failed",
                    metadata: ["trouble": "\(error)", "failures": "\(failures)"]
                )
                try await rules.retry.pause(after: error, failures: failures)
            }
        }
    }
}
