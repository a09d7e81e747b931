package import SwarmCore

/// The text of a file after a tool call that changes it, worked out without carrying it out.
package struct EditResult: Sendable, Equatable {
    /// The path under which the file is known, or else that of the call.
    package let path: String
    package let text: String

    /// What makes two edits "the same change", whatever they replace to get there.
    package var key: String { PatchKey.key(of: text, at: path) }

    /// - Returns: `nil` when the call changes no file, its old text is not known, or what it replaces is not there exactly
    ///   once and not all of it is to be replaced.
    package init?(of call: ToolCall, files: FileTexts) {
        guard let edit = EditCall(call) else { return nil }
        let known = files.path(like: edit.path)
        let base = known.flatMap(files.text(of:))
        let text: String?
        switch edit.change {
        case .write(let whole): text = whole
        case .replace(let replacements):
            // Replacing nothing creates a file.
            var current = base ?? (replacements.first?.old == "" ? "" : nil)
            for replacement in replacements { current = current.flatMap { Self.replaced($0, replacement) } }
            text = current
        case .patch(let diff):
            let file = UnifiedDiff(diff).flatMap { $0.files.count == 1 ? $0.files.first : nil }
            text = file.flatMap { file in (base ?? (file.isNew ? "" : nil)).flatMap(file.applied(to:)) }
        }
        guard let text else { return nil }
        path = known ?? edit.path
        self.text = text
    }

    private static func replaced(_ text: String, _ replacement: EditCall.Replacement) -> String? {
        if replacement.old.isEmpty { return text.isEmpty ? replacement.new : nil }
        let bytes = Array(text.utf8)
        let old = Array(replacement.old.utf8)
        let places = places(of: old, in: bytes)
        guard places.count == 1 || !places.isEmpty && replacement.isEverywhere else { return nil }
        var result: [UInt8] = []
        var done = 0
        for place in places {
            result += bytes[done..<place]
            result += replacement.new.utf8
            done = place + old.count
        }
        return String(decoding: result + bytes[done...], as: UTF8.self)
    }

    /// Where one text stands in another, without overlaps; bytes and not characters, for `\r\n` is a single character.
    private static func places(of old: [UInt8], in bytes: [UInt8]) -> [Int] {
        var places: [Int] = []
        var at = 0
        while at + old.count <= bytes.count {
            if bytes[at] == old[0], bytes[at..<at + old.count].elementsEqual(old) {
                places.append(at)
                at += old.count
            } else {
                at += 1
            }
        }
        return places
    }
}
