package import SwarmCore

/// Whether a call may change something that cannot be taken back.
package enum ToolRisk {
    /// By the words of the tool's name, divided at changes of case and at signs.
    ///
    /// A name that begins with a word for looking is harmless, unless it joins two acts with "and" or "or"; a name with
    /// a word for changing is not. Of other tools those with a `method`, `action` or `operation` that changes something
    /// are not harmless, as in an HTTP client. What is not known at all counts as harmless.
    package static func isDestructive(name: String, arguments: JSON.Object) -> Bool {
        let words = NameWords.of(name)
        let known = words.first { looking.contains($0) || changing.contains($0) }
        if let known {
            let isJoined = words.contains("and") || words.contains("or")
            if changing.contains(known) || (isJoined && !changing.isDisjoint(with: words)) { return true }
        }
        return arguments.members.contains { member in
            guard ["method", "action", "operation"].contains(member.key.lowercased()) else { return false }
            return !changing.isDisjoint(with: NameWords.of(member.value.stringValue ?? ""))
        }
    }

    private static let looking: Set<String> = [
        "read", "list", "get", "search", "grep", "glob", "find", "fetch", "view", "show", "describe", "count", "check",
        "lookup", "query", "question", "ask", "todoread",
    ]

    private static let changing: Set<String> = [
        "write", "edit", "multiedit", "notebookedit", "patch", "apply", "replace", "bash", "sh", "shell", "terminal",
        "command", "exec", "execute", "run", "sudo", "delete", "remove", "rm", "erase", "purge", "clear", "drop",
        "destroy",
        "overwrite", "move", "mv", "rename", "copy", "create", "mkdir", "insert", "update", "upload", "kill",
        "terminate",
        "stop", "restart", "reset", "install", "uninstall", "deploy", "publish", "release", "send", "post", "put",
        "submit",
        "commit", "push", "merge", "pay", "buy", "purchase", "transfer", "book", "cancel",
    ]
}
