/// One turn of a conversation, in the form all wire formats are decoded into.
package struct Message: Sendable, Equatable {
    /// Who speaks.
    ///
    /// The wire's `developer` becomes `system`.
    package enum Role: String, Sendable, CaseIterable {
        case system, user, assistant, tool
    }

    package var role: Role
    package var content: String
    /// What the model thought before it answered, when the client sends it back.
    package var reasoning: String?
    /// Calls the assistant made in this turn.
    package var toolCalls: [ToolCall]
    /// Which call a `tool` message answers.
    package var toolCallID: String?
    /// The optional `name` of a speaker or tool.
    package var name: String?

    package init(
        role: Role,
        content: String,
        reasoning: String? = nil,
        toolCalls: [ToolCall] = [],
        toolCallID: String? = nil,
        name: String? = nil
    ) {
        self.role = role
        self.content = content
        self.reasoning = reasoning
        self.toolCalls = toolCalls
        self.toolCallID = toolCallID
        self.name = name
    }
}

/// A call of one tool by the model.
package struct ToolCall: Sendable, Equatable {
    package var id: String
    package var name: String
    /// JSON text, as the model wrote it.
    package var arguments: String

    package init(id: String, name: String, arguments: String) {
        self.id = id
        self.name = name
        self.arguments = arguments
    }
}

/// A tool the client offers.
package struct ToolSpec: Sendable, Equatable {
    package var name: String
    package var summary: String?
    /// JSON schema of the arguments object; `nil` means no arguments.
    package var parameters: JSON?

    package init(name: String, summary: String? = nil, parameters: JSON? = nil) {
        self.name = name
        self.summary = summary
        self.parameters = parameters
    }
}

/// Whether the model may, must or must not call tools.
package enum ToolChoice: Sendable, Equatable {
    case auto, none, required
    case named(String)
}

/// The form the answer must have.
package enum ResponseFormat: Sendable, Equatable {
    case text
    case jsonObject
    case jsonSchema(name: String, schema: JSON)
}
