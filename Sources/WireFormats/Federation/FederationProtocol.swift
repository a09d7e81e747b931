/// What nodes say to each other.
///
/// Within one number members may be added, which older nodes pass over; what cannot be passed over gets a new number, and
/// nodes of different numbers do not vote together.
package enum FederationProtocol {
    package static let version = 1
    /// Most candidates that one node asks another for in one request.
    package static let candidateLimit = 32
}
