import ModelCatalog
import ModelStore
import Observability
import SwarmCore

extension PullProgress {
    /// As a line of a terminal, redrawn in place: it never wraps, and its columns stand still.
    func bar(width: Int) -> String {
        let room = max(1, width - 1)
        let name = shortName
        guard phase != .resolving else { return Self.cut("\(name.isEmpty ? "" : name + "  ")asking the hub", room) }
        let numbers = ([percent.map { Self.right("\($0) %", 5) }] + [amounts, speed, left]).compactMap(\.self)
            .joined(separator: "  ")
        let verb = phase == .downloading ? "" : words + "  "
        let free = room - name.count - numbers.count - verb.count - 6
        guard free >= 8, let total, total > 0 else { return Self.cut("\(name)  \(verb)\(numbers)", room) }
        let length = min(40, free)
        let filled = Int(Double(length) * min(1, Double(bytes) / Double(total)))
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: length - filled)
        return "\(name)  \(bar)  \(verb)\(numbers)"
    }

    /// As a line of a log.
    var line: String {
        guard phase != .resolving else { return "asking the hub" }
        let parts = [percent.map { "\($0) %" }, amounts, speed, left].compactMap(\.self)
        return "\(shortName): \(words) \(parts.joined(separator: ", "))"
    }

    private var words: String {
        switch phase {
        case .resolving: "asking the hub"
        case .waiting: "another pull is fetching"
        case .downloading: "fetching"
        case .verifying: "checking"
        }
    }

    private var shortName: String {
        let name = SafeText.line(String(file.split(separator: "/").last ?? ""))
        let counted = files > 1 ? " (\(number)/\(files))" : ""
        return (name.count > 40 ? name.prefix(28) + "…" + name.suffix(11) : name) + counted
    }

    private var percent: Int? {
        guard let total, total > 0 else { return nil }
        return Int(100 * min(1, Double(bytes) / Double(total)))
    }

    private var amounts: String {
        total.map { "\(Amount.words(bytes)) of \(Amount.words($0))" } ?? Amount.words(bytes)
    }

    private var speed: String? { rate.map { Amount.words(UInt64(max(0, $0))) + "/s" } }

    private var left: String? {
        guard let timeLeft, phase != .verifying else { return nil }
        let seconds = Int(timeLeft.seconds)
        if seconds < 60 { return "\(seconds) s left" }
        if seconds < 3600 { return "\(seconds / 60) min \(seconds % 60) s left" }
        return seconds < 360_000 ? "\(seconds / 3600) h \(seconds / 60 % 60) min left" : "days left"
    }

    private static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    private static func cut(_ line: String, _ room: Int) -> String {
        line.count <= room ? line : String(line.prefix(room - 1)) + "…"
    }
}
