package import SwarmCore

/// What a node says of itself, in reply to `GET /v1/federation/health`.
///
/// All of it is a claim: what is acted on is bounded here, and checked by what the node then does.
package struct PeerCard: Sendable, Equatable {
    /// Of ``FederationProtocol``.
    package var protocolVersion: Int
    /// Of the program.
    package var version: String
    /// Hexadecimal digits of its certificate's fingerprint.
    package var id: String
    package var name: String
    package var model: ModelID
    /// Tells weights and quantisation from others: nodes with the same one pool their candidates.
    package var fingerprint: String
    /// Tokens of prompt and answer together.
    package var contextLength: Int
    /// How many candidates it generates at little more than the cost of one.
    package var candidates: Int
    /// Tokens per second of so many candidates together, as it measured.
    package var curve: [Int: Double]
    /// In one line, for people.
    package var hardware: String
    /// Of its API; 0 where it is only for the machine itself.
    package var port: Int
    package var isBusy: Bool
    /// Its clock, in seconds since 1970.
    package var time: Double
    /// Others that it votes with.
    package var peers: [Acquaintance]

    /// Somebody whom a node knows, and where.
    package struct Acquaintance: Sendable, Equatable {
        package var id: String
        package var name: String
        /// `ADDRESS:PORT`, an IPv6 address in brackets.
        package var address: String

        package init(id: String, name: String, address: String) {
            self.id = id
            self.name = name
            self.address = address
        }
    }

    package init(
        protocolVersion: Int = FederationProtocol.version,
        version: String,
        id: String,
        name: String,
        model: ModelID,
        fingerprint: String,
        contextLength: Int,
        candidates: Int,
        curve: [Int: Double] = [:],
        hardware: String = "",
        port: Int = 0,
        isBusy: Bool = false,
        time: Double = 0,
        peers: [Acquaintance] = []
    ) {
        self.protocolVersion = protocolVersion
        self.version = version
        self.id = id
        self.name = name
        self.model = model
        self.fingerprint = fingerprint
        self.contextLength = contextLength
        self.candidates = candidates
        self.curve = curve
        self.hardware = hardware
        self.port = port
        self.isBusy = isBusy
        self.time = time
        self.peers = peers
    }
}

extension PeerCard {
    /// Most others that are taken from one card.
    private static let acquaintanceLimit = 64
    /// Longest text of a card that is kept, in characters.
    private static let textLimit = 200

    /// As it is sent.
    package var json: JSON {
        [
            "protocol": .integer(protocolVersion), "version": .string(version), "id": .string(id),
            "name": .string(name), "model": .string(model.rawValue), "fingerprint": .string(fingerprint),
            "context_length": .integer(contextLength), "candidates": .integer(candidates),
            "curve": .object(
                JSON.Object(curve.sorted { $0.key < $1.key }.map { (key: "\($0.key)", value: .double($0.value)) })
            ),
            "hardware": .string(hardware), "port": .integer(port), "busy": .bool(isBusy), "time": .double(time),
            "peers": .array(
                peers.map { ["id": .string($0.id), "name": .string($0.name), "address": .string($0.address)] }
            ),
        ]
    }

    /// Reads a card; `nil` when it lacks what makes one: protocol, id, model and fingerprint.
    ///
    /// Texts are cut to 200 characters, and numbers that cannot be are left out.
    package init?(json: JSON) {
        func text(_ name: String) -> String { String((json[name]?.stringValue ?? "").prefix(Self.textLimit)) }
        guard let protocolVersion = json["protocol"]?.intValue, !text("id").isEmpty, !text("model").isEmpty,
            !text("fingerprint").isEmpty
        else { return nil }
        var curve: [Int: Double] = [:]
        for (key, value) in (json["curve"]?.objectValue?.members ?? []).prefix(64) {
            guard let width = Int(key), (1...256).contains(width), let rate = value.doubleValue, rate > 0, rate < 1e7
            else { continue }
            curve[width] = rate
        }
        let peers = (json["peers"]?.arrayValue ?? []).prefix(Self.acquaintanceLimit).compactMap { entry in
            entry["address"]?.stringValue.map { address in
                Acquaintance(
                    id: String((entry["id"]?.stringValue ?? "").prefix(64)),
                    name: String((entry["name"]?.stringValue ?? "").prefix(64)),
                    address: String(address.prefix(80))
                )
            }
        }
        self.init(
            protocolVersion: protocolVersion,
            version: text("version"),
            id: text("id"),
            name: text("name"),
            model: ModelID(rawValue: text("model")),
            fingerprint: text("fingerprint"),
            contextLength: min(max(0, json["context_length"]?.intValue ?? 0), 1 << 30),
            candidates: min(max(1, json["candidates"]?.intValue ?? 1), FederationProtocol.candidateLimit),
            curve: curve,
            hardware: text("hardware"),
            port: json["port"]?.intValue.flatMap { (0...65_535).contains($0) ? $0 : nil } ?? 0,
            isBusy: json["busy"]?.boolValue ?? false,
            // Until the year 5138.
            time: json["time"]?.doubleValue.flatMap { (0...1e11).contains($0) ? $0 : nil } ?? 0,
            peers: peers
        )
    }
}
