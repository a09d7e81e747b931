/// What a policy says about a call, from the mildest to the strictest.
package enum ToolDecision: Int, Sendable, Comparable {
    case allow, ask, deny

    package static func < (a: ToolDecision, b: ToolDecision) -> Bool { a.rawValue < b.rawValue }
}

/// One line of a policy: a tool, what its calls are about, and a decision.
package struct ToolRule: Sendable, Equatable {
    package var decision: ToolDecision
    /// `nil` is every tool.
    package var tool: ToolName?
    /// What calls it is for; `nil` is all of them.
    var subject: Subject?

    enum Subject: Sendable, Equatable {
        case path(GlobPattern)
        /// `*` is any text.
        case text(String)
        /// A name, or `*.` and a name for all below it.
        case domain(String)
    }

    /// Reads `TOOL` or `TOOL(PATTERN)`; `*` is every tool.
    ///
    /// Patterns are paths for tools of files (`write(src/**)`), commands for `bash` (`bash(git *)`), names of hosts for
    /// `webfetch` (`webfetch(domain:example.org)`, `webfetch(domain:*.example.org)`), names for `skill`.
    /// - Throws: for a tool there is not, and for a pattern where none can be.
    package init(_ decision: ToolDecision, _ text: String) throws(ToolRuleError) {
        self.decision = decision
        let name = text.prefix { $0 != "(" }
        let rest = text.dropFirst(name.count)
        if name == "*" {
            tool = nil
        } else if let known = ToolName(rawValue: String(name)) {
            tool = known
        } else {
            throw ToolRuleError("'\(text)': there is no tool '\(name)'")
        }
        guard !rest.isEmpty else { return }
        guard rest.hasSuffix(")"), rest.count > 2 else { throw ToolRuleError("'\(text)': write TOOL or TOOL(PATTERN)") }
        let pattern = String(rest.dropFirst().dropLast())
        switch tool {
        case .read, .write, .edit, .grep, .glob, .list: subject = .path(GlobPattern(pattern))
        case .bash, .skill: subject = .text(pattern)
        case .webfetch:
            guard pattern.hasPrefix("domain:") else { throw ToolRuleError("'\(text)': write webfetch(domain:NAME)") }
            subject = .domain(pattern.dropFirst(7).lowercased())
        case .todowrite, .todoread, .question, nil:
            throw ToolRuleError("'\(text)': there is nothing here that a pattern could be compared with")
        }
    }
}

/// Why a line is no rule, in words for the operator.
package struct ToolRuleError: Error, Sendable, Equatable, CustomStringConvertible {
    package var description: String

    init(_ description: String) { self.description = description }
}

/// Which calls are carried out, which are asked about, and which are refused.
///
/// Of the rules that are for a call the last one counts; without any, the fallback does.
package struct ToolPolicy: Sendable, Equatable {
    package var rules: [ToolRule]
    package var fallback: ToolDecision

    package init(rules: [ToolRule] = [], fallback: ToolDecision = .allow) {
        self.rules = rules
        self.fallback = fallback
    }

    /// For a tool whose calls are not about anything that can be named.
    package func decision(for tool: ToolName) -> ToolDecision {
        decision(for: tool) { $0 == nil }
    }

    /// For a path, which is relative to the workspace, without links and `..`.
    package func decision(for tool: ToolName, path: String) -> ToolDecision {
        decision(for: tool) { subject in
            guard case .path(let pattern) = subject else { return subject == nil }
            return pattern.matches(path)
        }
    }

    /// For a host, in lower case.
    package func decision(for tool: ToolName, host: String) -> ToolDecision {
        decision(for: tool) { subject in
            guard case .domain(let name) = subject else { return subject == nil }
            return name.hasPrefix("*.") ? host.hasSuffix(name.dropFirst()) : host == name
        }
    }

    /// For a name, such as that of a skill.
    package func decision(for tool: ToolName, name: String) -> ToolDecision {
        decision(for: tool) { subject in
            guard case .text(let pattern) = subject else { return subject == nil }
            return TextPattern.fits(name, pattern)
        }
    }

    /// For a command line: the strictest decision for any of the commands in it.
    ///
    /// Where a line cannot be taken apart for certain (substitutions, redirections, here-documents), rules that allow
    /// commands by pattern are left out, so that nothing hides behind a harmless beginning. Rules that forbid by
    /// pattern are for honest mistakes; what keeps a command in is the sandbox.
    package func decision(command: String) -> ToolDecision {
        let line = CommandLine(command)
        return line.commands.map { part in
            decision(for: .bash) { subject in
                guard case .text(let pattern) = subject else { return subject == nil }
                return TextPattern.fits(part, pattern)
            } isConsidered: { rule in
                line.isCertain || rule.subject == nil || rule.decision != .allow
            }
        }.max() ?? decision(for: .bash)
    }

    private func decision(
        for tool: ToolName,
        isFor: (ToolRule.Subject?) -> Bool,
        isConsidered: (ToolRule) -> Bool = { _ in true }
    ) -> ToolDecision {
        let rule = rules.last { ($0.tool == nil || $0.tool == tool) && isConsidered($0) && isFor($0.subject) }
        return rule?.decision ?? fallback
    }
}

/// Patterns for whole texts in which `*` is any text.
enum TextPattern {
    static func fits(_ text: String, _ pattern: String) -> Bool {
        let parts = pattern.split(separator: "*", omittingEmptySubsequences: false).map { Array($0.utf8) }
        var rest = Array(text.utf8)[...]
        guard let first = parts.first, let last = parts.last else { return text.isEmpty }
        guard parts.count > 1 else { return rest.elementsEqual(first) }
        guard rest.starts(with: first) else {
            // `git *` is for `git` alone too.
            return parts.count == 2 && last.isEmpty && first.last == UInt8(ascii: " ")
                && rest.elementsEqual(first.dropLast())
        }
        rest = rest.dropFirst(first.count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let place = TextEdit.places(of: part, in: Array(rest)).first else { return false }
            rest = rest.dropFirst(place + part.count)
        }
        return rest.count >= last.count && rest.suffix(last.count).elementsEqual(last)
    }
}
