import SwarmCore

/// The tools that touch files, each from a path to an outcome; everything here blocks.
struct FileTools: Sendable {
    /// Of what is written, in bytes.
    private static let written = 4 << 20

    let workspace: Workspace
    /// Where relative paths start, from the workspace.
    let folder: String
    let gate: PolicyGate

    func outcome(of request: ToolRequest, until end: WalkEnd) -> ToolOutcome {
        do throws(JailError) {
            return try result(of: request, until: end)
        } catch {
            return error.outcome
        }
    }

    private func result(of request: ToolRequest, until end: WalkEnd) throws(JailError) -> ToolOutcome {
        switch request {
        case .read(let path, let offset, let limit):
            return try at(path, for: .read) { place throws(JailError) in
                let bytes = try place.contents(limit: ReadTool.file).bytes
                return try ReadTool.page(bytes, path: place.path, offset: offset, limit: limit)
            }
        case .write(let path, let content):
            return try at(path, for: .write) { place throws(JailError) in try write(content, to: place) }
        case .edit(let path, let old, let new, let all):
            return try at(path, for: .edit) { place throws(JailError) in
                try edit(TextEdit(old: old, new: new, all: all), in: place)
            }
        case .list(let path):
            return try at(path, for: .list) { place throws(JailError) in try FindTools.list(place) }
        case .glob(let pattern, let path):
            let inside = pattern.hasPrefix("/") ? workspace.insideParts(of: pattern)?.joined(separator: "/") : nil
            return try at(path, for: .glob) { place throws(JailError) in
                try FindTools.glob(inside.map { "/" + $0 } ?? pattern, in: place, until: end)
            }
        case .grep(let text, let path, let include):
            let pattern: LinePattern
            do throws(LinePattern.Problem) {
                pattern = try LinePattern(text)
            } catch {
                return ToolOutcome(.failed, "\(error).")
            }
            return try at(path, for: .grep) { place throws(JailError) in
                try FindTools.grep(pattern, in: place, include: include, until: end) { path in
                    gate.policy.decision(for: .read, path: path) == .allow
                        && gate.policy.decision(for: .grep, path: path) == .allow
                }
            }
        case .skill(let name):
            if let stop = gate.stop(gate.policy.decision(for: .skill, name: name), "skill", name) { return stop }
            return ToolOutcome(.done, try SkillTool.text(of: name, in: workspace))
        case .bash, .webfetch, .todowrite, .todoread, .question:
            return ToolOutcome(.failed, "\(request.name.rawValue) is no tool of files.")
        }
    }

    /// Finds the place of a path and asks policy about where it really is, before anything there is touched.
    private func at(
        _ path: String,
        for tool: ToolName,
        _ body: (Place) throws(JailError) -> String
    ) throws(JailError) -> ToolOutcome {
        let place = try Walk.resolve(path, from: folder, in: workspace)
        if let stop = gate.stop(gate.policy.decision(for: tool, path: place.path), tool.rawValue, place.path) {
            return stop
        }
        return ToolOutcome(.done, try body(place))
    }

    private func write(_ content: String, to place: Place) throws(JailError) -> String {
        let bytes = Array(content.utf8)
        guard bytes.count <= FileTools.written else {
            throw JailError(.unusable, place.path, "would have more than \(FileTools.written) bytes")
        }
        try place.replace(with: bytes)
        let lines = FileText.lines(bytes).count
        return "\(place.status == nil ? "Made" : "Replaced") \(place.path) (\(lines) lines, \(bytes.count) bytes)."
    }

    private func edit(_ edit: TextEdit, in place: Place) throws(JailError) -> String {
        let (bytes, status) = try place.contents(limit: FileTools.written)
        guard !FileText.isBinary(bytes), String(validating: bytes, as: UTF8.self) != nil else {
            throw JailError(.unusable, place.path, "is not UTF-8 text")
        }
        let edited: (bytes: [UInt8], lines: [Int])
        do throws(TextEdit.Problem) {
            edited = try edit.apply(to: bytes)
        } catch {
            throw JailError(.unusable, place.path, "was not edited: \(error)")
        }
        try place.replace(with: edited.bytes, seen: status)
        let lines = edited.lines.prefix(8).map(String.init).joined(separator: ", ")
        return "Edited \(place.path) at line \(lines)\(edited.lines.count > 8 ? ", …" : "")."
    }
}
