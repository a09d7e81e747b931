package import SwarmCore

/// Fills in what small models forget about shell tools: the description of a command that the tool requires.
///
/// Nothing else of a call changes, and a call that has a description does not change at all.
package struct CallRepair: Sendable {
    /// Longest description, in characters.
    private static let limit = 60

    private let names: Set<String>

    /// - Parameter tools: those of the request; it concerns those that require a string `description` beside a string
    ///   `command`.
    package init(tools: [ToolSpec]) {
        names = Set(tools.filter(CallRepair.isShell).map(\.name))
    }

    /// Whether the arguments of a tool may be repaired, so that they are not certain before they are whole.
    package func concerns(_ name: String) -> Bool { names.contains(name) }

    /// The call with a description made of its command where there is none.
    package func repaired(_ call: ToolCall) -> ToolCall {
        guard concerns(call.name), case .object(var members)? = try? JSON(parsing: call.arguments),
            members["description"]?.stringValue?.trimmed.isEmpty ?? true,
            let command = members["command"]?.stringValue, let description = CallRepair.description(of: command)
        else { return call }
        members["description"] = .string(description)
        return ToolCall(id: call.id, name: call.name, arguments: JSON.object(members).text)
    }

    private static func isShell(_ tool: ToolSpec) -> Bool {
        guard let parameters = tool.parameters, parameters.requiredNames.contains("description") else { return false }
        return ["description", "command"].allSatisfy { parameters["properties"]?[$0]?["type"] == "string" }
    }

    /// The first line of a command in few characters; `nil` when there is none.
    private static func description(of command: String) -> String? {
        let line = command.split(whereSeparator: \.isNewline).first { !$0.allSatisfy(\.isWhitespace) }
        guard let line else { return nil }
        let text = "Run: " + line.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return text.count > limit ? text.prefix(limit - 1) + "…" : text
    }
}
