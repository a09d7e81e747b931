import Crypto
package import NIOSSL
import SwiftASN1
import X509

/// Who this node is: a key on P-256 and a certificate it signed itself.
///
/// The key is shown nowhere: text made of it, also by reflection, hides it.
package struct NodeIdentity: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// What people call the node; the certificate keeps the one of its first day.
    package let name: String
    /// The certificate in DER (X.690).
    package let certificateDER: [UInt8]
    /// What other nodes recognise this one by.
    package let fingerprint: Fingerprint
    /// The certificate as TLS takes it.
    package let certificate: NIOSSLCertificate
    /// The key as TLS takes it.
    package let privateKey: NIOSSLPrivateKey
    /// Both as they are kept on disk, in PEM (RFC 7468).
    private let pem: String

    package var id: NodeID { fingerprint.id }
    package var description: String { "node \(id)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["id": id]) }

    /// A new identity that is kept nowhere.
    package init(name: String) throws(TrustError) {
        do {
            let key = P256.Signing.PrivateKey()
            let certificate = try NodeCertificate.make(name: name, key: key)
            try self.init(name: name, key: key, certificate: certificate)
        } catch {
            throw .cannotMake("\(error)")
        }
    }

    /// The identity of this machine, made on first use.
    ///
    /// It is `node.pem` in the folder: key and certificate in PEM, for this user's eyes only (0600 in a folder made 0700).
    /// Processes that start at once end with the same one. Blocks for a moment.
    /// - Throws: when the file is there and cannot be used, or others may read it.
    package static func load(folder: String, name: String) throws(TrustError) -> NodeIdentity {
        let path = folder + "/node.pem"
        if let bytes = try PrivateFile.read(path, limit: limit) { return try read(bytes, at: path, name: name) }
        let made = try NodeIdentity(name: name)
        if try PrivateFile.create(path, with: Array(made.pem.utf8)) { return made }
        // Another process was faster.
        guard let bytes = try PrivateFile.read(path, limit: limit) else {
            throw .unreadable(path: path, reason: "it comes and goes")
        }
        return try read(bytes, at: path, name: name)
    }

    /// Most bytes of a usable file.
    private static let limit = 64 << 10

    /// What is wrong with a file; never what is in it.
    private struct Flaw: Error, CustomStringConvertible { var description: String }

    private static func read(_ bytes: [UInt8], at path: String, name: String) throws(TrustError) -> NodeIdentity {
        do {
            let documents = try PEMDocument.parseMultiple(pemString: String(decoding: bytes, as: UTF8.self))
            guard let keyPart = documents.first(where: { $0.discriminator == "PRIVATE KEY" }) else {
                throw Flaw(description: "it has no private key")
            }
            guard let certificatePart = documents.first(where: { $0.discriminator == "CERTIFICATE" }) else {
                throw Flaw(description: "it has no certificate")
            }
            let key = try P256.Signing.PrivateKey(derRepresentation: keyPart.derBytes)
            let certificate = try Certificate(derEncoded: certificatePart.derBytes)
            guard P256.Signing.PublicKey(certificate.publicKey)?.rawRepresentation == key.publicKey.rawRepresentation
            else { throw Flaw(description: "its key and its certificate do not belong together") }
            return try NodeIdentity(name: name, key: key, certificate: certificate)
        } catch let flaw as Flaw {
            throw .damaged(path: path, reason: flaw.description)
        } catch {
            // What the libraries say might quote the key.
            throw .damaged(path: path, reason: "it is no key and certificate in PEM")
        }
    }

    private init(name: String, key: P256.Signing.PrivateKey, certificate: Certificate) throws {
        let document = try certificate.serializeAsPEM()
        let keyText = key.pemRepresentation
        self.name = name
        certificateDER = document.derBytes
        fingerprint = Fingerprint(certificate: document.derBytes)
        self.certificate = try NIOSSLCertificate(bytes: document.derBytes, format: .der)
        privateKey = try NIOSSLPrivateKey(bytes: Array(keyText.utf8), format: .pem)
        pem = keyText + "\n" + document.pemString + "\n"
    }
}
