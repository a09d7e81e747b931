/// What macOS's `sysctl` prints: lines `name: value`.
package struct Sysctl: Sendable, Equatable {
    private var values: [String: String]

    package init(_ text: String) { values = Scan.table(text, ":") }

    package func text(_ name: String) -> String? { values[name].flatMap { $0.isEmpty ? nil : $0 } }

    package func number(_ name: String) -> UInt64? { values[name].flatMap { UInt64($0) } }

    /// A number of things; `nil` when it is absent, none, or beyond reason.
    package func count(_ name: String) -> Int? {
        number(name).flatMap { (1...65_536).contains($0) ? Int($0) : nil }
    }

    package func isSet(_ name: String) -> Bool { values[name] == "1" }

    /// The words after a name, as of `machdep.cpu.features`.
    package func words(_ name: String) -> [String] { Scan.words(values[name] ?? "") }
}
