import Crypto

/// What both sides prove that they know the secret about: their two certificates and their two nonces.
///
/// A node in the middle shows each side its own certificate, so that the two sides speak of different fingerprints and no
/// proof made for one fits the other. The role is in key and message: no proof can be sent back as one's own.
struct PairingTranscript: Sendable {
    /// Bytes of a proof: HMAC with SHA-256 (RFC 2104).
    static let proofBytes = 32

    enum Role: String, Sendable {
        case initiator, responder
    }

    var initiator: Fingerprint
    var responder: Fingerprint
    var initiatorNonce: [UInt8]
    var responderNonce: [UInt8]

    /// The proof of one side.
    func proof(of role: Role, secret: ClusterSecret) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: message(role), using: key(role, secret)))
    }

    /// Whether a proof is that of one side; takes a time that does not tell where it differs.
    func isProof(_ proof: [UInt8], of role: Role, secret: ClusterSecret) -> Bool {
        HMAC<SHA256>.isValidAuthenticationCode(proof, authenticating: message(role), using: key(role, secret))
    }

    private func key(_ role: Role, _ secret: ClusterSecret) -> SymmetricKey { secret.key("pairing \(role.rawValue)") }

    /// Every part behind the role has a fixed length, so that no two transcripts make one message.
    private func message(_ role: Role) -> [UInt8] {
        Array(role.rawValue.utf8) + initiator.bytes + responder.bytes + initiatorNonce + responderNonce
    }

    /// A new nonce from the system's generator.
    static func nonce() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<PairingMessage.nonceBytes).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }
}

/// A node that proved to know the secret, and the certificate it did it with.
package struct PairedPeer: Sendable, Equatable {
    /// What it calls itself.
    package var name: String
    /// The certificate to pin.
    package var fingerprint: Fingerprint

    package var id: NodeID { fingerprint.id }

    package init(name: String, fingerprint: Fingerprint) {
        self.name = name
        self.fingerprint = fingerprint
    }
}
