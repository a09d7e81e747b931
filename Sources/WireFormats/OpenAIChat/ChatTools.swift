import SwarmCore

/// Decodes the tools of a chat request and which of them may be used.
enum ChatTools {
    /// Tools of other types than `function` run at other servers: they are skipped, and the request goes on.
    static func decode(_ body: Field) throws(WireError) -> [ToolSpec] {
        var tools: [ToolSpec] = []
        for element in try body["tools"].elements() ?? [] {
            let tool = try element.requiredObject()
            guard try tool["type"].string() ?? "function" == "function" else { continue }
            tools.append(try spec(try tool["function"].requiredObject()))
        }
        if tools.isEmpty {
            for element in try body["functions"].elements() ?? [] {
                tools.append(try spec(try element.requiredObject()))
            }
        }
        return tools
    }

    private static func spec(_ function: Field) throws(WireError) -> ToolSpec {
        let name = try function["name"].requiredString()
        guard !name.isEmpty else { throw function["name"].wrong("a name") }
        return ToolSpec(
            name: name,
            summary: try function["description"].string(),
            parameters: try function["parameters"].object()?.value
        )
    }

    /// `tool_choice`, or the older `function_call`.
    static func choice(_ body: Field, among tools: [ToolSpec]) throws(WireError) -> ToolChoice {
        let field = body["tool_choice"].value == nil ? body["function_call"] : body["tool_choice"]
        switch field.value {
        case nil, "auto": return .auto
        case "none": return .none
        case "required":
            guard !tools.isEmpty else { throw field.invalid("there are no tools to choose from") }
            return .required
        case .object:
            let type = field["type"]
            guard try type.string() ?? "function" == "function" else { throw type.wrong("function") }
            let name = field.path == "function_call" ? field["name"] : try field["function"].requiredObject()["name"]
            let wanted = try name.requiredString()
            guard tools.contains(where: { $0.name == wanted }) else { throw name.wrong("the name of a tool") }
            return .named(wanted)
        default: throw field.wrong("auto, none, required or an object that names a function")
        }
    }
}
