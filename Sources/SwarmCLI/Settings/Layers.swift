import Configuration

/// The places settings come from, in order of precedence: flags, environment, file.
package struct Layers: Sendable {
    private let layers: [(origin: SettingsError.Origin, values: any ConfigSnapshot)]

    /// - Parameters:
    ///   - flags: what was given on the command line.
    ///   - environment: all variables of the process; an empty one counts as not set.
    package init(flags: [SettingKey: String], environment: [String: String], file: ConfigurationFile?) {
        let given = flags.map { key, text in
            (AbsoluteConfigKey(key.components), ConfigValue(.string(text), isSecret: false))
        }
        let variables = EnvironmentVariablesProvider(environmentVariables: environment.filter { !$0.value.isEmpty })
        var layers: [(origin: SettingsError.Origin, values: any ConfigSnapshot)] = [
            (.flag, InMemoryProvider(values: Dictionary(uniqueKeysWithValues: given)).snapshot()),
            (.environment, variables.prefixKeys(with: ["local-swarm"]).snapshot()),
        ]
        if let file { layers.append((.file(file.path), file.values)) }
        self.layers = layers
    }

    /// A text; `nil` when it is set nowhere.
    package func string(_ key: SettingKey) throws(SettingsError) -> String? {
        try value(key, allowed: "a text") { $0 }
    }

    /// A whole number within a range.
    package func int(_ key: SettingKey, in range: ClosedRange<Int>) throws(SettingsError) -> Int? {
        let allowed = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        return try value(key, allowed: allowed) { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// A switch.
    package func isOn(_ key: SettingKey) throws(SettingsError) -> Bool? {
        try value(key, allowed: "on or off") { text in
            switch text.lowercased() {
            case "on", "true", "yes", "1": true
            case "off", "false", "no", "0": false
            default: nil
            }
        }
    }

    /// One of a few words.
    package func choice<Choice: CaseIterable & RawRepresentable<String>>(
        _ key: SettingKey,
        of type: Choice.Type
    ) throws(SettingsError) -> Choice? {
        try value(key, allowed: "one of " + type.allCases.map(\.rawValue).joined(separator: ", ")) {
            Choice(rawValue: $0.lowercased())
        }
    }

    /// The value of the first layer that has the key.
    ///
    /// One that cannot be used is an error, never passed over.
    /// - Parameter isSecret: the value stays out of messages.
    package func value<Value>(
        _ key: SettingKey,
        allowed: String,
        isSecret: Bool = false,
        _ read: (String) -> Value?
    ) throws(SettingsError) -> Value? {
        guard let given = try given(key, allowed: allowed) else { return nil }
        guard let value = read(given.text) else {
            throw .value(key: key, value: isSecret ? "…" : given.text, origin: given.origin, allowed: allowed)
        }
        return value
    }

    /// What was given for a key, and where: the first layer that has it counts.
    /// - Throws: when that is a list.
    package func given(
        _ key: SettingKey,
        allowed: String = "a single value"
    ) throws(SettingsError) -> (text: String, origin: SettingsError.Origin)? {
        for layer in layers {
            do {
                let value = try layer.values.value(forKey: AbsoluteConfigKey(key.components), type: .string).value
                if case .string(let text) = value?.content { return (text, layer.origin) }
            } catch {
                throw .value(key: key, value: "a list", origin: layer.origin, allowed: allowed)
            }
        }
        return nil
    }
}

extension SettingKey {
    fileprivate var components: [String] { rawValue.split(separator: ".").map(String.init) }
}
