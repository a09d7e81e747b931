import Crypto

/// The SHA-256 of a certificate in DER, 32 bytes: what a node is recognised by.
package struct Fingerprint: Hashable, Sendable, CustomStringConvertible {
    /// Bytes of one.
    package static let byteCount = 32

    package let bytes: [UInt8]

    /// Of a certificate.
    /// - Parameter certificate: its bytes in DER (X.690).
    package init(certificate: [UInt8]) { bytes = Array(SHA256.hash(data: certificate)) }

    /// Reads 64 hexadecimal digits of either case; `nil` for anything else.
    package init?(hex: some StringProtocol) {
        guard let bytes = [UInt8](hex: hex, count: Fingerprint.byteCount) else { return nil }
        self.bytes = bytes
    }

    /// In 64 lower-case hexadecimal digits.
    package var hex: String { bytes.hex }

    /// The short name of the node that has this certificate.
    package var id: NodeID { NodeID(rawValue: bytes.prefix(NodeID.byteCount).hex) }

    package var description: String { hex }
}

/// A node's short name: the first 16 hexadecimal digits (64 bits) of its certificate's fingerprint.
///
/// It tells nodes apart in tables and on the network. Trust goes by the whole fingerprint.
package struct NodeID: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Bytes of the fingerprint that are in it.
    static let byteCount = 8

    package var rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
    package var description: String { rawValue }
    package static func < (a: NodeID, b: NodeID) -> Bool { a.rawValue < b.rawValue }

    /// Whether the text has the form of one; what comes from the network may have any.
    package var isWellFormed: Bool {
        rawValue == rawValue.lowercased() && [UInt8](hex: rawValue, count: NodeID.byteCount) != nil
    }
}
