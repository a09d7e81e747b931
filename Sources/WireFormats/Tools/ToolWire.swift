package import SwarmCore

/// Why a body is no call or no outcome, in words.
package struct ToolWireError: Error, Sendable, Equatable, CustomStringConvertible {
    package var description: String

    init(_ description: String) { self.description = description }
}

extension JSON {
    fileprivate func required(_ name: String) throws(ToolWireError) -> String {
        guard let text = self[name]?.stringValue else { throw ToolWireError("'\(name)' must be a string") }
        return text
    }
}

extension ToolInvocation {
    /// The body of `POST /v1/tools/execute`.
    package var json: JSON {
        var object = JSON.Object([
            ("id", .string(id)), ("name", .string(name)), ("arguments", arguments),
            ("session", .string(session.rawValue)),
        ])
        if !caller.isEmpty { object["caller"] = .string(caller) }
        if folder != "." { object["folder"] = .string(folder) }
        if isApproved { object["approved"] = true }
        return .object(object)
    }

    /// Reads a body as it came.
    package static func decode(_ body: [UInt8]) throws(WireError) -> ToolInvocation {
        let json: JSON
        do throws(JSONSyntaxError) { json = try JSON(parsing: body) } catch { throw .malformedJSON(error) }
        do throws(ToolWireError) {
            return try ToolInvocation(json: json)
        } catch {
            throw .invalidParameter(name: "body", reason: error.description)
        }
    }

    /// Reads such a body; members it does not know are ignored.
    /// - Throws: for a member that is missing or of the wrong type.
    package init(json: JSON) throws(ToolWireError) {
        guard let arguments = json["arguments"], case .object = arguments else {
            throw ToolWireError("'arguments' must be an object")
        }
        self.init(
            id: try json.required("id"),
            name: try json.required("name"),
            arguments: arguments,
            session: SessionKey(rawValue: try json.required("session")),
            caller: json["caller"]?.stringValue ?? "",
            folder: json["folder"]?.stringValue ?? ".",
            isApproved: json["approved"]?.boolValue ?? false
        )
    }
}

extension ToolOutcome {
    /// The reply to `POST /v1/tools/execute`.
    package var json: JSON {
        var object = JSON.Object([("status", .string(status.rawValue)), ("output", .string(text))])
        if let question {
            object["question"] = [
                "text": .string(question.text), "options": .array(question.options.map { .string($0) }),
            ]
        }
        return .object(object)
    }

    /// Reads such a reply.
    /// - Throws: for a member that is missing or of the wrong type.
    package init(json: JSON) throws(ToolWireError) {
        guard let status = Status(rawValue: try json.required("status")) else {
            throw ToolWireError("'status' must be one of \(Status.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        var question: ToolQuestion?
        if let asked = json["question"] {
            question = ToolQuestion(
                text: try asked.required("text"),
                options: asked["options"]?.arrayValue?.compactMap(\.stringValue) ?? []
            )
        }
        guard question != nil || status != .asks else { throw ToolWireError("'question' is missing") }
        self.init(status, try json.required("output"), question: question)
    }
}

extension OfferedTool {
    fileprivate var json: JSON {
        var object = JSON.Object([("name", .string(spec.name)), ("effect", .string(effect.rawValue))])
        object["description"] = spec.summary.map { .string($0) }
        object["parameters"] = spec.parameters
        return .object(object)
    }

    /// An effect that is not known is taken for the one that needs a vote.
    fileprivate init?(json: JSON) {
        guard let name = json["name"]?.stringValue, !name.isEmpty else { return nil }
        self.init(
            ToolSpec(name: name, summary: json["description"]?.stringValue, parameters: json["parameters"]),
            effect: json["effect"]?.stringValue.flatMap(ToolEffect.init(rawValue:)) ?? .changes
        )
    }
}

/// The reply to `GET /v1/tools`.
package enum ToolList {
    /// The tools in their order.
    package static func json(_ tools: [OfferedTool]) -> JSON { ["tools": .array(tools.map(\.json))] }

    /// Reads such a reply.
    /// - Throws: when it is no list of tools.
    package static func tools(_ json: JSON) throws(ToolWireError) -> [OfferedTool] {
        guard let list = json["tools"]?.arrayValue else { throw ToolWireError("'tools' must be an array") }
        let tools = list.compactMap(OfferedTool.init(json:))
        guard tools.count == list.count else { throw ToolWireError("a tool has no name") }
        return tools
    }
}
