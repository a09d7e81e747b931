package import SwarmCore
package import WireFormats

/// Settings for a client put into a text that may have others: what would be written, and what that changes.
package struct ClientMerge: Sendable, Equatable {
    package enum Format: Sendable, Equatable {
        /// JSON with comments and trailing commas.
        case json
        case yaml
    }

    /// A setting of the user's that is not touched.
    package struct Kept: Sendable, Equatable {
        package var path: String
        package var theirs: JSON
        package var ours: JSON
    }

    /// The whole new text, the same as the old one when nothing changes.
    package private(set) var text: String
    /// What is set, in words, in order.
    package private(set) var changes: [String] = []
    package private(set) var kept: [Kept] = []

    /// Merges settings into a text.
    ///
    /// - Parameters:
    ///   - old: the user's text; `nil` for a new file.
    ///   - replaces: the user's values give way.
    /// - Throws: `ClientConflict` when values of the user's stand in the way; `TextEditError` when the text cannot be changed
    ///   without losing something.
    package init(_ settings: [ClientSetting], into old: String?, format: Format, replaces: Bool) throws {
        guard let old else {
            text = try Self.new(settings, format: format)
            changes = settings.map { "\(Self.words($0.path)): \(Self.short($0.value))" }
            return
        }
        var editor: any TextEditor =
            switch format {
            case .json: try JSONCText(old)
            case .yaml: try YAMLText(old)
            }
        // A file that points here already is brought up to date.
        let isOurs = settings.first.map { $0.weight == .required && same(editor.value[$0.path], $0.value) } ?? false
        text = old
        var conflicts: [Kept] = []
        for setting in settings {
            let theirs = editor.value[setting.path]
            if let theirs, !theirs.isNull, !replaces {
                let kept = Kept(path: Self.words(setting.path), theirs: theirs, ours: setting.value)
                switch setting.weight {
                case .preference where !same(theirs, setting.value) && !Self.isEarlier(theirs):
                    self.kept.append(kept)
                    continue
                case .required where !same(theirs, setting.value) && !isOurs:
                    conflicts.append(kept)
                    continue
                case .own, .preference, .required: break
                }
            }
            for (path, value) in Self.leaves(setting.path, setting.value, in: editor.value) {
                let before = editor.value[path]
                if same(before, value) { continue }
                try editor.set(path, to: value)
                let was = before.map { $0.isNull ? "" : ", was \(Self.short($0))" } ?? ""
                changes.append("\(Self.words(path)): \(Self.short(value))\(was)")
            }
        }
        guard conflicts.isEmpty else { throw ClientConflict(settings: conflicts) }
        text = editor.text
    }

    /// What has to be set below a path so that no member of the user's is lost.
    private static func leaves(_ path: [JSONStep], _ value: JSON, in file: JSON) -> [(path: [JSONStep], value: JSON)] {
        guard let object = value.objectValue, file[path]?.objectValue != nil else { return [(path, value)] }
        return object.members.flatMap { leaves(path + [.key($0.key)], $0.value, in: file) }
    }

    /// An earlier run of this program wrote it.
    private static func isEarlier(_ value: JSON) -> Bool {
        value.stringValue?.hasPrefix(ClientTarget.provider + "/") == true
            || value["provider"]?.stringValue == ClientTarget.title
    }

    private static func new(_ settings: [ClientSetting], format: Format) throws -> String {
        switch format {
        case .json: return settings.json.pretty() + "\n"
        case .yaml:
            var yaml = try YAMLText("")
            for setting in settings { try yaml.set(setting.path, to: setting.value) }
            return yaml.text
        }
    }

    static func words(_ path: [JSONStep]) -> String { path.map(\.description).joined(separator: ".") }

    /// A value on one line of bearable length.
    static func short(_ value: JSON) -> String {
        let text = value.text
        return text.count <= 60 ? text : String(text.prefix(59)) + "…"
    }
}

/// Values of the user's that would have to go.
package struct ClientConflict: Error, Sendable, Equatable, CustomStringConvertible {
    package var settings: [ClientMerge.Kept]

    package var description: String {
        let words = settings.map { "\($0.path) is \(ClientMerge.short($0.theirs))" }
        return "it already says otherwise: " + words.joined(separator: ", ") + "; --replace takes the new values"
    }
}

/// A text whose settings can be changed one by one.
private protocol TextEditor {
    var text: String { get }
    var value: JSON { get }
    mutating func set(_ path: [JSONStep], to value: JSON) throws(TextEditError)
}

extension JSONCText: TextEditor {}
extension YAMLText: TextEditor {}

/// Whether a value says the same: in YAML all scalars are read as text.
private func same(_ theirs: JSON?, _ ours: JSON) -> Bool {
    switch (theirs, ours) {
    case (nil, _): false
    case (.string(let text)?, .number(let number)): text == number
    case (.string(let text)?, .bool(let value)): text == (value ? "true" : "false")
    case (.array(let theirs)?, .array(let ours)): theirs.count == ours.count && zip(theirs, ours).allSatisfy(same)
    case (.object(let theirs)?, .object(let ours)):
        theirs.count == ours.count && ours.members.allSatisfy { same(theirs[$0.key], $0.value) }
    case (let theirs?, _): theirs == ours
    }
}
