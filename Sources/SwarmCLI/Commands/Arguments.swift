/// The arguments of the program, as they are meant.
package enum Arguments {
    /// Options that the program itself has.
    private static let own: Set<String> = [
        "-h", "-help", "--help", "--version", "--generate-completion-script", "--help-hidden",
        "--experimental-dump-help",
    ]

    /// Options without a command are those of `swarm serve`, as in earlier programs of this kind: `swarm --auto`.
    /// - Parameter given: without the program's name.
    package static func completed(_ given: [String]) -> [String] {
        guard let first = given.first, first.hasPrefix("-"), !first.hasPrefix("---") else { return given }
        return own.contains { first == $0 || first.hasPrefix($0 + "=") } ? given : ["serve"] + given
    }
}
