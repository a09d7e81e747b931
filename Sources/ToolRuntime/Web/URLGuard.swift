package import SwarmCore

/// Decides where pages may be fetched from, and fixes the address that is then used.
package struct URLGuard: Sendable {
    static let ports: Set<Int> = [80, 443]

    private let allowed: [AllowedPlace]
    private let resolver: any HostResolver

    package init(allowed: [AllowedPlace] = [], resolver: any HostResolver = SystemResolver()) {
        self.allowed = allowed
        self.resolver = resolver
    }

    /// Asks for the addresses of the host once and looks at all of them.
    /// - Returns: the one to connect to; asking again could give another.
    /// - Throws: when the page may not be fetched, or its host is not known.
    package func checked(_ page: WebAddress) async throws(URLRefusal) -> IPAddress {
        let isUsual = URLGuard.ports.contains(page.port)
        // Before a name is asked for, so that nothing is asked in vain.
        guard isUsual || allowed.contains(where: { $0.isPort(page.port) }) else {
            throw URLRefusal(.refused, "port \(page.port) is not fetched from; only 80 and 443 are")
        }
        let addresses: [IPAddress]
        switch page.host {
        case .address(let address): addresses = [address]
        case .name(let name): addresses = try await known(name)
        }
        guard let first = addresses.first else { throw URLRefusal(.failed, "\(page.host.text) has no address") }
        for address in addresses {
            if allowed.contains(where: { $0.isPort(page.port) && $0.contains(page.host, address) }) { continue }
            guard isUsual else { throw URLRefusal(.refused, "port \(page.port) of \(page.host.text) is not allowed") }
            guard let kind = SpecialNetworks.kind(of: address) else { continue }
            throw URLRefusal(.refused, "\(page.host.text) is at \(address), which is \(kind)")
        }
        return first
    }

    private func known(_ name: String) async throws(URLRefusal) -> [IPAddress] {
        do {
            return try await resolver.addresses(of: name)
        } catch {
            throw URLRefusal(.failed, "the host \(name) was not found")
        }
    }
}

/// Why a page is not fetched, in words for the model.
package struct URLRefusal: Error, Sendable, Equatable, CustomStringConvertible {
    /// `refused` when it may not be, `failed` when it cannot be.
    package var status: ToolOutcome.Status
    package var description: String

    init(_ status: ToolOutcome.Status, _ description: String) {
        self.status = status
        self.description = description
    }
}
