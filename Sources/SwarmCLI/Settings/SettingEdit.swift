package import SwarmCore

/// Changes of single settings in the text of a configuration file.
package enum SettingEdit {
    /// The text with a setting set, or taken out for `nil`; all else stays as it is, comments included.
    /// - Throws: when the text cannot be changed without losing something.
    package static func text(
        _ text: String,
        setting changes: [(key: SettingKey, value: String?)]
    ) throws(TextEditError) -> String {
        var yaml = try YAMLText(text)
        for change in changes {
            let place = path(of: change.key, in: yaml.value)
            guard let value = change.value else {
                if let place { try yaml.remove(place) }
                continue
            }
            let isNumber = Int(value).map(String.init) == value
            try yaml.set(
                (place ?? words(of: change.key)).map(JSONStep.key),
                to: isNumber ? .number(value) : .string(value)
            )
        }
        return yaml.text
    }

    /// Where the file has a setting: keys may be nested or written with dots.
    package static func path(of key: SettingKey, in file: JSON) -> [String]? {
        find(words(of: key)[...], in: file)
    }

    private static func find(_ words: ArraySlice<String>, in value: JSON) -> [String]? {
        guard !words.isEmpty else { return [] }
        guard let object = value.objectValue else { return nil }
        for count in 1...words.count {
            let name = words.prefix(count).joined(separator: ".")
            if let member = object[name], let rest = find(words.dropFirst(count), in: member) { return [name] + rest }
        }
        return nil
    }

    private static func words(of key: SettingKey) -> [String] { key.rawValue.split(separator: ".").map(String.init) }
}
