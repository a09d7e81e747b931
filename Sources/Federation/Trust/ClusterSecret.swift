import Crypto

/// What the nodes of a cluster share and nobody else knows: 128 random bits.
///
/// Shown nowhere by accident: text made of it, also by reflection, hides it. `joinCode` is the way to show it.
package struct ClusterSecret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Bytes of one.
    static let byteCount = 16

    private let bytes: [UInt8]

    /// A new one from the system's generator.
    package init() {
        var generator = SystemRandomNumberGenerator()
        bytes = (0..<ClusterSecret.byteCount).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }

    /// Reads what `joinCode` wrote and a person typed.
    ///
    /// Case, spaces and dashes do not matter, the prefix may be missing, and O, I and L are taken for 0 and 1.
    /// - Throws: `joinCode`, which tells a slip of the fingers (its check does not fit) from a text that is no code.
    package init(joinCode: String) throws(TrustError) {
        do { bytes = try JoinCode.secret(joinCode) } catch { throw .joinCode(error) }
    }

    /// The secret as people carry it to another machine: `swarm-` and seven groups of four characters.
    package var joinCode: String { JoinCode.text(bytes) }

    /// A public name of the secret, 16 hexadecimal digits: nodes that show the same one can pair.
    ///
    /// It is derived one-way (HKDF), so that it may be announced on the network.
    package var clusterID: String { derived("cluster id", bytes: 8).hex }

    /// A key for one purpose: HKDF with SHA-256 (RFC 5869).
    func key(_ purpose: String) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: bytes),
            salt: Array("local-swarm".utf8),
            info: Array("local-swarm 1 \(purpose)".utf8),
            outputByteCount: 32
        )
    }

    private func derived(_ purpose: String, bytes count: Int) -> [UInt8] {
        // An authentication code of nothing: bytes of a key that is used for nothing else.
        Array(HMAC<SHA256>.authenticationCode(for: [UInt8](), using: key(purpose)).prefix(count))
    }

    package var description: String { "a cluster secret" }
    package var debugDescription: String { "a cluster secret" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension ClusterSecret: Equatable {
    /// Compares in a time that does not tell where two differ.
    package static func == (a: ClusterSecret, b: ClusterSecret) -> Bool {
        zip(a.bytes, b.bytes).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
