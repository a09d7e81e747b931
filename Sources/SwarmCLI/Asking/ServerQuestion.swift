import Foundation
import NIOCore
import SwarmCore
package import WireFormats

/// Who listens at an address that a server of ours may have.
package struct ServerQuestion: Sendable {
    package enum Answer: Sendable, Equatable {
        /// A Local Swarm with this model.
        case served(ServedModel)
        /// A Local Swarm that lets in only those with a key.
        case needsKey
        /// A Local Swarm that is still loading.
        case starting
        /// Another program.
        case stranger
        case nobody
    }

    /// Without `/v1`.
    package var base: String
    package var key: String?

    package init(base: String, key: String?) {
        self.base = base
        self.key = key
    }

    /// Asks for the models, for two seconds at most.
    package func models() async -> Answer {
        let headers = key.map { [("authorization", "Bearer \($0)")] } ?? []
        do {
            let answer = try await HTTPQuestion.ask(base + "/v1/models", headers: headers, limit: .seconds(2))
            return Self.meaning(status: answer.status, body: answer.body)
        } catch {
            return .nobody
        }
    }

    /// What a reply to `GET /v1/models` says about who sent it.
    package static func meaning(status: Int, body: [UInt8]) -> Answer {
        guard let json = try? JSON(parsing: body) else { return .stranger }
        switch status {
        case 200: return ServedModel(modelList: json).map(Answer.served) ?? .stranger
        case 401: return json["error"] != nil ? .needsKey : .stranger
        case 503: return json["error"] != nil ? .starting : .stranger
        default: return .stranger
        }
    }
}

/// How a server is written as an address.
package enum ServerAddress {
    /// The address for programs on the same machine, without `/v1`; `nil` when the port is not known beforehand.
    package static func local(host: String, port: Int) -> String? {
        guard port > 0 else { return nil }
        let reachable =
            switch host {
            // All addresses of the machine: the loopback one is among them.
            case "0.0.0.0": "127.0.0.1"
            case "::", "[::]": "[::1]"
            default: host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
            }
        return "http://\(reachable):\(port)"
    }

    /// An address as a person gives it, as the base of others: without a path of the API and a slash at its end.
    /// - Returns: `nil` when it is none of a web server.
    package static func base(_ text: String) -> String? {
        guard let url = URL(string: text), let scheme = url.scheme?.lowercased(), url.host?.isEmpty == false,
            ["http", "https"].contains(scheme), url.query == nil, url.fragment == nil
        else { return nil }
        var base = Substring(text)
        while base.hasSuffix("/") { base = base.dropLast() }
        if base.hasSuffix("/v1") { base = base.dropLast(3) }
        return String(base)
    }
}
