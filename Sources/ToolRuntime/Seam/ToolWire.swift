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
