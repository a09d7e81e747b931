package import SwarmCore

/// Runs the calls of models: on this machine, or on a tool host.
///
/// Results are the same wherever they come from.
package protocol ToolExecutor: Sendable {
    /// Where tools run, for the log; holds no key.
    var place: String { get }

    /// The tools on offer, in the order in which models are shown them; empty when the host cannot be reached.
    func offered() async -> [ToolSpec]

    /// Carries out one call; whatever goes wrong is an outcome in words.
    ///
    /// Cancelling the task stops what runs.
    func execute(_ invocation: ToolInvocation) async -> ToolOutcome
}

/// One call on its way to an executor.
package struct ToolInvocation: Sendable, Equatable {
    /// The id of the call, as the model's turn has it.
    package var id: String
    package var name: String
    /// The arguments object.
    package var arguments: JSON
    /// Whose list of tasks it concerns.
    package var session: SessionKey
    /// On whose behalf: a name for the record, never a key.
    package var caller: String
    /// The folder that relative paths start from, within the workspace.
    package var folder: String
    /// Whether a person allowed this very call when asked.
    package var isApproved: Bool

    package init(
        id: String,
        name: String,
        arguments: JSON,
        session: SessionKey,
        caller: String = "",
        folder: String = ".",
        isApproved: Bool = false
    ) {
        self.id = id
        self.name = name
        self.arguments = arguments
        self.session = session
        self.caller = caller
        self.folder = folder
        self.isApproved = isApproved
    }
}

/// What came of a call.
package struct ToolOutcome: Sendable, Equatable {
    /// How it ended.
    package enum Status: String, Sendable, CaseIterable {
        case done
        /// It was tried and did not work, or could not be understood.
        case failed
        /// Policy or a guard forbids it.
        case refused
        /// It needs an answer of the person who asked; ``ToolOutcome/question`` says what.
        case asks
    }

    package var status: Status
    /// What the model reads.
    package var text: String
    /// What is to be asked, with status `asks`.
    package var question: ToolQuestion?

    package init(_ status: Status, _ text: String, question: ToolQuestion? = nil) {
        self.status = status
        self.text = text
        self.question = question
    }
}
