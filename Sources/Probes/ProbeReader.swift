import SwarmCore

extension ProbeSet {
    /// Reads probes, one JSON object per line; blank lines do not count.
    ///
    /// Members: `id`, `kind`, `prompt` or `messages`, and what is right: `answer`, a text or a list of them, for `number`,
    /// `choice` and `short`; `calls`, a list of `{"name", "arguments", "anyOf"?, "ignore"?}`, for `tool_call`; `tests`, a
    /// list of Python statements, with `entry` and `reference` if wanted, for `code`. `tools` lists tools in the OpenAI
    /// shape, or by the names of tools that an earlier line defined, which has a member `tools` and no `id`.
    /// - Throws: for the first line that is none of this, or whose id was there before.
    package static func read(jsonLines text: String) throws(ProbeError) -> [Probe] {
        var reader = ProbeReader()
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            try reader.read(line)
        }
        return reader.probes
    }
}

private struct ProbeReader {
    private(set) var probes: [Probe] = []
    private var ids: Set<String> = []
    private var definitions: [String: ToolSpec] = [:]
    private var line = 0

    private func error(_ reason: String) -> ProbeError { ProbeError(line: line, reason: reason) }

    mutating func read(_ text: Substring) throws(ProbeError) {
        line += 1
        guard !text.allSatisfy(\.isWhitespace) else { return }
        let item = try object(String(text))
        if item["id"] == nil, item["tools"] != nil {
            for tool in try tools(of: item) { definitions[tool.name] = tool }
        } else {
            probes.append(try probe(item))
        }
    }

    private func object(_ text: String) throws(ProbeError) -> JSON.Object {
        let value: JSON
        do { value = try JSON(parsing: text) } catch { throw self.error("no JSON: \(error)") }
        guard let object = value.objectValue else { throw error("expected an object, found \(value.kindName)") }
        return object
    }

    private mutating func probe(_ item: JSON.Object) throws(ProbeError) -> Probe {
        let id = try string("id", of: item)
        guard ids.insert(id).inserted else { throw error("the id \(id) was used before") }
        let kind = try kind(of: item)
        let request = ChatRequest(
            id: RequestID(rawValue: id),
            messages: try messages(of: item),
            tools: try tools(of: item),
            parallelToolCalls: (item["calls"]?.arrayValue?.count ?? 0) > 1
        )
        let probe = Probe(
            id: id,
            kind: kind,
            request: request,
            expectation: try expectation(of: item, kind: kind),
            reference: item["reference"]?.stringValue
        )
        if let wrong = probe.unreachableAnswer {
            throw error(kind == .choice ? "\(wrong) is none of the options" : "\(wrong) is no number")
        }
        return probe
    }

    private func kind(of item: JSON.Object) throws(ProbeError) -> TurnKind {
        let name = try string("kind", of: item)
        guard let kind = TurnKind(rawValue: name), ProbeSet.kinds.contains(kind) else {
            let known = ProbeSet.kinds.map(\.rawValue).joined(separator: ", ")
            throw error("the kind \(name) cannot be measured; these can: \(known)")
        }
        return kind
    }

    private func expectation(of item: JSON.Object, kind: TurnKind) throws(ProbeError) -> Expectation {
        switch kind {
        case .toolCall:
            var calls: [ExpectedCall] = []
            for call in try array("calls", of: item) { calls.append(try expectedCall(call)) }
            return .calls(calls)
        case .code:
            let tests = try strings("tests", of: item)
            guard !tests.isEmpty else { throw error("\"tests\" is empty") }
            return .tests(entry: item["entry"]?.stringValue, tests: tests)
        case .number, .choice, .short, .json, .prose:
            let answers = try strings("answer", of: item)
            guard !answers.isEmpty else { throw error("\"answer\" is empty") }
            return .answer(answers)
        }
    }

    private func expectedCall(_ value: JSON) throws(ProbeError) -> ExpectedCall {
        guard let call = value.objectValue else { throw error("a call must be an object, found \(value.kindName)") }
        let arguments = call["arguments"] ?? [:]
        guard let given = arguments.objectValue else {
            throw error("\"arguments\" must be an object, found \(arguments.kindName)")
        }
        var alternatives: [String: [JSON]] = [:]
        for (name, values) in call["anyOf"]?.objectValue?.members ?? [] {
            guard let values = values.arrayValue else { throw error("\"anyOf\" needs a list of values for \(name)") }
            alternatives[name] = values
        }
        let ignored = call["ignore"] == nil ? [] : try strings("ignore", of: call)
        return ExpectedCall(
            name: try string("name", of: call),
            arguments: given,
            alternatives: alternatives,
            ignored: Set(ignored)
        )
    }
}

// Requests.
extension ProbeReader {
    private func messages(of item: JSON.Object) throws(ProbeError) -> [Message] {
        guard item["messages"] != nil else {
            return [Message(role: .user, content: try string("prompt", of: item))]
        }
        var messages: [Message] = []
        for value in try array("messages", of: item) {
            guard let message = value.objectValue else {
                throw error("a message must be an object, found \(value.kindName)")
            }
            let name = try string("role", of: message)
            guard let role = Message.Role(rawValue: name) else { throw error("there is no role \(name)") }
            messages.append(Message(role: role, content: try string("content", of: message)))
        }
        guard messages.contains(where: { $0.role == .user }) else { throw error("no message is the user's") }
        return messages
    }

    private func tools(of item: JSON.Object) throws(ProbeError) -> [ToolSpec] {
        guard item["tools"] != nil else { return [] }
        var tools: [ToolSpec] = []
        for value in try array("tools", of: item) { tools.append(try tool(value)) }
        return tools
    }

    private func tool(_ value: JSON) throws(ProbeError) -> ToolSpec {
        if let name = value.stringValue {
            guard let tool = definitions[name] else { throw error("no line above defines the tool \(name)") }
            return tool
        }
        guard let tool = value["function"]?.objectValue ?? value.objectValue else {
            throw error("a tool must be an object or a name, found \(value.kindName)")
        }
        return ToolSpec(
            name: try string("name", of: tool),
            summary: tool["description"]?.stringValue,
            parameters: tool["parameters"]
        )
    }
}

// Members.
extension ProbeReader {
    private func string(_ name: String, of object: JSON.Object) throws(ProbeError) -> String {
        guard let value = object[name] else { throw error("\"\(name)\" is missing") }
        guard let text = value.stringValue else { throw error("\"\(name)\" must be a text, found \(value.kindName)") }
        return text
    }

    private func array(_ name: String, of object: JSON.Object) throws(ProbeError) -> [JSON] {
        guard let value = object[name] else { throw error("\"\(name)\" is missing") }
        guard let array = value.arrayValue else { throw error("\"\(name)\" must be a list, found \(value.kindName)") }
        return array
    }

    /// A text or a number, or a list of them.
    private func strings(_ name: String, of object: JSON.Object) throws(ProbeError) -> [String] {
        guard let value = object[name] else { throw error("\"\(name)\" is missing") }
        var texts: [String] = []
        for element in value.arrayValue ?? [value] {
            switch element {
            case .string(let text), .number(let text): texts.append(text)
            default: throw error("\"\(name)\" must be a text or a list of texts, found \(element.kindName)")
            }
        }
        return texts
    }
}
