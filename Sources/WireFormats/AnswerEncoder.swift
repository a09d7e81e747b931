package import SwarmCore

/// Writes one answer as a stream of events.
package protocol AnswerStreamEncoder: Sendable {
    /// The bytes to send for an event; empty when there is nothing to say, and after the end there never is.
    mutating func encode(_ event: AnswerEvent) -> [UInt8]

    /// The bytes that end a stream which cannot go on; the response headers are long gone.
    mutating func fail(_ error: WireError) -> [UInt8]
}

/// Collects one answer into the body of a whole reply.
package protocol AnswerReplyEncoder: Sendable {
    /// Takes an event; the last one gives the body.
    mutating func encode(_ event: AnswerEvent) -> JSON?
}
