package import Logging
import SwarmCore

/// One log event, ready to be written.
package struct LogLine: Sendable {
    package var time: String
    package var level: Logger.Level
    package var message: String
    /// Sorted by key when written.
    package var metadata: [String: String]

    package init(time: String, level: Logger.Level, message: String, metadata: [String: String]) {
        self.time = time
        self.level = level
        self.message = message
        self.metadata = metadata
    }

    /// Time, level, message, then `key=value` pairs; always one line, whatever the values hold.
    package func text(hasColour: Bool) -> String {
        let name = level.rawValue + String(repeating: " ", count: max(0, 8 - level.rawValue.count))
        let pairs = metadata.sorted { $0.key < $1.key }.map { pair in
            let key = SafeText.line(pair.key) + "="
            return (hasColour ? "\u{1B}[2m\(key)\u{1B}[0m" : key) + SafeText.value(pair.value)
        }
        let head = [time, hasColour ? "\u{1B}[\(colour)m\(name)\u{1B}[0m" : name, SafeText.line(message)]
        return (head + pairs).joined(separator: " ")
    }

    /// A JSON object with `time`, `level`, `message` and `metadata`; always one line of plain text.
    package var json: String {
        let pairs = metadata.sorted { $0.key < $1.key }.map { (key: $0.key, value: JSON.string($0.value)) }
        let object: JSON = [
            "time": .string(time), "level": .string(level.rawValue), "message": .string(message),
            "metadata": .object(JSON.Object(pairs)),
        ]
        // The writer escapes C0 controls; what else acts on a terminal can only stand inside strings here.
        return object.text.unicodeScalars.map { SafeText.acts($0) ? Self.escape($0) : String($0) }.joined()
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16)
        return #"\u"# + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    /// SGR parameter of ECMA-48.
    private var colour: Int {
        switch level {
        case .trace, .debug: 2
        case .info: 32
        case .notice: 36
        case .warning: 33
        case .error, .critical: 31
        }
    }
}
