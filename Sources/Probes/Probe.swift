package import SwarmCore

/// A question whose right answer is known.
///
/// Prose has no such answer and is not measured: no rule says which of two texts is the right one.
package struct Probe: Sendable, Equatable {
    package var id: String
    package var kind: TurnKind
    /// Messages and tools; sampling and limits are the caller's to set.
    package var request: ChatRequest
    package var expectation: Expectation
    /// A program that passes the tests, where one is given.
    package var reference: String?

    package init(
        id: String,
        kind: TurnKind,
        request: ChatRequest,
        expectation: Expectation,
        reference: String? = nil
    ) {
        self.id = id
        self.kind = kind
        self.request = request
        self.expectation = expectation
        self.reference = reference
    }
}

/// What makes an answer right.
package enum Expectation: Sendable, Equatable {
    /// Any of these texts, compared as a vote compares them.
    case answer([String])
    /// Exactly these calls in any order; none: an answer in words.
    case calls([ExpectedCall])
    /// A Python program for which all of these statements hold; `entry` is the function they call.
    case tests(entry: String?, tests: [String])
}

/// A tool call that is right.
package struct ExpectedCall: Sendable, Equatable {
    package var name: String
    package var arguments: JSON.Object
    /// Per argument several values that are right; `null` among them says that it may be left out.
    package var alternatives: [String: [JSON]]
    /// Arguments that are free text, such as a description of the call: any value is right, and so is none.
    package var ignored: Set<String>

    package init(
        name: String,
        arguments: JSON.Object = JSON.Object(),
        alternatives: [String: [JSON]] = [:],
        ignored: Set<String> = []
    ) {
        self.name = name
        self.arguments = arguments
        self.alternatives = alternatives
        self.ignored = ignored
    }
}
