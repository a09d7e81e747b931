import SwarmCore

/// Calls that were carried out for one request, and whether another one would only repeat them.
struct CallHistory: Sendable {
    /// Why a call leads nowhere.
    enum Circle: Sendable, Equatable {
        /// It was made before, and nothing changed since.
        case repeated
        /// Two calls take turns, and what comes of them stays the same.
        case pingPong
    }

    private struct Entry: Sendable {
        var key: String
        var effect: ToolEffect
        var result: String
    }

    private var entries: [Entry] = []

    /// What makes two calls the same.
    static func key(_ name: String, _ arguments: JSON) -> String { "\(name) \(arguments.text)" }

    mutating func add(_ key: String, effect: ToolEffect, result: String) {
        entries.append(Entry(key: key, effect: effect, result: result))
    }

    func circle(of key: String) -> Circle? {
        if let last = entries.lastIndex(where: { $0.key == key }),
            entries[(last + 1)...].allSatisfy({ $0.effect == .looks })
        {
            return .repeated
        }
        guard entries.count >= 3 else { return nil }
        let (first, middle, last) = (entries[entries.count - 3], entries[entries.count - 2], entries[entries.count - 1])
        return middle.key == key && first.key == last.key && first.result == last.result ? .pingPong : nil
    }
}
