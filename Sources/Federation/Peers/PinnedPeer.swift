/// A node that was paired with: its certificate is pinned, so that nobody else can be taken for it.
package struct PinnedPeer: Sendable, Equatable {
    package var name: String
    package var fingerprint: Fingerprint
    /// Seconds since 1970.
    package var pairedAt: Double
    /// Where it was last reached; `nil` before it was.
    package var address: PeerAddress?

    package var id: NodeID { fingerprint.id }

    package init(name: String, fingerprint: Fingerprint, pairedAt: Double, address: PeerAddress? = nil) {
        self.name = name
        self.fingerprint = fingerprint
        self.pairedAt = pairedAt
        self.address = address
    }
}
