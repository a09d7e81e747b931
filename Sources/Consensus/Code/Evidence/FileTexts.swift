package import SwarmCore

/// The texts of files as far as a conversation shows them.
///
/// Known are files that a tool has read from their first line, files the assistant wrote or changed without an error, and
/// fenced blocks of the user's under a line with a path. What comes later replaces what came before.
package struct FileTexts: Sendable, Equatable {
    private var texts: [String: String] = [:]

    package init() {}

    /// Texts by path, from elsewhere.
    package init(_ texts: [String: String]) {
        for (path, text) in texts { self.texts[FilePath.normal(path)] = text }
    }

    package init(messages: [Message]) {
        var calls: [String: ToolCall] = [:]
        for message in messages {
            switch message.role {
            case .assistant:
                for call in message.toolCalls { calls[call.id] = call }
            case .tool:
                if let call = message.toolCallID.flatMap({ calls[$0] }) { note(call, answer: message.content) }
            case .user:
                for (path, text) in Self.fenced(message.content) { texts[path] = text }
            case .system: break
            }
        }
    }

    package var isEmpty: Bool { texts.isEmpty }

    /// The text of the file at a path, which may be a part of the known one or the other way round.
    package func text(of path: String) -> String? { self.path(like: path).flatMap { texts[$0] } }

    /// The path under which a file is known; `nil` when it is not, or when several are meant.
    package func path(like path: String) -> String? {
        let normal = FilePath.normal(path)
        if texts[normal] != nil { return normal }
        let alike = texts.keys.filter { FilePath.areSame($0, normal) }
        return alike.count == 1 ? alike.first : nil
    }

    private mutating func note(_ call: ToolCall, answer: String) {
        let start = answer.trimmed().prefix(40).lowercased()
        if ["error", "failed", "<error", "enoent", "invalid", "could not"].contains(where: start.hasPrefix) { return }
        guard let arguments = EditCall.arguments(of: call), let path = EditCall.path(arguments) else { return }
        let known = self.path(like: path) ?? FilePath.normal(path)
        if Self.isRead(call.name, arguments) {
            let isFirst = ["offset", "start_line", "startLine", "start"].allSatisfy {
                (arguments[$0]?.intValue ?? 0) <= 1
            }
            guard isFirst, let text = ReadAnswer.text(answer) else { return }
            texts[known] = text
        } else if EditCall(call) != nil || Self.changes(call.name) {
            // A change that cannot be followed leaves the text unknown.
            texts[known] = EditResult(of: call, files: self)?.text
        }
    }

    private static func isRead(_ name: String, _ arguments: JSON.Object) -> Bool {
        if arguments["command"]?.stringValue == "view" { return true }
        let words = name.lowercased().split { !$0.isLetter }
        return words.contains { $0.hasPrefix("read") || $0.hasPrefix("view") || $0 == "open" || $0 == "cat" }
            || name.lowercased().filter(\.isLetter).contains("getfile")
    }

    private static func changes(_ name: String) -> Bool {
        ["edit", "write", "insert", "replace", "patch", "delete", "remove", "move", "rename"].contains(
            where: name.lowercased().contains
        )
    }

    /// Fenced blocks under a line with nothing but a path, and those with a path after the language.
    private static func fenced(_ message: String) -> [(path: String, text: String)] {
        var found: [(String, String)] = []
        var path: String?
        var open: (fence: Substring, path: String?, lines: [Substring])?
        for line in message.withUnixLines.split(separator: "\n", omittingEmptySubsequences: false) {
            let content = line.trimmed()
            let mark = content.prefix { $0 == content.first }
            let isMark = mark.count >= 3 && (mark.first == "`" || mark.first == "~")
            if var block = open {
                if isMark, mark.count == content.count, mark.first == block.fence.first, mark.count >= block.fence.count
                {
                    if let path = block.path { found.append((path, block.lines.map { $0 + "\n" }.joined())) }
                    (open, path) = (nil, nil)
                } else {
                    block.lines.append(line)
                    open = block
                }
            } else if isMark {
                let information = content.dropFirst(mark.count).split {
                    $0 == " " || $0 == ":" || $0 == "=" || $0 == "\""
                }
                let named = information.dropFirst().first(where: FilePath.isPlausible).map(FilePath.normal)
                open = (mark, named ?? path, [])
            } else if !content.isEmpty {
                path = pathLine(content)
            }
        }
        return found
    }

    private static func pathLine(_ content: Substring) -> String? {
        var words = content.trimmed { "#*`:-() ".contains($0) }.split { $0.isWhitespace || "`*".contains($0) }
        if words.count == 2, ["file:", "file", "path:", "path", "filename:"].contains(words[0].lowercased()) {
            words.removeFirst()
        }
        guard words.count == 1, let word = words.first, FilePath.isPlausible(word) else { return nil }
        return FilePath.normal(word)
    }
}
