import SwarmCore

/// Decodes the tools of a responses request and which of them may be used.
struct ResponsesTools {
    /// Those that the model is offered.
    private(set) var specs: [ToolSpec] = []
    /// Names of the freeform ones among them.
    private(set) var custom: Set<String> = []
    private(set) var choice = ToolChoice.auto

    static func decode(_ body: Field) throws(WireError) -> ResponsesTools {
        var tools = ResponsesTools()
        for element in try body["tools"].elements() ?? [] { try tools.offer(try element.requiredObject()) }
        try tools.choose(body["tool_choice"])
        return tools
    }

    /// What a freeform tool takes, as a function: its grammar, if it has one, is not enforced.
    private static let freeform: JSON = [
        "type": "object", "properties": ["input": ["type": "string"]], "required": ["input"],
        "additionalProperties": false,
    ]

    /// Tools of other types run at other servers: they are skipped, and the request goes on.
    private mutating func offer(_ tool: Field) throws(WireError) {
        let type = try tool["type"].string() ?? "function"
        guard type == "function" || type == "custom" else { return }
        let name = try tool["name"].requiredString()
        guard !name.isEmpty else { throw tool["name"].wrong("a name") }
        let parameters = type == "custom" ? Self.freeform : try tool["parameters"].object()?.value
        if type == "custom" { custom.insert(name) }
        specs.append(ToolSpec(name: name, summary: try tool["description"].string(), parameters: parameters))
    }

    /// What cannot be forced, such as a tool that was skipped, is left to the model.
    private mutating func choose(_ field: Field) throws(WireError) {
        switch field.value {
        case "none": choice = .none
        case "required": try require(field)
        case .object:
            switch field["type"].value {
            case "function", "custom":
                let name = field["name"]
                let wanted = try name.requiredString()
                guard specs.contains(where: { $0.name == wanted }) else { throw name.wrong("the name of a tool") }
                choice = .named(wanted)
            case "allowed_tools":
                let allowed = try field["tools"].requiredElements().map { $0["name"].value?.stringValue }
                specs.removeAll { !allowed.contains($0.name) }
                if field["mode"].value == "required" { try require(field) }
            default: break
            }
        default: break
        }
    }

    private mutating func require(_ field: Field) throws(WireError) {
        guard !specs.isEmpty else { throw field.invalid("there are no tools to choose from") }
        choice = .required
    }
}
