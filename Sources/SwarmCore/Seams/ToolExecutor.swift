/// Runs the calls of models: on this machine, or on a tool host.
///
/// Results are the same wherever they come from.
package protocol ToolExecutor: Sendable {
    /// Where tools run, for the log; holds no key.
    var place: String { get }

    /// The tools on offer, in the order in which models are shown them; empty when the host cannot be reached.
    func offered() async -> [OfferedTool]

    /// Carries out one call; whatever goes wrong is an outcome in words.
    ///
    /// Cancelling the task stops what runs.
    func execute(_ invocation: ToolInvocation) async -> ToolOutcome
}

/// What a call of a tool may do to the world.
package enum ToolEffect: String, Sendable, CaseIterable {
    /// Reads; calls may run side by side.
    case looks
    /// Changes files or runs programs: not taken back, so it is for a vote to decide.
    case changes
    /// Changes only what the server remembers of the session.
    case remembers
    /// Is answered by the person who asked.
    case asks
}

/// A tool that an executor can run.
package struct OfferedTool: Sendable, Equatable {
    package var spec: ToolSpec
    package var effect: ToolEffect

    package init(_ spec: ToolSpec, effect: ToolEffect) {
        self.spec = spec
        self.effect = effect
    }
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

/// A question for the person who asked.
package struct ToolQuestion: Sendable, Equatable {
    package var text: String
    /// Answers to choose from; empty when any will do.
    package var options: [String]

    package init(text: String, options: [String] = []) {
        self.text = text
        self.options = options
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
