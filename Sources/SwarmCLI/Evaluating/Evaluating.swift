import Foundation
import Logging
import Observability
import Probes
import Swarm
import SwarmCore

/// Measures, for the loaded model and each kind of answer, one candidate against swarms.
struct Evaluating: Sendable {
    let launch: Launch
    /// Empty means all.
    let kinds: [TurnKind]
    let items: Int?
    let sizes: [Int]
    let file: String?
    let maxTokens: Int
    let keeps: Bool

    func run() async throws {
        try await Interrupts(terminal: launch.terminal).guarding { try await measure() }
    }

    private func measure() async throws {
        let probes = try probes()
        let database = keeps ? try Database(path: launch.databasePath) : nil
        let showsStatus = launch.showsStatus
        let measured = try await withNode(launch, isMeasuring: true) { words in
            if showsStatus { launch.terminal.show([words + " …"]) }
        } _: { node in
            try await measure(probes, with: node, database)
        }
        if measured == 0 { throw Failure("there was nothing to measure") }
        if keeps { launch.terminal.note("kept in \(launch.databasePath); `swarm serve` goes by it") }
    }

    /// - Returns: how many kinds were measured.
    private func measure(_ probes: [(TurnKind, [Probe])], with node: Node, _ database: Database?) async throws -> Int {
        let showsStatus = launch.showsStatus
        var measured = 0
        for (kind, probes) in probes {
            if kind == .code, node.examiner == nil {
                launch.terminal.note("code is left out: its tests must be run, which needs --run-code and a sandbox")
                continue
            }
            let evaluation = Evaluation(node: node, probes: probes, sizes: sizes, maxTokens: maxTokens)
            let measurement = try await evaluation.run(kind) { words in
                if showsStatus { launch.terminal.show([words]) } else { launch.logger.info("\(words)") }
            }
            launch.terminal.show([])
            guard let measurement else { continue }
            measured += 1
            if let database { try await GateStore(database, logger: launch.logger).save(measurement) }
            launch.terminal.say(([measurement].table() + [""]).joined(separator: "\n") + "\n")
        }
        return measured
    }

    /// The questions by kind, in the order in which they are measured.
    private func probes() throws -> [(TurnKind, [Probe])] {
        let all: [Probe]
        if let file {
            let path = launch.folders.expand(file)
            guard let data = FileManager.default.contents(atPath: path) else { throw Failure("\(path) cannot be read") }
            do {
                all = try ProbeSet.read(jsonLines: String(decoding: data, as: UTF8.self))
            } catch {
                throw Failure("\(path), \(error)")
            }
        } else {
            all = try ProbeSet.kinds.flatMap { try ProbeSet.builtIn($0) }
        }
        let wanted = kinds.isEmpty ? ProbeSet.kinds : kinds
        return wanted.compactMap { kind in
            let probes = spread(all.filter { $0.kind == kind })
            return probes.isEmpty ? nil : (kind, probes)
        }
    }

    /// Of many questions some from everywhere in the file: neighbours are alike.
    private func spread(_ probes: [Probe]) -> [Probe] {
        guard let items, items < probes.count else { return probes }
        return (0..<items).map { probes[$0 * probes.count / items] }
    }
}
