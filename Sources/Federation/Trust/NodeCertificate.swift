import Crypto
import Foundation
import X509

/// The form of a node's certificate (RFC 5280).
enum NodeCertificate {
    /// From 1970 on.
    ///
    /// A certificate is recognised by its fingerprint, so that its dates say nothing, and a node whose clock is wrong can be
    /// talked to.
    private static let begin = Date(timeIntervalSince1970: 0)
    /// 9999-12-31 23:59:59 UTC, which RFC 5280, section 4.1.2.5, has for certificates without an end.
    private static let end = Date(timeIntervalSince1970: 253_402_300_799)

    /// Signs a certificate for a key with the same key.
    ///
    /// It may not sign others, so that one that trusts it trusts this node only. It has no key usage: where there is one,
    /// a certificate must be allowed to sign to count as self-signed.
    static func make(name: String, key: P256.Signing.PrivateKey) throws -> Certificate {
        let subject = try DistinguishedName { CommonName(NodeName.cleaned(name, otherwise: "node")) }
        let extensions = try Certificate.Extensions {
            Critical(BasicConstraints.notCertificateAuthority)
            try ExtendedKeyUsage([.serverAuth, .clientAuth])
        }
        return try Certificate(
            version: .v3,
            serialNumber: serialNumber(),
            publicKey: Certificate.PublicKey(key.publicKey),
            notValidBefore: begin,
            notValidAfter: end,
            issuer: subject,
            subject: subject,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: extensions,
            issuerPrivateKey: Certificate.PrivateKey(key)
        )
    }

    /// 16 random bytes, positive and without a leading zero, as DER wants numbers.
    private static func serialNumber() -> Certificate.SerialNumber {
        var bytes = (0..<16).map { _ in UInt8.random(in: 0...255) }
        bytes[0] = bytes[0] & 0x3F | 0x40
        return Certificate.SerialNumber(bytes: bytes)
    }
}
