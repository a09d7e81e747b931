import NIOHTTP1
import SwarmCore

/// Carries out a handshake over the network.
package enum PairingClient {
    /// What came of meeting somebody.
    package enum Meeting: Sendable, Equatable {
        /// Somebody who is pinned already.
        case known(Fingerprint)
        /// Somebody new, proven to be of this cluster.
        case paired(PairedPeer)
    }

    /// Why it did not come to a pairing, and with whom.
    package struct Refusal: Error, Sendable, Equatable {
        package var reason: String
        /// Who was there; `nil` when nobody was reached.
        package var peer: Fingerprint?
        /// Seconds that the other side wants to be left alone for.
        package var wait: Double?
    }

    /// Meets whoever is at an address, and pairs unless that is done already.
    /// - Parameters:
    ///   - expected: who announced the address; somebody else there is an error.
    ///   - isPinned: whether a certificate is known.
    package static func meet(
        at address: PeerAddress,
        identity: NodeIdentity,
        secret: ClusterSecret,
        expecting expected: Fingerprint? = nil,
        isPinned: (Fingerprint) -> Bool
    ) async throws(Refusal) -> Meeting {
        let link = PeerLink(identity, expecting: nil, connections: 1)
        let outcome = await attempt(link, address, identity, secret, expected, isPinned)
        await link.shutDown()
        switch outcome {
        case .success(let meeting): return meeting
        case .failure(let refusal): throw refusal
        }
    }

    private static func attempt(
        _ link: PeerLink,
        _ address: PeerAddress,
        _ identity: NodeIdentity,
        _ secret: ClusterSecret,
        _ expected: Fingerprint?,
        _ isPinned: (Fingerprint) -> Bool
    ) async -> Result<Meeting, Refusal> {
        var handshake = PairingInitiator(
            secret: secret,
            name: identity.name,
            own: identity.fingerprint,
            expecting: expected
        )
        do {
            let first = try await link.exchange(
                .POST,
                "/v1/federation/pair/hello",
                at: address,
                body: handshake.hello.json
            )
            guard let peer = link.fingerprint else { throw PeerFailure.garbage("it showed no certificate") }
            if isPinned(peer) { return .success(.known(peer)) }
            if first.status != 200 {
                throw PairingError(refusal: first.body) ?? .malformed("it refused (\(first.status))")
            }
            let proof = try handshake.answer(try PairingChallenge(parsing: first.body), from: peer)
            let second = try await link.exchange(.POST, "/v1/federation/pair/proof", at: address, body: proof.json)
            if second.status != 200 {
                throw PairingError(refusal: second.body) ?? .malformed("it refused (\(second.status))")
            }
            guard let again = link.fingerprint else { throw PeerFailure.garbage("it showed no certificate") }
            return .success(.paired(try handshake.finish(try PairingAccepted(parsing: second.body), from: again)))
        } catch {
            var refusal = Refusal(reason: "\(error)", peer: link.fingerprint)
            if case PairingError.tooManyAttempts(let wait) = error { refusal.wait = wait.seconds }
            return .failure(refusal)
        }
    }
}
