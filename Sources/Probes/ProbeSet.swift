package import SwarmCore

/// The probes that come with the program: at least 100 of each kind that has a truth.
///
/// 40 of each are in the sentence patterns of the bundled model and were held out of its training, all but a few shell
/// requests without any name or number ("run the tests"), which cannot be.
package enum ProbeSet {
    /// The kinds there are probes of, in the order in which they are measured.
    package static let kinds: [TurnKind] = [.number, .choice, .short, .toolCall, .code]

    /// The built-in probes of a kind; empty for prose and JSON, of which there are none.
    ///
    /// - Throws: when the data are malformed, which a test rules out.
    package static func builtIn(_ kind: TurnKind) throws(ProbeError) -> [Probe] {
        switch kind {
        case .number: try read(jsonLines: numbers)
        case .choice: try read(jsonLines: choices)
        case .short: try read(jsonLines: shortAnswers)
        case .toolCall: try read(jsonLines: toolCalls)
        case .code: try read(jsonLines: programs)
        case .json, .prose: []
        }
    }
}

/// Why probes cannot be read.
package struct ProbeError: Error, Sendable, Equatable, CustomStringConvertible {
    /// From 1.
    package var line: Int
    package var reason: String

    package init(line: Int, reason: String) {
        self.line = line
        self.reason = reason
    }

    package var description: String { "line \(line): \(reason)" }
}
