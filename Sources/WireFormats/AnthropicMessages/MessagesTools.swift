import SwarmCore

/// Decodes the tools of a request and which of them may be used.
enum MessagesTools {
    /// Tools of a type of their own without a schema run at other servers, or are known only to other models: they are
    /// skipped, and the request goes on.
    static func decode(_ body: Field) throws(WireError) -> [ToolSpec] {
        var tools: [ToolSpec] = []
        for element in try body["tools"].elements() ?? [] {
            let tool = try element.requiredObject()
            let schema = try tool["input_schema"].object()?.value
            guard try tool["type"].string() ?? "custom" == "custom" || schema != nil else { continue }
            let name = try tool["name"].requiredString()
            guard !name.isEmpty else { throw tool["name"].wrong("a name") }
            tools.append(ToolSpec(name: name, summary: try tool["description"].string(), parameters: schema))
        }
        return tools
    }

    static func choice(_ field: Field, among tools: [ToolSpec]) throws(WireError) -> ToolChoice {
        guard let choice = try field.object() else { return .auto }
        let type = choice["type"]
        switch try type.requiredString() {
        case "auto": return .auto
        case "none": return .none
        case "any":
            guard !tools.isEmpty else { throw field.invalid("there are no tools to choose from") }
            return .required
        case "tool":
            let name = try choice["name"].requiredString()
            guard tools.contains(where: { $0.name == name }) else { throw choice["name"].wrong("the name of a tool") }
            return .named(name)
        default: throw type.wrong("auto, any, tool or none")
        }
    }
}
