import MulticastDNS

/// What a node says of itself by multicast DNS: enough to know whom to ask, and nothing that is a secret.
struct Announcement: Sendable, Equatable {
    var fingerprint: Fingerprint
    /// The public name of the cluster.
    var cluster: String
    var protocolVersion: Int
    var version: String
    var model: String
    var modelHash: String
    var candidates: Int
    var hardware: String
    /// Of the API; 0 where it is only for the machine itself.
    var apiPort: Int

    /// The kind of service (RFC 6763 §7).
    static let type = "_local-swarm._tcp"

    /// Texts are cut: an entry has 255 bytes at most (RFC 6763 §6.1).
    var text: TextRecord? {
        try? TextRecord([
            "txtvers": "1", "v": Self.cut(version, 32), "proto": "\(protocolVersion)",
            "id": fingerprint.id.rawValue, "fp": fingerprint.hex, "cluster": cluster,
            "model": Self.cut(model, 100), "hash": Self.cut(modelHash, 64), "n": "\(candidates)",
            "hw": Self.cut(hardware, 100), "api": "\(apiPort)",
        ])
    }

    /// As many whole characters as fit into so many bytes.
    private static func cut(_ text: String, _ limit: Int) -> String {
        var kept = ""
        for character in text {
            guard kept.utf8.count + character.utf8.count <= limit else { break }
            kept.append(character)
        }
        return kept
    }

    /// Reads what another node announces; `nil` when it lacks its certificate's fingerprint.
    init?(_ text: TextRecord) {
        guard let fingerprint = text.text("fp").flatMap({ Fingerprint(hex: $0) }) else { return nil }
        self.fingerprint = fingerprint
        cluster = text.text("cluster") ?? ""
        protocolVersion = text.text("proto").flatMap { Int($0) } ?? 0
        version = text.text("v") ?? ""
        model = text.text("model") ?? ""
        modelHash = text.text("hash") ?? ""
        candidates = text.text("n").flatMap { Int($0) } ?? 0
        hardware = text.text("hw") ?? ""
        apiPort = text.text("api").flatMap { Int($0) } ?? 0
    }

    init(
        fingerprint: Fingerprint,
        cluster: String,
        protocolVersion: Int,
        version: String,
        model: String,
        modelHash: String,
        candidates: Int,
        hardware: String,
        apiPort: Int
    ) {
        self.fingerprint = fingerprint
        self.cluster = cluster
        self.protocolVersion = protocolVersion
        self.version = version
        self.model = model
        self.modelHash = modelHash
        self.candidates = candidates
        self.hardware = hardware
        self.apiPort = apiPort
    }
}
