/// A kind of service, for example `_local-swarm._tcp` (RFC 6763 §7).
package struct ServiceType: Hashable, Sendable, CustomStringConvertible {
    /// For example `_local-swarm._tcp.local`.
    package let domain: DomainName

    /// Reads `_name._tcp` or `_name._udp`; the name has 1 to 15 letters, digits and single hyphens, with a letter in it
    /// and no hyphen at either end (RFC 6335 §5.1).
    package init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, ["_tcp", "_udp"].contains(parts[1].lowercased()), parts[0].hasPrefix("_") else {
            return nil
        }
        let name = parts[0].dropFirst()
        let isPlain = name.utf8.allSatisfy { byte in
            (97...122).contains(byte.folded) || (48...57).contains(byte) || byte == UInt8(ascii: "-")
        }
        guard (1...15).contains(name.utf8.count), isPlain,
            name.utf8.contains(where: { (97...122).contains($0.folded) }),
            !name.hasPrefix("-"), !name.hasSuffix("-"), !name.contains("--")
        else { return nil }
        domain = DomainName(checked: parts.map { Array($0.utf8) } + DomainName.local.labels)
    }

    package var description: String { domain.labels.prefix(2).map(DomainName.presentation).joined(separator: ".") }

    /// The instance's name in a name like `Kitchen._local-swarm._tcp.local`; `nil` when it is not one of this type, not
    /// UTF-8, or has control characters (RFC 6763 §4.1.1).
    func instance(in name: DomainName) -> String? {
        guard name.parent == domain, let text = String(validating: name.labels[0], as: UTF8.self) else { return nil }
        return InstanceName.isValid(text) ? text : nil
    }

    /// Where a browser of all types finds them (RFC 6763 §9).
    static let enumeration = DomainName(
        checked: ["_services", "_dns-sd", "_udp"].map { Array($0.utf8) } + DomainName.local.labels
    )
}

/// What a service may be called, and what it is called when somebody else has that name.
package enum InstanceName {
    /// 1 to 63 bytes of UTF-8 without control characters (RFC 6763 §4.1.1).
    package static func isValid(_ name: String) -> Bool {
        (1...63).contains(name.utf8.count)
            && name.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }

    /// The name itself, then `name (2)`, `name (3)` (RFC 6763 appendix D), cut where it would be too long.
    package static func attempt(_ number: Int, of name: String) -> String {
        number <= 1 ? name : cut(name, ending: " (\(number))")
    }

    private static func cut(_ name: String, ending: String) -> String {
        var stem = name
        while stem.utf8.count + ending.utf8.count > 63, !stem.isEmpty { stem.removeLast() }
        return stem + ending
    }
}

/// What a machine may be called, and what it is called when somebody else has that name.
package enum HostName {
    /// One label of 1 to 63 letters, digits and hyphens, no hyphen at either end (RFC 1123 §2.1).
    package static func isValid(_ name: String) -> Bool {
        let isPlain = name.utf8.allSatisfy { byte in
            (97...122).contains(byte.folded) || (48...57).contains(byte) || byte == UInt8(ascii: "-")
        }
        return (1...63).contains(name.utf8.count) && isPlain && !name.hasPrefix("-") && !name.hasSuffix("-")
    }

    /// The name itself, then `name-2`, `name-3`, cut where it would be too long.
    package static func attempt(_ number: Int, of name: String) -> String {
        guard number > 1 else { return name }
        let ending = "-\(number)"
        return String(name.prefix(63 - ending.utf8.count)) + ending
    }
}
