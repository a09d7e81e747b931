/// A setting that cannot be used, in words for the person who set it.
package enum SettingsError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A value outside of what is allowed.
    case value(key: SettingKey, value: String, origin: Origin, allowed: String)
    /// A key in the configuration file that means nothing.
    case unknownKey(String, file: String, nearest: SettingKey?)
    /// A configuration file that cannot be read.
    case file(path: String, reason: String)

    /// Where a value came from.
    package enum Origin: Sendable, Equatable {
        case flag
        case environment
        case file(String)
    }

    /// The command line itself is wrong.
    package var isUsage: Bool {
        if case .value(_, _, .flag, _) = self { true } else { false }
    }

    package var description: String {
        switch self {
        case .value(let key, let value, let origin, let allowed):
            switch origin {
            case .flag: "\(key.flag) \(value): must be \(allowed)"
            case .environment: "\(key.rawValue) is \"\(value)\" in \(key.variable): must be \(allowed)"
            case .file(let path): "\(key.rawValue) is \"\(value)\" in \(path): must be \(allowed)"
            }
        case .unknownKey(let key, let file, let nearest):
            "\(file): unknown key \"\(key)\""
                + (nearest.map { "; did you mean \"\($0.rawValue)\"?" } ?? "; `swarm serve --help` lists the keys")
        case .file(let path, let reason): "\(path): \(reason)"
        }
    }
}
