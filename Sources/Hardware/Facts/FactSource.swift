/// Where facts about a machine come from: its files, its tools and its environment.
///
/// There are two: the living system (`LiveFacts`) and one that was recorded (`RecordedFacts`), so that everything above it
/// is the same for a machine at hand and for one that is far away.
package protocol FactSource: Sendable {
    var platform: Platform { get }
    var environment: [String: String] { get }

    /// The beginning of a file, at most `FactLimits.file` bytes; `nil` when it cannot be read.
    func bytes(of path: String) -> [UInt8]?

    /// The names in a folder, sorted; none when it cannot be listed.
    func names(in folder: String) -> [String]

    /// Whether there is a file or a folder, readable or not.
    func exists(_ path: String) -> Bool

    /// Runs a program found by its name; neither a missing nor a hanging one is an error.
    func run(_ tool: String, _ arguments: [String]) async -> ToolOutput
}

/// The system a program was built for.
package struct Platform: Sendable, Equatable {
    package enum Family: String, Sendable, CaseIterable {
        case linux, macos
    }

    package var family: Family
    /// As the compiler calls it: `x86_64`, `arm64`.
    package var architecture: String

    package init(family: Family, architecture: String) {
        self.family = family
        self.architecture = architecture
    }

    /// The one this program was built for.
    package static var current: Platform {
        #if os(macOS)
        let family = Family.macos
        #else
        let family = Family.linux
        #endif
        #if arch(x86_64)
        let architecture = "x86_64"
        #elseif arch(arm64)
        let architecture = "arm64"
        #elseif arch(arm)
        let architecture = "arm"
        #elseif arch(riscv64)
        let architecture = "riscv64"
        #elseif arch(powerpc64le)
        let architecture = "powerpc64le"
        #else
        let architecture = "unknown"
        #endif
        return Platform(family: family, architecture: architecture)
    }
}

/// What bounds a reader.
package enum FactLimits {
    /// Bytes of a file; a processor list of a thousand threads is below it.
    package static let file = 4 << 20
    /// Bytes a tool may write, to standard output and to standard error.
    package static let output = 4 << 20
    /// How long a tool may take.
    package static let time = Duration.seconds(2)
}

/// What became of a tool.
package enum ToolOutput: Sendable, Equatable {
    /// It is not installed.
    case missing
    /// It ended by itself; the text is its standard output, or its standard error when it wrote nothing else.
    case ended(status: Int, text: String)
    /// It was killed because its time was over.
    case tookTooLong
    /// It was killed because it wrote more than `FactLimits.output`.
    case saidTooMuch
    /// It could not be started; the reason in words.
    case notStarted(String)

    /// What it wrote, also when it then failed.
    package var text: String? { if case .ended(_, let text) = self { text } else { nil } }

    /// What it wrote if it succeeded.
    package var result: String? { if case .ended(0, let text) = self { text } else { nil } }

    /// Why there is nothing to read, for a note about the tool; `nil` when it is missing or ended by itself.
    package func trouble(of tool: String) -> String? {
        switch self {
        case .missing, .ended: nil
        case .tookTooLong: "\(tool) did not answer within \(FactLimits.time.components.seconds) seconds and was stopped"
        case .saidTooMuch: "\(tool) wrote more than \(FactLimits.output >> 20) MiB and was stopped"
        case .notStarted(let reason): "\(tool) could not be started: \(reason)"
        }
    }
}

extension FactSource {
    /// A file as text, whatever bytes it has.
    package func text(of path: String) -> String? { bytes(of: path).map { String(decoding: $0, as: UTF8.self) } }

    /// The first line of a file without white space and NUL at its ends; `nil` when there is none.
    package func line(of path: String) -> String? {
        guard let first = text(of: path)?.split(whereSeparator: { $0.isNewline || $0 == "\0" }).first else {
            return nil
        }
        let line = Scan.trimmed(first)
        return line.isEmpty ? nil : line
    }

    /// A file that holds one number, decimal or with `0x`.
    package func number(of path: String) -> UInt64? { line(of: path).flatMap { Scan.number($0[...]) } }
}
