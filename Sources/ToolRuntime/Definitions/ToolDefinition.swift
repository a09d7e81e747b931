package import SwarmCore

/// One tool, described once: prompt, validation, policy and documentation all read this.
package struct ToolDefinition: Sendable {
    package var name: ToolName
    /// One line.
    package var summary: String
    /// JSON schema of the arguments object.
    package var parameters: JSON
    package var effect: ToolEffect
    /// The argument that patterns of a policy are compared with; `nil` when the tool has no such argument.
    package var subject: String?
    /// Other names under which models send arguments, and the declared ones.
    var aliases: [String: String] = [:]

    /// As it is offered to a model.
    package var spec: ToolSpec { ToolSpec(name: name.rawValue, summary: summary, parameters: parameters) }

    /// As an executor offers it.
    package var offer: OfferedTool { OfferedTool(spec, effect: effect) }

    /// Whether a call may change something that cannot be taken back.
    package var isDestructive: Bool { effect == .changes }

    /// Its name and parameters in one line, such as `read(filePath, offset?, limit?)`.
    package var usage: String {
        let required = Set(parameters["required"]?.arrayValue?.compactMap(\.stringValue) ?? [])
        let names = parameters["properties"]?.objectValue?.keys ?? []
        return "\(name.rawValue)(\(names.map { required.contains($0) ? $0 : $0 + "?" }.joined(separator: ", ")))"
    }
}

extension ToolDefinition {
    /// The definition of a tool.
    package static func of(_ name: ToolName) -> ToolDefinition {
        switch name {
        case .read: read
        case .write: write
        case .edit: edit
        case .bash: bash
        case .grep: grep
        case .glob: glob
        case .list: list
        case .webfetch: webfetch
        case .todowrite: todowrite
        case .todoread: todoread
        case .question: question
        case .skill: skill
        }
    }

    /// All of them, in the order in which models are shown them.
    package static var all: [ToolDefinition] { ToolName.allCases.map(of) }
}
