package import MulticastDNS
import SwarmCore
package import WireFormats

/// One thing that was looked at to find out why nodes do not see or use each other.
package struct Finding: Sendable, Equatable {
    /// What it is about: a part of this node, or another node's name.
    package var subject: String
    package var isFine: Bool
    /// What was found, with the evidence.
    package var what: String
    /// What to do; `nil` when there is nothing to be done.
    package var advice: String?

    package init(_ subject: String, isFine: Bool, _ what: String, advice: String? = nil) {
        self.subject = subject
        self.isFine = isFine
        self.what = what
        self.advice = advice
    }

    /// Clocks that differ by more make logs hard to compare; votes do not depend on them.
    private static let clockTolerance = 5.0

    /// Everything that can be said about the state of a federation.
    /// - Parameters:
    ///   - listening: addresses, with the reason where it does not work.
    ///   - discovery: `nil` when nodes are not looked for.
    ///   - unmet: addresses that the operator gave and nobody was met at.
    package static func of(
        listening: [PeerAddress: String?],
        discovery: DiscoveryStatus?,
        unmet: [(address: PeerAddress, error: String?)],
        entries: [PeerEntry],
        own: PeerCard?,
        at now: Double
    ) -> [Finding] {
        let networks = discovery?.links.flatMap(\.addresses) ?? []
        return doors(listening) + multicast(discovery, hasSeenAnybody: entries.contains(where: \.isAnnounced))
            + unmet.map { address, error in
                Finding(
                    "\(address)",
                    isFine: false,
                    error ?? "it was not tried yet",
                    advice:
                        "see that swarm runs there, that its firewall lets TCP port \(address.port) in, and that both "
                        + "are in one cluster"
                )
            } + entries.map { peer($0, own: own, networks: networks, at: now) }
    }

    private static func doors(_ listening: [PeerAddress: String?]) -> [Finding] {
        if listening.isEmpty {
            return [
                Finding(
                    "listening",
                    isFine: false,
                    "this machine has no address in a private network",
                    advice: "connect it, or name an address with --peer-host"
                )
            ]
        }
        return listening.sorted { $0.key.description < $1.key.description }.map { address, problem in
            Finding(
                "listening",
                isFine: problem == nil,
                problem.map { "\(address): \($0)" } ?? "other nodes come in at \(address)",
                advice: problem == nil ? nil : "free the port, or choose another with --peer-port"
            )
        }
    }

    private static func multicast(_ status: DiscoveryStatus?, hasSeenAnybody: Bool) -> [Finding] {
        guard let status else {
            return [Finding("discovery", isFine: true, "nodes are not looked for; --peer names them")]
        }
        if status.links.isEmpty {
            return [
                Finding(
                    "discovery",
                    isFine: false,
                    "no network interface can be used for multicast",
                    advice: "connect the machine to the network of the others, or name them with --peer HOST"
                )
            ]
        }
        return status.links.map { link in
            let counts = "sent \(link.sent), received \(link.received)"
            let place = "\(link.interface), \(link.id.family == .v4 ? "IPv4" : "IPv6")"
            if let problem = link.problem {
                return Finding(
                    "discovery",
                    isFine: false,
                    "\(place): \(problem)",
                    advice: "name the others with --peer HOST"
                )
            }
            let isDeaf = link.received == 0 && !hasSeenAnybody
            return Finding(
                "discovery",
                isFine: !isDeaf,
                "\(place): \(counts)" + (link.failed > 0 ? ", \(link.failed) could not be sent" : ""),
                advice: isDeaf
                    ? "nobody was heard: let UDP port 5353 through the firewall, see that the network passes multicast on "
                        + "(guest networks often do not), or name the others with --peer HOST" : nil
            )
        }
    }

    private static func peer(_ entry: PeerEntry, own: PeerCard?, networks: [IPAddress], at now: Double) -> Finding {
        let name = "\(entry.name) (\(entry.id))"
        let standing = entry.standing(at: now)
        switch standing {
        case .ready:
            var notes: [String] = []
            if let card = entry.card, let own {
                notes.append(card.fingerprint == own.fingerprint ? "same model" : "has \(card.model)")
                if card.version != own.version {
                    notes.append("runs version \(card.version), this node \(own.version)")
                }
            }
            if let seconds = entry.roundTrip { notes.append("answers in \(Int((seconds * 1000).rounded(.up))) ms") }
            let difference = entry.clockDifference ?? 0
            let isOff = abs(difference) > clockTolerance
            if isOff {
                let seconds = Int(min(abs(difference), 1e12).rounded())
                notes.append("its clock is \(seconds) s \(difference > 0 ? "ahead of" : "behind") this one")
            }
            return Finding(
                name,
                isFine: true,
                "votes: " + notes.joined(separator: ", "),
                advice: isOff ? "set both clocks; votes work, logs cannot be compared" : nil
            )
        case .strange(let reason):
            let isOther = entry.isForeign && entry.refusal == nil
            return Finding(
                name,
                isFine: isOther,
                "seen, not used: \(reason)",
                advice: isOther
                    ? "to use it, run `swarm cluster join CODE` there with the code of `swarm cluster show --code`"
                    : nil
            )
        case .greeted, .resting, .unfit:
            let isFar =
                !networks.isEmpty && !entry.addresses.isEmpty
                && entry.addresses.allSatisfy { address in
                    IPAddress(address.host.prefix { $0 != "%" }).map { other in
                        !networks.contains {
                            $0.family == other.family && $0.shares(other.family == .v4 ? 16 : 48, with: other)
                        }
                    } ?? false
                }
            let place = isFar ? "; it is in another network than this machine" : ""
            return Finding(
                name,
                isFine: false,
                (standing.reason ?? "") + place,
                advice: entry.addresses.first.map { address in
                    "see that it runs, and that its firewall lets TCP port \(address.port) in"
                }
            )
        }
    }
}
