package import SwarmCore

/// Reads calls of the tools a request offers into shapes.
package struct ToolShapes: Sendable {
    private struct Tool {
        var schema: JSONSchema
        /// Arguments that are one of a declared list.
        var enumerated: Set<String>
    }

    private let tools: [String: Tool]

    /// Takes the tools on offer; without any, every name is known and all arguments fit.
    package init(tools: [ToolSpec]) {
        self.tools = Dictionary(
            tools.map { spec in
                let parameters = spec.parameters ?? [:]
                let properties = parameters["properties"]?.objectValue?.members ?? []
                let enumerated = properties.filter { $0.value["enum"] != nil || $0.value["const"] != nil }
                return (spec.name, Tool(schema: JSONSchema(parameters), enumerated: Set(enumerated.map(\.key))))
            },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// The shape of a turn's calls; their order does not count.
    ///
    /// Arguments must fit the tool's schema, as they are or once they are in the form the schema speaks of
    /// (`JSONSchema.matchForm`). With several flaws, the first call's counts.
    package func shape(of calls: [ToolCall]) -> Result<ToolShape, ToolFlaw> {
        var shapes: [ToolShape.Call] = []
        for call in calls {
            switch shape(of: call) {
            case .success(let shape): shapes.append(shape)
            case .failure(let flaw): return .failure(flaw)
            }
        }
        return .success(ToolShape(shapes))
    }

    /// The shape of one call.
    package func shape(of call: ToolCall) -> Result<ToolShape.Call, ToolFlaw> {
        let tool = tools[call.name]
        guard tool != nil || tools.isEmpty else { return .failure(.unknownTool(call.name)) }
        guard let arguments = Arguments(call) else { return .failure(.notAnObject(tool: call.name)) }
        let written = JSON.object(arguments.object)
        let form = tool?.schema.matchForm(of: written) ?? written.byValue
        let violation = tool?.schema.violation(of: written)
        if let violation, tool?.schema.violation(of: form) != nil {
            return .failure(.violation(tool: call.name, violation))
        }
        var shape = shape(name: call.name, of: form.objectValue ?? JSON.Object(), enumerated: tool?.enumerated ?? [])
        shape.isAsWritten = violation == nil && !arguments.isRepaired
        return .success(shape)
    }

    /// Whether a call's arguments fit the tool's schema as they are written.
    func accepts(_ arguments: JSON.Object, of name: String) -> Bool {
        guard let tool = tools[name] else { return tools.isEmpty }
        return tool.schema.violation(of: .object(arguments)) == nil
    }

    /// The arguments in the form their schema speaks of.
    func matchForm(of arguments: JSON.Object, of name: String) -> JSON.Object {
        let written = JSON.object(arguments)
        return (tools[name]?.schema.matchForm(of: written) ?? written.byValue).objectValue ?? arguments
    }

    private func shape(name: String, of arguments: JSON.Object, enumerated: Set<String>) -> ToolShape.Call {
        let reduced = EditChange.reduced(arguments) ?? arguments
        var (identity, payload, all) = (JSON.Object(), JSON.Object(), JSON.Object())
        var texts: [String] = []
        for (argument, value) in reduced.members {
            let isEnumerated = enumerated.contains(argument)
            let others = reduced.keys.lazy.filter { $0 != argument }
            let role = ArgumentRole(name: argument, value: value, isEnumerated: isEnumerated, others: others)
            guard role != .commentary else { continue }
            let form = form(of: value, name: argument, isEnumerated: isEnumerated, role: role)
            all[argument] = form
            if role == .payload {
                payload[argument] = form
                texts += form.strings
            } else {
                identity[argument] = form
            }
        }
        let name = name.filter { !$0.isNewline }
        return ToolShape.Call(
            name: name,
            identity: "\(name)(\(JSON.object(identity).byValue.text))",
            payload: payload.isEmpty ? "" : JSON.object(payload).byValue.text,
            payloadText: texts.joined(separator: "\n"),
            key: "\(name)(\(JSON.object(all).byValue.text))",
            isDestructive: ToolRisk.isDestructive(name: name, arguments: arguments),
            isAsWritten: true
        )
    }

    /// A value with its strings in the form in which they are compared; numbers and names are in theirs already.
    private func form(of value: JSON, name: String, isEnumerated: Bool, role: ArgumentRole) -> JSON {
        switch value {
        case .null, .bool, .number: return value
        case .string(let text):
            switch ArgumentRole.text(name: name, value: text, isEnumerated: isEnumerated, role: role) {
            case .exact: return value
            case .path: return .string(TextForms.path(text))
            case .loose: return .string(TextForms.loose(text))
            case .command: return .string(ShellText.form(text))
            case .lines: return .string(TextForms.lines(text))
            }
        case .array(let elements):
            return .array(elements.map { form(of: $0, name: name, isEnumerated: isEnumerated, role: role) })
        case .object(let object):
            let members = (EditChange.reduced(object) ?? object).members.map { member in
                (key: member.key, value: form(of: member.value, name: member.key, isEnumerated: false, role: role))
            }
            return .object(JSON.Object(members))
        }
    }
}
