import Foundation
import Logging
import Observability
import SwarmCore

/// A folder that goes away with this value, and the path of a database in it.
final class TemporaryDatabase {
    let folder: URL
    var path: String { folder.appendingPathComponent("data/swarm.db").path }

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("stores-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func open() throws -> Database { try Database(path: path) }

    /// Permissions of a file or folder, relative to the temporary one.
    func permissions(of name: String) throws -> Int? {
        let path = folder.appendingPathComponent(name).path
        return try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
}

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

extension LoggedVote {
    /// The vote number `index` of a test, decided at that second.
    static func numbered(_ index: Int, kind: TurnKind = .number, prompt: String? = nil) -> LoggedVote {
        LoggedVote(
            id: "chatcmpl-\(String(index, radix: 36, uppercase: true))x\(index)",
            at: index,
            model: "bumble",
            promptHash: String(repeating: "0a", count: 32),
            prompt: prompt,
            tools: prompt == nil
                ? nil : [["type": "function", "function": ["name": "look", "parameters": ["b": 1.50]]]],
            kind: kind,
            winner: 0,
            report: [
                "kind": .string(kind.rawValue), "method": "plurality", "stop": "lead", "n_requested": 5,
                "n_finished": 4, "n_valid": 4, "n_cancelled": 1, "n_lost": 0, "agreement": 0.75, "margin": 0.5,
                "clusters": [
                    ["key": "42", "votes": 3, "share": 0.75, "members": [0, 1, 3]],
                    ["key": "41", "votes": 1, "share": 0.25, "members": [2]],
                ],
                "dissent": "one said 41", "tokens_total": 80,
            ],
            candidates: [
                [
                    "text": "The answer is 42.", "logprob": -0.25, "self_certainty": 11.5, "source": "local",
                    "finish": "stop",
                ],
                ["text": "42\n", "logprob": -1, "finish": "stop"],
                ["text": "I say\t41, because …", "finish": "stop"],
                [
                    "tool_calls": [["function": ["name": "look", "arguments": #"{"at":"\n"}"#]]],
                    "finish": "tool_calls",
                ],
                ["text": "it goes on", "finish": "length"],
            ]
        )
    }
}

extension GateMeasurement {
    static func measured(
        model: String = "m1",
        kind: TurnKind = .toolCall,
        choice: Arm = .greedy,
        swarm: Double = 0.86
    ) -> GateMeasurement {
        GateMeasurement(
            model: model,
            kind: kind,
            items: 120,
            measuredAt: 1_795_404_654,
            results: [
                .init(arm: .greedy, accuracy: 0.91, low: 0.85, high: 1.0 / 3 + 0.6, tokens: 31.25, seconds: 0.2),
                .init(arm: .swarm(5), accuracy: swarm, low: 0.8, high: 0.92, tokens: 150, seconds: 0.1 + 0.2),
            ],
            choice: choice,
            gain: choice == .greedy ? 0 : swarm - 0.91,
            gainLow: 0,
            gainHigh: 0.08,
            discrimination: 0.62
        )
    }
}
