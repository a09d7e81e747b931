import Foundation

/// Scheme, host and port of an address (RFC 6454).
struct Origin: Sendable, Equatable {
    /// `http` or `https`.
    var scheme: String
    /// In lower case, without brackets.
    var host: String
    var port: Int

    /// - Returns: `nil` for what is no address of a web server.
    init?(_ address: String) {
        guard let parts = URLComponents(string: address), let scheme = parts.scheme?.lowercased(),
            scheme == "http" || scheme == "https", let host = parts.host, !host.isEmpty
        else { return nil }
        self.scheme = scheme
        self.host = host.lowercased().trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
        port = parts.port ?? (scheme == "https" ? 443 : 80)
    }

    /// This machine: `localhost`, 127.0.0.0/8 or ::1.
    var isLoopback: Bool {
        if host == "localhost" || host == "::1" { return true }
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return numbers.count == 4 && numbers[0] == 127 && !numbers.contains(nil)
    }

    /// Where a redirect leads from an address; `nil` when it leads nowhere that may be asked.
    ///
    /// From TLS it may not lead to plain HTTP, other than on this machine.
    static func redirect(from address: String, to location: String) -> String? {
        guard let base = URL(string: address), let target = URL(string: location, relativeTo: base)?.absoluteString,
            let from = Origin(address), let to = Origin(target)
        else { return nil }
        guard from.scheme == "http" || to.scheme == "https" || to.isLoopback else { return nil }
        return target
    }
}
