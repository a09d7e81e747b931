package import SwarmCore

/// What a whole turn of tool calls comes to, for voting: equal shapes are votes for the same act.
package struct ToolShape: Sendable, Hashable {
    /// One call's part of it.
    package struct Call: Sendable, Hashable {
        package var name: String
        /// The name and the arguments that say what the call is about, such as `read({"filePath":"a"})`.
        package var identity: String
        /// The long arguments, such as `{"content":"…"}`; empty when there are none.
        package var payload: String
        /// The long arguments' text, for measuring similarity.
        package var payloadText: String
        /// The name and all arguments that count, such as `write({"content":"…","filePath":"a"})`.
        package var key: String
        package var isDestructive: Bool
        /// The arguments were JSON and fitted their schema as they were written, without any repair or conversion.
        package var isAsWritten: Bool
    }

    /// In the order of their keys.
    package let calls: [Call]

    init(_ calls: [Call]) { self.calls = calls.sorted { ($0.key, $0.identity) < ($1.key, $1.identity) } }

    /// The called tools' names in order, one a line, as often as they are called.
    package var names: String { calls.map(\.name).sorted().joined(separator: "\n") }
    /// The calls' identities in order, one a line.
    package var identity: String { calls.map(\.identity).sorted().joined(separator: "\n") }
    /// The calls' payloads, one a line, in the order of identities; empty when no call has any.
    package var payload: String { byIdentity.map(\.payload).filter { !$0.isEmpty }.joined(separator: "\n") }
    /// The payloads' text in the order of identities, for measuring similarity.
    package var payloadText: String { byIdentity.map(\.payloadText).filter { !$0.isEmpty }.joined(separator: "\n") }
    /// One call may change what cannot be taken back.
    package var isDestructive: Bool { calls.contains(where: \.isDestructive) }
    /// No call needed a repair or a conversion to be read.
    package var isAsWritten: Bool { calls.allSatisfy(\.isAsWritten) }
    /// The calls' keys, one a line: equal shapes have equal keys, others have others.
    package var key: String { calls.map(\.key).joined(separator: "\n") }

    private var byIdentity: [Call] { calls.sorted { ($0.identity, $0.payload) < ($1.identity, $1.payload) } }

    package static func == (a: ToolShape, b: ToolShape) -> Bool { a.key == b.key }

    package func hash(into hasher: inout Hasher) { hasher.combine(key) }
}

/// Why a turn's calls do not vote.
package enum ToolFlaw: Error, Sendable, Hashable {
    /// No tool of this name is offered.
    case unknownTool(String)
    /// The arguments of a call to this tool are not a JSON object, even after trivial repairs.
    case notAnObject(tool: String)
    /// The arguments of a call to this tool do not fit its schema.
    case violation(tool: String, SchemaViolation)
}
