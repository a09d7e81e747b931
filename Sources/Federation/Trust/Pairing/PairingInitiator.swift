/// One handshake from the side that begins it.
///
/// Send `hello`; give what comes back to `answer` and send what that returns; give the last message to `finish`. Nothing
/// here waits or sends. Fingerprints are those of the certificate that the other side showed on the TLS connection the
/// message came by.
package struct PairingInitiator: Sendable {
    /// The first message.
    package let hello: PairingHello

    private enum State {
        case waiting
        case proven(PairedPeer)
        case over
    }

    private let secret: ClusterSecret
    private let own: Fingerprint
    private let expected: Fingerprint?
    private var state = State.waiting

    /// Begins a handshake.
    /// - Parameters:
    ///   - own: of this node's certificate, the one shown to the other side.
    ///   - expected: what the other side is known by already; `nil` when it was never met.
    package init(secret: ClusterSecret, name: String, own: Fingerprint, expecting expected: Fingerprint? = nil) {
        self.init(secret: secret, name: name, own: own, expecting: expected, nonce: PairingTranscript.nonce())
    }

    /// With a chosen nonce, which must never be used twice.
    init(secret: ClusterSecret, name: String, own: Fingerprint, expecting expected: Fingerprint?, nonce: [UInt8]) {
        self.secret = secret
        self.own = own
        self.expected = expected
        hello = PairingHello(name: NodeName.cleaned(name, otherwise: "node"), nonce: nonce)
    }

    /// Checks that the other side knows the secret, and proves the same.
    ///
    /// From here on the other side is proven; `finish` says whether it is of the same opinion.
    package mutating func answer(
        _ challenge: PairingChallenge,
        from peer: Fingerprint
    ) throws(PairingError) -> PairingProof {
        guard case .waiting = state else { throw .replayed }
        state = .over
        guard peer != own else { throw .itself }
        if let expected, expected != peer { throw .swapped(expected: expected, found: peer) }
        let transcript = PairingTranscript(
            initiator: own,
            responder: peer,
            initiatorNonce: hello.nonce,
            responderNonce: challenge.nonce
        )
        guard transcript.isProof(challenge.proof, of: .responder, secret: secret) else { throw .wrongSecret }
        state = .proven(PairedPeer(name: challenge.name, fingerprint: peer))
        return PairingProof(nonce: challenge.nonce, proof: transcript.proof(of: .initiator, secret: secret))
    }

    /// Ends the handshake.
    /// - Returns: whom to pin.
    package mutating func finish(
        _ accepted: PairingAccepted,
        from peer: Fingerprint
    ) throws(PairingError) -> PairedPeer {
        guard case .proven(let paired) = state else { throw .malformed("it was accepted before it was asked") }
        state = .over
        guard paired.fingerprint == peer else { throw .swapped(expected: paired.fingerprint, found: peer) }
        return paired
    }
}
