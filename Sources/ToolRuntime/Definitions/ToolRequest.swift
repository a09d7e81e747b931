package import SwarmCore

/// One call whose arguments were found right, ready to be carried out.
package enum ToolRequest: Sendable, Equatable {
    /// Lines `offset…` of a file, counted from 1, `limit` of them; `nil` takes the default.
    case read(path: String, offset: Int, limit: Int?)
    case write(path: String, content: String)
    case edit(path: String, old: String, new: String, all: Bool)
    case bash(command: String)
    /// `include` is a pattern for names of files.
    case grep(pattern: String, path: String, include: String?)
    case glob(pattern: String, path: String)
    case list(path: String)
    case webfetch(url: String, format: PageFormat)
    case todowrite([Todo])
    case todoread
    case question(ToolQuestion)
    case skill(name: String)
}

/// The form a page is given to the model in.
package enum PageFormat: String, Sendable, CaseIterable {
    case markdown, text, html
}

/// One task of a session's list.
package struct Todo: Sendable, Equatable {
    /// How far it is.
    package enum Status: String, Sendable, CaseIterable {
        case pending
        case inProgress = "in_progress"
        case completed
    }

    package var content: String
    package var status: Status

    package init(content: String, status: Status = .pending) {
        self.content = content
        self.status = status
    }
}

extension [Todo] {
    /// The list as the model reads it.
    var words: String {
        guard !isEmpty else { return "(no tasks)" }
        return map { todo in
            let mark =
                switch todo.status {
                case .pending: "[ ]"
                case .inProgress: "[>]"
                case .completed: "[x]"
                }
            return "\(mark) \(todo.content)"
        }.joined(separator: "\n")
    }
}

/// What is wrong with a call, in words its model can act on.
package struct ToolArgumentError: Error, Sendable, Equatable, CustomStringConvertible {
    package var description: String

    init(_ description: String) { self.description = description }
}

extension ToolRequest {
    /// Reads a call.
    ///
    /// Names that models confuse (`path` for `filePath`) and scalars written as strings are taken for what is meant;
    /// anything else must fit the tool's schema.
    /// - Throws: what is wrong, with the parameters the tool has.
    package init(name: String, arguments: JSON) throws(ToolArgumentError) {
        guard let known = ToolName(rawValue: name) else {
            let names = ToolName.allCases.map(\.rawValue).joined(separator: ", ")
            throw ToolArgumentError("There is no tool \(JSON.string(String(name.prefix(64))).text). Tools: \(names).")
        }
        let definition = ToolDefinition.of(known)
        guard case .object(let object) = arguments else {
            throw ToolArgumentError("The arguments of \(name) must be an object: \(definition.usage).")
        }
        var given = definition.named(object)
        if known == .bash, given["description"] == nil { given["description"] = "" }
        let schema = JSONSchema(definition.parameters)
        // As it is written where that fits, so that no text is touched.
        var form = JSON.object(given)
        if schema.violation(of: form) != nil { form = schema.matchForm(of: form) }
        if let violation = schema.violation(of: form) {
            throw ToolArgumentError("\(name): \(violation). Parameters: \(definition.usage).")
        }
        self = ToolRequest(known, ArgumentReader(form.objectValue ?? JSON.Object()))
    }

    private init(_ name: ToolName, _ arguments: ArgumentReader) {
        switch name {
        case .read:
            self = .read(
                path: arguments["filePath"],
                offset: arguments.int("offset") ?? 1,
                limit: arguments.int("limit")
            )
        case .write: self = .write(path: arguments["filePath"], content: arguments["content"])
        case .edit:
            self = .edit(
                path: arguments["filePath"],
                old: arguments["oldString"],
                new: arguments["newString"],
                all: arguments.object["replaceAll"]?.boolValue ?? false
            )
        case .bash: self = .bash(command: arguments["command"])
        case .grep:
            self = .grep(
                pattern: arguments["pattern"],
                path: arguments.text("path") ?? ".",
                include: arguments.text("include")
            )
        case .glob: self = .glob(pattern: arguments["pattern"], path: arguments.text("path") ?? ".")
        case .list: self = .list(path: arguments.text("path") ?? ".")
        case .webfetch:
            let format = arguments.text("format").flatMap(PageFormat.init(rawValue:))
            self = .webfetch(url: arguments["url"], format: format ?? .markdown)
        case .todowrite: self = .todowrite(arguments.todos)
        case .todoread: self = .todoread
        case .question:
            let options = arguments.object["options"]?.arrayValue?.compactMap(\.stringValue) ?? []
            self = .question(ToolQuestion(text: arguments["question"], options: options))
        case .skill: self = .skill(name: arguments["name"])
        }
    }
}

/// Members of an object that fits its schema.
private struct ArgumentReader {
    let object: JSON.Object

    init(_ object: JSON.Object) { self.object = object }

    /// A required text.
    subscript(name: String) -> String { text(name) ?? "" }

    func text(_ name: String) -> String? { object[name]?.stringValue }
    func int(_ name: String) -> Int? { object[name]?.intValue }

    var todos: [Todo] {
        (object["todos"]?.arrayValue ?? []).map { item in
            Todo(
                content: item["content"]?.stringValue ?? "",
                status: item["status"]?.stringValue.flatMap(Todo.Status.init(rawValue:)) ?? .pending
            )
        }
    }
}

extension ToolDefinition {
    /// The arguments under their declared names; a declared one that is there counts more than its alias.
    fileprivate func named(_ arguments: JSON.Object) -> JSON.Object {
        var named = arguments
        for (key, value) in arguments.members {
            guard let declared = aliases[key], arguments[declared] == nil else { continue }
            named[key] = nil
            named[declared] = value
        }
        return named
    }
}
