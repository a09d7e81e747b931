import Foundation

/// Which requests go through a proxy: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`, in capitals or not.
package struct ProxyRules: Sendable, Equatable {
    /// A proxy.
    package struct Proxy: Sendable, Equatable, CustomStringConvertible {
        package enum Kind: Sendable, Equatable { case http, socks }
        package var kind: Kind
        package var host: String
        package var port: Int
        /// For the proxy's own authentication.
        package var user: String?
        /// Never shown.
        package var password: String?

        package var description: String { "\(host):\(port)" }
    }

    /// By the scheme of what is asked.
    package var proxies: [String: Proxy] = [:]
    /// Hosts and domains that are asked directly; `*` for all.
    package var exceptions: [String] = []

    package init() {}

    /// - Throws: `PullError.proxy` for one that cannot be used; none is ever left out silently.
    package init(environment: [String: String]) throws(PullError) {
        func read(_ name: String) -> String? {
            [name.lowercased(), name].compactMap { environment[$0] }.first { !$0.isEmpty }
        }
        for (scheme, variable) in [("https", "HTTPS_PROXY"), ("http", "HTTP_PROXY")] {
            guard
                let (name, text) = [variable, "ALL_PROXY"].lazy.compactMap({ name in read(name).map { (name, $0) } })
                    .first
            else { continue }
            guard let proxy = Self.proxy(text) else { throw .proxy(variable: name) }
            proxies[scheme] = proxy
        }
        exceptions = (read("NO_PROXY") ?? "").split { $0 == "," || $0 == " " }.map { $0.lowercased() }
    }

    /// `http://user:password@host:port`, without the scheme, or `socks5://host:port`.
    private static func proxy(_ text: String) -> Proxy? {
        let address = text.contains("://") ? text : "http://" + text
        guard let parts = URLComponents(string: address), let host = parts.host, !host.isEmpty else { return nil }
        let kind: Proxy.Kind
        switch parts.scheme?.lowercased() {
        case "http": kind = .http
        case "socks5", "socks5h", "socks": kind = .socks
        default: return nil
        }
        return Proxy(
            kind: kind,
            host: host.trimmingCharacters(in: CharacterSet(charactersIn: "[]")),
            port: parts.port ?? (kind == .socks ? 1080 : 80),
            user: parts.user,
            password: parts.password
        )
    }

    /// The proxy for a server; this machine is always asked directly.
    func proxy(for target: Origin) -> Proxy? {
        guard let proxy = proxies[target.scheme], !target.isLoopback, !isException(target) else { return nil }
        return proxy
    }

    /// A name means itself and everything below it, with or without a dot before it; a port narrows it down.
    private func isException(_ target: Origin) -> Bool {
        exceptions.contains { exception in
            if exception == "*" { return true }
            var name = exception[...]
            if let colon = name.lastIndex(of: ":"), !name[..<colon].contains(":"),
                let port = Int(name[name.index(after: colon)...])
            {
                guard port == target.port else { return false }
                name = name[..<colon]
            }
            if name.hasPrefix("*.") { name = name.dropFirst(2) }
            if name.hasPrefix(".") { name = name.dropFirst() }
            return !name.isEmpty && (target.host == name || target.host.hasSuffix("." + name))
        }
    }
}
