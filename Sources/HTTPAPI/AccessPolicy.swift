import SwarmCore
package import WireFormats

/// Who may use the server: keys, web pages and names.
///
/// A program on this machine reaches the loopback interface, and so does any web page in its browser. Pages are told by the
/// `Origin` their browser sends (RFC 6454); a page that has renamed itself to this machine (DNS rebinding) is told by a
/// `Host` that is neither an address nor a name of this machine.
package struct AccessPolicy: Sendable, Equatable {
    /// Any of these lets a request in; empty lets everybody in.
    package var keys: [String]
    /// Origins of web pages that may use the server, such as `https://app.example`; `*` lets in all.
    package var origins: [String]
    /// Names of this machine beside `localhost`, such as `workstation.lan`; in lower case.
    package var names: [String]

    package init(keys: [String] = [], origins: [String] = [], names: [String] = []) {
        self.keys = keys
        self.origins = origins
        self.names = names.map { $0.lowercased() }
    }

    /// What access is decided by.
    package struct Request: Sendable, Equatable {
        /// The `Host` field or `:authority`.
        package var host: String?
        package var origin: String?
        /// The keys that were sent, whatever their field.
        package var keys: [String]
        /// Needs no key: whether the server lives may be asked by anybody, and browsers send no keys ahead of a request.
        package var isOpen: Bool

        package init(host: String? = nil, origin: String? = nil, keys: [String] = [], isOpen: Bool = false) {
            self.host = host
            self.origin = origin
            self.keys = keys
            self.isOpen = isOpen
        }
    }

    /// Why a request is not let in; `nil` lets it in.
    package func refusal(of request: Request) -> WireError? {
        if let host = request.host, !isOwn(host) {
            return .forbidden("\(Self.shown(host)) is no name of this machine; http.names lists further ones")
        }
        if let origin = request.origin, !allows(origin, host: request.host) {
            return .forbidden("the web page \(Self.shown(origin)) is not let in; http.origins lists those that are")
        }
        if keys.isEmpty || request.isOpen { return nil }
        return request.keys.contains { sent in keys.contains { $0.isSame(as: sent) } } ? nil : .unauthenticated
    }

    /// Whether a web page may read the replies.
    package func allows(_ origin: String, host: String?) -> Bool {
        if origins.contains("*") || origins.contains(origin) { return true }
        // A page that was served from here, and has not just renamed itself to this machine.
        return host.map { origin == "http://\($0)" && isOwn($0) } ?? false
    }

    /// An address, which no page can take as its name, or a name of this machine.
    private func isOwn(_ authority: String) -> Bool {
        let host = Self.host(of: authority.lowercased())
        if host.hasPrefix("[") { return true }
        if host == "localhost" || host.hasSuffix(".localhost") || names.contains(String(host)) { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        // A sign would make it a name.
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil && $0.utf8.allSatisfy(Self.isDigit) }
    }

    /// Without the port; an IPv6 address keeps its brackets.
    private static func host(of authority: String) -> Substring {
        if authority.hasPrefix("[") { return authority.prefix { $0 != "]" } + "]" }
        return authority.prefix { $0 != ":" }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func shown(_ text: String) -> String {
        JSON.string(String(text.prefix(100))).text
    }
}

extension String {
    /// Compares in a time that tells nothing about where two texts differ.
    fileprivate func isSame(as other: String) -> Bool {
        let (mine, theirs) = (Array(utf8), Array(other.utf8))
        guard mine.count == theirs.count else { return false }
        return zip(mine, theirs).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
