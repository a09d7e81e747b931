import Consensus
import MulticastDNS
package import SwarmCore
import WireFormats

extension Federation {
    /// What `GET /v1/federation/health` says.
    package var healthJSON: JSON {
        let now = now
        return state.withLock { state in
            let ready = state.table.entries.count { if case .ready = $0.standing(at: now) { true } else { false } }
            return [
                "status": "ok", "node": .string(settings.name), "id": .string(identity.id.rawValue),
                "cluster": .string(cluster.name), "peers": .integer(ready),
                "tokens_per_second": state.tokensPerSecond.map { .rounded($0) } ?? .null,
            ]
        }
    }

    /// What `GET /v1/federation/peers` says: this node, and every other that is known.
    package var peersJSON: JSON {
        let now = now
        return state.withLock { state in
            let node: JSON = [
                "id": .string(identity.id.rawValue), "name": .string(settings.name),
                "cluster": .string(cluster.name), "model": .string(state.own?.model.rawValue ?? ""),
                "listening": .array(
                    state.listening.filter { $0.value == nil }.keys.map(\.description).sorted().map { .string($0) }
                ),
                "tokens_per_second": state.tokensPerSecond.map { .rounded($0) } ?? .null,
            ]
            return ["node": node, "peers": .array(state.table.entries.map { json(of: $0, state, at: now) })]
        }
    }

    private func json(of entry: PeerEntry, _ state: State, at now: Double) -> JSON {
        let standing = entry.standing(at: now)
        var object = JSON.Object([
            ("id", .string(entry.id.rawValue)), ("name", .string(entry.name)),
            ("standing", .string(standing.word)), ("reason", standing.reason.map { .string($0) } ?? .null),
            ("address", (entry.address ?? entry.addresses.first).map { .string($0.description) } ?? .null),
            ("model", entry.card.map { .string($0.model.rawValue) } ?? .null),
            ("same_model", entry.card.map { .bool($0.fingerprint == state.own?.fingerprint) } ?? .null),
            ("version", entry.card.map { .string($0.version) } ?? .null),
            ("hardware", entry.card.map { .string($0.hardware) } ?? .null),
            ("round_trip_ms", entry.roundTrip.map { .rounded($0 * 1000) } ?? .null),
        ])
        let beliefs = state.beliefs.filter { $0.key.node == entry.id }.sorted {
            $0.key.kind.rawValue < $1.key.kind.rawValue
        }
        object["accuracy"] = .object(
            JSON.Object(beliefs.map { (key: $0.key.kind.rawValue, value: .rounded($0.value.accuracy)) })
        )
        if entry.isPinned {
            let statistics = state.statistics[entry.id] ?? PeerStatistics()
            for (key, value) in statistics.json.objectValue?.members ?? [] { object[key] = value }
        }
        return .object(object)
    }

    /// What `GET /v1/federation/diagnostics` says: why nodes are not seen or not used, with the evidence.
    package var diagnosticsJSON: JSON {
        [
            "findings": .array(
                findings.map { finding in
                    [
                        "subject": .string(finding.subject), "ok": .bool(finding.isFine),
                        "what": .string(finding.what), "advice": finding.advice.map { .string($0) } ?? .null,
                    ]
                }
            )
        ]
    }

    /// The same in values.
    package var findings: [Finding] {
        let now = now
        return state.withLock { state in
            Finding.of(
                listening: state.listening,
                discovery: settings.usesDiscovery ? state.discovery?.status ?? DiscoveryStatus() : nil,
                unmet: state.table.unmet.filter(\.isGiven).map { ($0.address, $0.error) },
                entries: state.table.entries,
                own: state.own,
                at: now
            )
        }
    }
}

extension PeerEntry.Standing {
    /// In a word.
    var word: String {
        switch self {
        case .strange: "strange"
        case .greeted: "greeted"
        case .unfit: "unfit"
        case .resting: "resting"
        case .ready: "ready"
        }
    }

    /// Why it is not ready; `nil` when it is.
    var reason: String? {
        switch self {
        case .strange(let reason), .unfit(let reason): reason
        case .greeted: "it was paired with; it has not answered yet"
        case .resting(let seconds, let reason): "\(reason); it is tried again in \(Int(seconds.rounded(.up))) s"
        case .ready: nil
        }
    }
}

extension JSON {
    fileprivate static func rounded(_ value: Double) -> JSON { .double((value * 1000).rounded() / 1000) }
}
