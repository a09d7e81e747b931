/// A place that the operator lets pages be fetched from although it is not of the public Internet, or not at a usual
/// port.
package struct AllowedPlace: Sendable, Hashable {
    enum Whom: Sendable, Hashable {
        case name(String)
        case network(IPNetwork)
    }

    let whom: Whom
    /// `nil` is the usual ports, 80 and 443.
    let port: Int?

    /// Reads `HOST`, `ADDRESS` or `ADDRESS/BITS`, each with or without `:PORT`; addresses of version 6 with a port stand
    /// in brackets, as in `[::1]:8000` or `[fd00::/8]:8000`.
    package init(_ text: String) throws(WebAddressError) {
        func fail() -> WebAddressError { WebAddressError("'\(text)': write HOST, ADDRESS or ADDRESS/BITS, then :PORT") }
        var whom = text[...]
        var port: Int?
        if whom.hasPrefix("["), let end = whom.lastIndex(of: "]") {
            let rest = whom[whom.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { throw fail() }
            if rest.hasPrefix(":") { port = Int(rest.dropFirst()) ?? -1 }
            whom = whom[whom.index(after: whom.startIndex)..<end]
        } else if let colon = whom.lastIndex(of: ":"), !whom[..<colon].contains(":") {
            port = Int(whom[whom.index(after: colon)...]) ?? -1
            whom = whom[..<colon]
        }
        guard port.map({ (1...65535).contains($0) }) ?? true else { throw fail() }
        self.port = port
        if let network = IPNetwork(String(whom)) {
            self.whom = .network(network)
        } else if !whom.contains("/"), let host = try? WebHost(whom) {
            switch host {
            case .name(let name): self.whom = .name(name)
            case .address: throw fail()
            }
        } else {
            throw fail()
        }
    }

    func isPort(_ port: Int) -> Bool { self.port.map { $0 == port } ?? URLGuard.ports.contains(port) }

    /// Whether this is for a host with one of its addresses.
    func contains(_ host: WebHost, _ address: IPAddress) -> Bool {
        switch whom {
        case .name(let name): host == .name(name)
        case .network(let network): network.contains(address) || network.contains(address.unwrapped)
        }
    }
}
