import SwarmCore

/// A tool call that changes the text of one file, read whatever its arguments are named.
struct EditCall {
    enum Change: Equatable {
        /// The whole text.
        case write(String)
        /// Replacements, one after the other.
        case replace([Replacement])
        /// A unified diff.
        case patch(String)
    }

    struct Replacement: Equatable {
        var old: String
        var new: String
        var isEverywhere: Bool
    }

    let path: String
    let change: Change

    init?(_ call: ToolCall) {
        guard let arguments = EditCall.arguments(of: call), let path = EditCall.path(arguments) else { return nil }
        self.path = FilePath.normal(path)
        if let one = EditCall.replacement(arguments) {
            change = .replace([one])
        } else if let edits = arguments["edits"]?.arrayValue {
            let all = edits.compactMap { $0.objectValue.flatMap(EditCall.replacement) }
            guard !all.isEmpty, all.count == edits.count else { return nil }
            change = .replace(all)
        } else if let diff = EditCall.string(arguments, ["diff", "patch", "patchText"]) {
            change = .patch(diff)
        } else if let text = EditCall.string(arguments, ["content", "contents", "file_text", "text"]) {
            change = .write(text)
        } else {
            return nil
        }
    }

    static func arguments(of call: ToolCall) -> JSON.Object? { (try? JSON(parsing: call.arguments))?.objectValue }

    static func path(_ arguments: JSON.Object) -> String? {
        string(
            arguments,
            ["filePath", "path", "file_path", "file", "filename", "filepath", "absolute_path", "target_file"]
        )
    }

    private static func replacement(_ arguments: JSON.Object) -> Replacement? {
        let old = ["oldString", "old_string", "old_str", "oldStr", "oldText", "old_text", "old", "search"]
        let new = ["newString", "new_string", "new_str", "newStr", "newText", "new_text", "new", "replace"]
        guard let old = string(arguments, old), let new = string(arguments, new) else { return nil }
        let everywhere = ["replaceAll", "replace_all", "all"].contains { arguments[$0]?.boolValue ?? false }
        return Replacement(old: old, new: new, isEverywhere: everywhere)
    }

    private static func string(_ arguments: JSON.Object, _ names: [String]) -> String? {
        names.lazy.compactMap { arguments[$0]?.stringValue }.first
    }
}
