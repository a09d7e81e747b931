import SwarmCore
import Testing

@testable import Federation

@Suite("Pairing")
struct PairingTests {
    private let alice = Fingerprint(certificate: Array("A".utf8))
    private let bob = Fingerprint(certificate: Array("B".utf8))
    private let mallory = Fingerprint(certificate: Array("M".utf8))
    private let secret: ClusterSecret
    private let start = ContinuousClock.now

    init() throws { secret = try ClusterSecret(joinCode: "swarm-000G-40R4-0M30-E209-185G-R38E-1X6W") }

    private func initiator(
        _ secret: ClusterSecret? = nil,
        own: Fingerprint? = nil,
        expecting: Fingerprint? = nil
    ) -> PairingInitiator {
        PairingInitiator(secret: secret ?? self.secret, name: "alice", own: own ?? alice, expecting: expecting)
    }

    private func responder(_ secret: ClusterSecret? = nil) -> PairingResponder {
        PairingResponder(secret: secret ?? self.secret, name: "bob", own: bob)
    }

    @Test func thoseWhoShareTheSecretPinEachOther() throws {
        var initiator = initiator()
        var responder = responder()
        let hello = try PairingHello(parsing: initiator.hello.json.text.utf8)
        let challenge = try responder.challenge(for: hello, from: alice, at: "10.0.0.1", now: start)
        let proof = try initiator.answer(try PairingChallenge(parsing: challenge.json.text.utf8), from: bob)
        let atBob = try responder.accept(
            try PairingProof(parsing: proof.json.text.utf8),
            from: alice,
            at: "10.0.0.1",
            now: start
        )
        #expect(atBob == PairedPeer(name: "alice", fingerprint: alice))
        let atAlice = try initiator.finish(
            try PairingAccepted(parsing: PairingAccepted().json.text.utf8),
            from: bob
        )
        #expect(atAlice == PairedPeer(name: "bob", fingerprint: bob))
    }

    /// Reckoned by another program from RFC 5869, RFC 2104 and the transcript.
    @Test func theProofsAreThoseOfTheSpecification() throws {
        var initiator = PairingInitiator(
            secret: secret,
            name: "alice",
            own: alice,
            expecting: nil,
            nonce: [UInt8](repeating: 1, count: 32)
        )
        var responder = responder()
        let challenge = try responder.challenge(
            for: initiator.hello,
            from: alice,
            at: "x",
            now: start,
            nonce: [UInt8](repeating: 2, count: 32)
        )
        #expect(challenge.proof.hex == "b8894ca75a3b21247551e103b6d1cd7d492e4940180748abc615a060f493dfef")
        let proof = try initiator.answer(challenge, from: bob)
        #expect(proof.proof.hex == "69cd29e2ffeae8ea7efe48fb2ce329773a14ce37ae3a6c254e694feefe08dd8a")
        #expect(proof.nonce == challenge.nonce)
    }

    @Test func aResponderWithAnotherSecretGetsNoProof() throws {
        var initiator = initiator()
        var responder = responder(ClusterSecret())
        let challenge = try responder.challenge(for: initiator.hello, from: alice, at: "x", now: start)
        #expect(throws: PairingError.wrongSecret) { try initiator.answer(challenge, from: bob) }
        #expect(throws: PairingError.replayed) { try initiator.answer(challenge, from: bob) }
        #expect(throws: PairingError.self) { try initiator.finish(PairingAccepted(), from: bob) }
    }

    @Test func anInitiatorWithAnotherSecretIsRefused() throws {
        var responder = responder()
        let challenge = try responder.challenge(for: initiator().hello, from: alice, at: "x", now: start)
        let forged = PairingProof(nonce: challenge.nonce, proof: [UInt8](repeating: 7, count: 32))
        #expect(throws: PairingError.wrongSecret) { try responder.accept(forged, from: alice, at: "x", now: start) }
    }

    /// The responder's own proof is none of the initiator's.
    @Test func aProofCannotBeSentBack() throws {
        var responder = responder()
        let challenge = try responder.challenge(for: initiator().hello, from: alice, at: "x", now: start)
        let reflected = PairingProof(nonce: challenge.nonce, proof: challenge.proof)
        #expect(throws: PairingError.wrongSecret) { try responder.accept(reflected, from: alice, at: "x", now: start) }
        #expect(throws: PairingError.itself) {
            try responder.challenge(for: initiator().hello, from: bob, at: "x", now: start)
        }
        var alone = initiator(own: bob)
        #expect(throws: PairingError.itself) { try alone.answer(challenge, from: bob) }
    }

    /// Mallory has a connection to each and passes everything on.
    @Test func aNodeInTheMiddleIsFoundByBoth() throws {
        var initiator = initiator()
        var responder = responder()
        // Bob sees Mallory's certificate, and so does Alice.
        let challenge = try responder.challenge(for: initiator.hello, from: mallory, at: "x", now: start)
        #expect(throws: PairingError.wrongSecret) { try initiator.answer(challenge, from: mallory) }
        // Even the proof that Alice would give to Mallory is none for Bob.
        let given = PairingTranscript(
            initiator: alice,
            responder: mallory,
            initiatorNonce: initiator.hello.nonce,
            responderNonce: challenge.nonce
        )
        let proof = PairingProof(nonce: challenge.nonce, proof: given.proof(of: .initiator, secret: secret))
        #expect(throws: PairingError.wrongSecret) { try responder.accept(proof, from: mallory, at: "x", now: start) }
    }

    @Test func aProofIsGoodOnce() throws {
        var initiator = initiator()
        var responder = responder()
        let challenge = try responder.challenge(for: initiator.hello, from: alice, at: "x", now: start)
        let proof = try initiator.answer(challenge, from: bob)
        _ = try responder.accept(proof, from: alice, at: "x", now: start)
        #expect(throws: PairingError.replayed) { try responder.accept(proof, from: alice, at: "x", now: start) }
    }

    @Test func aRecordedHandshakeIsWorthNothingLater() throws {
        var initiator = initiator()
        var responder = responder()
        let challenge = try responder.challenge(for: initiator.hello, from: alice, at: "x", now: start)
        let proof = try initiator.answer(challenge, from: bob)
        _ = try responder.accept(proof, from: alice, at: "x", now: start)
        let again = try responder.challenge(for: initiator.hello, from: alice, at: "x", now: start + .seconds(1))
        #expect(again.nonce != challenge.nonce)
        let repeated = PairingProof(nonce: again.nonce, proof: proof.proof)
        #expect(throws: PairingError.wrongSecret) {
            try responder.accept(repeated, from: alice, at: "x", now: start + .seconds(1))
        }
    }

    @Test(arguments: [(Duration.seconds(10), true), (.milliseconds(10_001), false)])
    func aChallengeHoldsForTenSeconds(wait: Duration, isInTime: Bool) throws {
        var initiator = initiator()
        var responder = responder()
        let challenge = try responder.challenge(for: initiator.hello, from: alice, at: "x", now: start)
        let proof = try initiator.answer(challenge, from: bob)
        if isInTime {
            _ = try responder.accept(proof, from: alice, at: "x", now: start + wait)
        } else {
            #expect(throws: PairingError.expired) {
                try responder.accept(proof, from: alice, at: "x", now: start + wait)
            }
        }
    }

    @Test func aProofFromAnotherCertificateIsRefusedAndSpoilsNothing() throws {
        var initiator = initiator()
        var responder = responder()
        let challenge = try responder.challenge(for: initiator.hello, from: alice, at: "x", now: start)
        let proof = try initiator.answer(challenge, from: bob)
        #expect(throws: PairingError.swapped(expected: alice, found: mallory)) {
            try responder.accept(proof, from: mallory, at: "y", now: start)
        }
        _ = try responder.accept(proof, from: alice, at: "x", now: start)
    }

    @Test func aCertificateOtherThanTheExpectedOneIsRefused() throws {
        var initiator = initiator(expecting: mallory)
        var responder = responder()
        let challenge = try responder.challenge(for: initiator.hello, from: alice, at: "x", now: start)
        #expect(throws: PairingError.swapped(expected: mallory, found: bob)) {
            try initiator.answer(challenge, from: bob)
        }
    }

    @Test func theCertificateMayNotChangeOnTheWay() throws {
        var initiator = initiator()
        var responder = responder()
        let challenge = try responder.challenge(for: initiator.hello, from: alice, at: "x", now: start)
        _ = try initiator.answer(challenge, from: bob)
        #expect(throws: PairingError.swapped(expected: bob, found: mallory)) {
            try initiator.finish(PairingAccepted(), from: mallory)
        }
    }

    @Test func challengesAreBoundedByAddressAndInAll() throws {
        var responder = responder()
        func stranger(_ number: Int) -> Fingerprint { Fingerprint(certificate: Array("\(number)".utf8)) }
        for number in 0..<PairingResponder.openPerAddress {
            _ = try responder.challenge(for: initiator().hello, from: stranger(number), at: "x", now: start)
        }
        #expect(throws: PairingError.tooManyAttempts(retryAfter: .seconds(10))) {
            try responder.challenge(for: initiator().hello, from: stranger(100), at: "x", now: start)
        }
        // One that begins anew takes its own place.
        _ = try responder.challenge(for: initiator().hello, from: stranger(3), at: "x", now: start)
        for number in 1000..<2000 {
            _ = try? responder.challenge(for: initiator().hello, from: stranger(number), at: "\(number)", now: start)
        }
        #expect(responder.count == PairingResponder.capacity)
        // Later there is room again.
        _ = try responder.challenge(for: initiator().hello, from: alice, at: "x", now: start + .seconds(11))
        #expect(responder.count == 1)
    }

    @Test func answeredChallengesGiveWayToNewOnes() throws {
        var responder = responder()
        for number in 0..<PairingResponder.capacity + 20 {
            let peer = Fingerprint(certificate: Array("\(number)".utf8))
            var initiator = initiator(own: peer)
            let challenge = try responder.challenge(for: initiator.hello, from: peer, at: "x", now: start)
            let proof = try initiator.answer(challenge, from: bob)
            _ = try responder.accept(proof, from: peer, at: "x", now: start)
        }
        #expect(responder.count == PairingResponder.capacity)
    }

    @Test func whoFailsOftenHasToWait() throws {
        var responder = responder()
        func attempt(_ number: Int, at address: String, from peer: Fingerprint, now: ContinuousClock.Instant) throws {
            let challenge = try responder.challenge(for: initiator().hello, from: peer, at: address, now: now)
            let forged = PairingProof(nonce: challenge.nonce, proof: [UInt8](repeating: 0, count: 32))
            _ = try responder.accept(forged, from: peer, at: address, now: now)
        }
        for number in 0..<4 {
            #expect(throws: PairingError.wrongSecret) { try attempt(number, at: "x", from: alice, now: start) }
        }
        // Neither a new certificate nor a new address helps.
        #expect(throws: PairingError.tooManyAttempts(retryAfter: .seconds(1))) {
            try attempt(4, at: "x", from: mallory, now: start)
        }
        #expect(throws: PairingError.tooManyAttempts(retryAfter: .seconds(1))) {
            try attempt(4, at: "y", from: alice, now: start)
        }
        #expect(throws: PairingError.wrongSecret) { try attempt(5, at: "x", from: alice, now: start + .seconds(1)) }
        #expect(throws: PairingError.tooManyAttempts(retryAfter: .seconds(2))) {
            try attempt(6, at: "x", from: alice, now: start + .seconds(1))
        }
        // Others are not kept waiting, and who succeeds starts afresh.
        var good = initiator()
        let later = start + .seconds(3)
        let challenge = try responder.challenge(for: good.hello, from: alice, at: "x", now: later)
        _ = try responder.accept(try good.answer(challenge, from: bob), from: alice, at: "x", now: later)
        #expect(responder.limit.count == 0)
    }
}
