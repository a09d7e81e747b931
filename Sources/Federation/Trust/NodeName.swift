/// What people call a node or a cluster: 1 to 63 bytes of UTF-8 without control characters.
///
/// 63 bytes are what a service's name may have in multicast DNS (RFC 6763, section 4.1.1).
package enum NodeName {
    /// Most bytes.
    package static let limit = 63

    /// Whether a name may be used as it is; names from the network must be asked of.
    package static func isAllowed(_ name: String) -> Bool { !name.isEmpty && name == cleaned(name, otherwise: "") }

    /// The nearest name that is allowed.
    /// - Parameter otherwise: what to take where nothing is left.
    package static func cleaned(_ name: String, otherwise: String) -> String {
        var kept = ""
        var bytes = 0
        for character in name where character.unicodeScalars.allSatisfy(isShown) {
            bytes += character.utf8.count
            if bytes > limit { break }
            kept.append(character)
        }
        let words = kept.split(separator: " ").joined(separator: " ")
        return words.isEmpty ? otherwise : words
    }

    /// Controls, separators of lines and controls of direction would reach logs and terminals.
    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
        default: true
        }
    }
}
