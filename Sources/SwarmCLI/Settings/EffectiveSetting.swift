import Observability
package import SwarmCore

/// One setting as it takes effect.
package struct EffectiveSetting: Sendable, Equatable {
    package var key: SettingKey
    /// As it was given, without what is secret in it; `nil` when the default holds.
    package var value: String?
    /// Where it was given; `nil` when the default holds.
    package var origin: SettingsError.Origin?

    /// Every setting, in the order of their keys' declaration.
    /// - Throws: when a value of a file is a list.
    package static func all(_ layers: Layers) throws(SettingsError) -> [EffectiveSetting] {
        var settings: [EffectiveSetting] = []
        for key in SettingKey.allCases {
            let given = try layers.given(key)
            settings.append(
                EffectiveSetting(
                    key: key,
                    value: given.map { key.isSecret ? "…" : withoutPassword($0.text) },
                    origin: given?.origin
                )
            )
        }
        return settings
    }

    /// An address without what stands before its `@` (RFC 3986 §3.2.1).
    package static func withoutPassword(_ text: String) -> String {
        guard let scheme = text.firstRange(of: "://") else { return text }
        let rest = text[scheme.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard let at = authority.lastIndex(of: "@") else { return text }
        return text[..<scheme.upperBound] + "…" + rest[at...]
    }

    /// Where the value came from, in the words a person would look for it by.
    package var place: String {
        switch origin {
        case .flag: key.flag
        case .environment: key.variable
        case .file(let path): path
        case nil: "default"
        }
    }

    package var json: JSON {
        let kind =
            switch origin {
            case .flag: "flag"
            case .environment: "environment"
            case .file: "file"
            case nil: "default"
            }
        return [
            "key": .string(key.rawValue), "value": value.map { .string($0) } ?? .null,
            "default": .string(key.defaultWords), "origin": .string(kind),
            "place": origin == nil ? .null : .string(place), "secret": .bool(key.isSecret),
        ]
    }
}

extension [EffectiveSetting] {
    /// A line per setting: key, value, where it came from.
    package var table: [String] {
        let rows = map { setting in
            [
                setting.key.rawValue, SafeText.line(setting.value ?? setting.key.defaultWords),
                SafeText.line(setting.place),
            ]
        }
        return Columns(sides: [.left, .left, .left]).lines([["setting", "value", "from"]] + rows)
    }
}
