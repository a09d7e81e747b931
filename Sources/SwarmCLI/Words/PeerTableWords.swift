import Observability
package import SwarmCore

/// The machines that are known, as a table.
package enum PeerTableWords {
    private static let head = ["name", "standing", "model", "votes", "ok", "won", "mean", "p95", "tok/s", "address"]

    /// A row for each machine, with a line below it that says why it does not vote; below all, the node itself.
    /// - Parameter answer: of `GET /v1/federation/peers`.
    package static func lines(_ answer: JSON) -> [String] {
        let peers = answer["peers"]?.arrayValue ?? []
        let sides: [Columns.Side] = [.left, .left, .left, .right, .right, .right, .right, .right, .right, .left]
        let rows = Columns(sides: sides).lines([head] + peers.map(row))
        var lines = [rows[0]]
        for (row, peer) in zip(rows.dropFirst(), peers) {
            lines.append(row)
            if let reason = peer["reason"]?.stringValue { lines.append("  → " + SafeText.line(reason)) }
            if let error = peer["last_error"]?.stringValue, peer["standing"] == "ready" {
                lines.append("  last error: " + SafeText.line(error))
            }
        }
        if let node = answer["node"], let name = node["name"]?.stringValue {
            let places = node["listening"]?.arrayValue?.compactMap(\.stringValue).map(SafeText.line) ?? []
            let speed =
                node["tokens_per_second"]?.doubleValue.map { ", all nodes together \(number($0)) tokens/s" } ?? ""
            lines.append("")
            lines.append(
                "this node: \(SafeText.line(name)), at "
                    + (places.isEmpty ? "no address" : places.joined(separator: ", ")) + speed
            )
        }
        return lines
    }

    private static func row(_ peer: JSON) -> [String] {
        func text(_ name: String) -> String { SafeText.line(peer[name]?.stringValue ?? "") }
        func count(_ name: String) -> String { peer[name]?.intValue.map { "\($0)" } ?? "" }
        let rate = peer["success_rate"]?.doubleValue.map { "\(Int((min(max($0, 0), 1) * 100).rounded())) %" } ?? ""
        func seconds(_ name: String) -> String { peer[name]?.doubleValue.map { number($0) + " s" } ?? "" }
        return [
            text("name"), text("standing"), text("model"), count("requests"), rate, count("wins"),
            seconds("latency_mean"), seconds("latency_p95"),
            peer["tokens_per_second"]?.doubleValue.map(number) ?? "", text("address"),
        ]
    }

    private static func number(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
}
