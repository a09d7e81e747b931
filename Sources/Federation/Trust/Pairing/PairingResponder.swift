/// All handshakes of a node from the side that answers.
///
/// Give each hello to `challenge` and each proof to `accept`, and send what they return or the error they throw. Nothing here
/// waits or sends, and time is passed in. Fingerprints are those of the certificate that the other side showed on the TLS
/// connection the message came by.
package struct PairingResponder: Sendable {
    /// How long a challenge can be answered.
    package static let lifetime = Duration.seconds(10)
    /// How long an answered challenge is remembered, so that a repetition is told from one that is too late.
    package static let memory = Duration.seconds(60)
    /// Most challenges that are remembered, and of those from one address most that wait for a proof.
    package static let capacity = 256
    package static let openPerAddress = 8

    /// Failed attempts by address and fingerprint.
    package var limit = AttemptLimit()

    private struct Open {
        var transcript: PairingTranscript
        var name: String
        var address: String
        var since: ContinuousClock.Instant
        var isUsed = false
    }

    private let secret: ClusterSecret
    private let name: String
    private let own: Fingerprint
    private var challenges: [[UInt8]: Open] = [:]

    /// - Parameter own: of this node's certificate, the one shown to the other side.
    package init(secret: ClusterSecret, name: String, own: Fingerprint) {
        self.secret = secret
        self.name = NodeName.cleaned(name, otherwise: "node")
        self.own = own
    }

    /// Challenges that are remembered, answered ones included.
    package var count: Int { challenges.count }

    /// Answers a hello with a challenge, good for one proof from the same certificate within 10 s.
    /// - Parameters:
    ///   - peer: whom the hello came from.
    ///   - address: where it came from, as `AttemptOrigin` has it.
    package mutating func challenge(
        for hello: PairingHello,
        from peer: Fingerprint,
        at address: String,
        now: ContinuousClock.Instant
    ) throws(PairingError) -> PairingChallenge {
        try challenge(for: hello, from: peer, at: address, now: now, nonce: PairingTranscript.nonce())
    }

    /// With a chosen nonce, which must never be used twice.
    mutating func challenge(
        for hello: PairingHello,
        from peer: Fingerprint,
        at address: String,
        now: ContinuousClock.Instant,
        nonce: [UInt8]
    ) throws(PairingError) -> PairingChallenge {
        guard peer != own else { throw .itself }
        try checkWait(peer, address, now)
        try makeRoom(for: peer, at: address, now: now)
        let transcript = PairingTranscript(
            initiator: peer,
            responder: own,
            initiatorNonce: hello.nonce,
            responderNonce: nonce
        )
        challenges[nonce] = Open(transcript: transcript, name: hello.name, address: address, since: now)
        return PairingChallenge(name: name, nonce: nonce, proof: transcript.proof(of: .responder, secret: secret))
    }

    /// Checks a proof.
    ///
    /// The challenge is used up whatever comes of it, unless the proof came from another certificate.
    /// - Returns: whom to pin.
    package mutating func accept(
        _ proof: PairingProof,
        from peer: Fingerprint,
        at address: String,
        now: ContinuousClock.Instant
    ) throws(PairingError) -> PairedPeer {
        try checkWait(peer, address, now)
        do {
            let paired = try judge(proof, from: peer, now: now)
            limit.succeed(.address(address))
            limit.succeed(.fingerprint(peer))
            return paired
        } catch {
            limit.fail(.address(address), now: now)
            limit.fail(.fingerprint(peer), now: now)
            throw error
        }
    }

    private mutating func judge(
        _ proof: PairingProof,
        from peer: Fingerprint,
        now: ContinuousClock.Instant
    ) throws(PairingError) -> PairedPeer {
        guard let open = challenges[proof.nonce] else { throw .expired }
        guard open.transcript.initiator == peer else {
            throw .swapped(expected: open.transcript.initiator, found: peer)
        }
        guard !open.isUsed else { throw .replayed }
        challenges[proof.nonce]?.isUsed = true
        guard now - open.since <= PairingResponder.lifetime else { throw .expired }
        guard open.transcript.isProof(proof.proof, of: .initiator, secret: secret) else { throw .wrongSecret }
        return PairedPeer(name: open.name, fingerprint: peer)
    }

    private func checkWait(
        _ peer: Fingerprint,
        _ address: String,
        _ now: ContinuousClock.Instant
    ) throws(PairingError) {
        let waits = [limit.wait(.address(address), now: now), limit.wait(.fingerprint(peer), now: now)]
        if let longest = waits.compactMap({ $0 }).max() { throw .tooManyAttempts(retryAfter: longest) }
    }

    /// A certificate has one open challenge: a new one takes the place of the one before.
    private mutating func makeRoom(
        for peer: Fingerprint,
        at address: String,
        now: ContinuousClock.Instant
    ) throws(PairingError) {
        challenges = challenges.filter { _, open in
            let age = now - open.since
            if open.isUsed { return age < PairingResponder.memory }
            return age <= PairingResponder.lifetime && open.transcript.initiator != peer
        }
        let open = challenges.values.count { $0.address == address && !$0.isUsed }
        guard open < PairingResponder.openPerAddress else {
            throw .tooManyAttempts(retryAfter: PairingResponder.lifetime)
        }
        guard challenges.count >= PairingResponder.capacity else { return }
        // Those that were answered only serve better words; open ones are somebody's attempt.
        guard let oldest = challenges.filter(\.value.isUsed).min(by: { $0.value.since < $1.value.since })?.key else {
            throw .tooManyAttempts(retryAfter: PairingResponder.lifetime)
        }
        challenges[oldest] = nil
    }
}
