package import SwarmCore

/// The messages of the handshake, in the order they are sent: hello, challenge, proof, accepted.
///
/// Each is one JSON object; unknown members are ignored, everything else is checked when it is read.
package enum PairingMessage {
    /// The version of the handshake spoken here.
    package static let version = 1
    /// Most bytes of one message.
    package static let limit = 4096

    /// Random bytes of one side, used for one handshake: 32 of them.
    package static let nonceBytes = 32

    fileprivate static func members(_ bytes: some Collection<UInt8>) throws(PairingError) -> JSON {
        guard bytes.count <= limit else { throw .malformed("it is longer than \(limit) bytes") }
        do {
            let content = try JSON(parsing: bytes, maximumDepth: 8)
            guard content.objectValue != nil else { throw PairingError.malformed("it is \(content.kindName)") }
            return content
        } catch let error as PairingError {
            throw error
        } catch {
            throw .malformed("it is no JSON")
        }
    }

    fileprivate static func bytes(_ content: JSON, _ key: String, count: Int) throws(PairingError) -> [UInt8] {
        guard let text = content[key]?.stringValue, let bytes = [UInt8](hex: text, count: count) else {
            throw .malformed("\(key) is not \(count * 2) hexadecimal digits")
        }
        return bytes
    }

    fileprivate static func name(_ content: JSON) throws(PairingError) -> String {
        guard let name = content["name"]?.stringValue, NodeName.isAllowed(name) else {
            throw .malformed("name is not 1 to \(NodeName.limit) bytes without control characters")
        }
        return name
    }

    /// Checked before anything else, so that later versions may look different.
    fileprivate static func version(_ content: JSON) throws(PairingError) {
        guard let theirs = content["version"]?.intValue else { throw .malformed("it has no version") }
        guard theirs == version else { throw .version(theirs: theirs, ours: version) }
    }
}

/// The initiator's first message.
package struct PairingHello: Sendable, Equatable {
    /// What the initiator is called.
    package var name: String
    /// Its 32 random bytes.
    package var nonce: [UInt8]

    package init(name: String, nonce: [UInt8]) {
        self.name = name
        self.nonce = nonce
    }

    /// Reads one message.
    package init(parsing bytes: some Collection<UInt8>) throws(PairingError) {
        let content = try PairingMessage.members(bytes)
        try PairingMessage.version(content)
        name = try PairingMessage.name(content)
        nonce = try PairingMessage.bytes(content, "nonce", count: PairingMessage.nonceBytes)
    }

    package var json: JSON {
        ["version": .integer(PairingMessage.version), "name": .string(name), "nonce": .string(nonce.hex)]
    }
}

/// The responder's answer to hello, with its proof: it shows first that it knows the secret.
package struct PairingChallenge: Sendable, Equatable {
    /// What the responder is called.
    package var name: String
    /// Its 32 random bytes.
    package var nonce: [UInt8]
    /// Its proof, 32 bytes.
    package var proof: [UInt8]

    package init(name: String, nonce: [UInt8], proof: [UInt8]) {
        self.name = name
        self.nonce = nonce
        self.proof = proof
    }

    /// Reads one message.
    package init(parsing bytes: some Collection<UInt8>) throws(PairingError) {
        let content = try PairingMessage.members(bytes)
        try PairingMessage.version(content)
        name = try PairingMessage.name(content)
        nonce = try PairingMessage.bytes(content, "nonce", count: PairingMessage.nonceBytes)
        proof = try PairingMessage.bytes(content, "proof", count: PairingTranscript.proofBytes)
    }

    package var json: JSON {
        [
            "version": .integer(PairingMessage.version), "name": .string(name), "nonce": .string(nonce.hex),
            "proof": .string(proof.hex),
        ]
    }
}

/// The initiator's second message.
package struct PairingProof: Sendable, Equatable {
    /// The responder's random bytes, which tell it what is answered.
    package var nonce: [UInt8]
    /// The initiator's proof, 32 bytes.
    package var proof: [UInt8]

    package init(nonce: [UInt8], proof: [UInt8]) {
        self.nonce = nonce
        self.proof = proof
    }

    /// Reads one message.
    package init(parsing bytes: some Collection<UInt8>) throws(PairingError) {
        let content = try PairingMessage.members(bytes)
        nonce = try PairingMessage.bytes(content, "nonce", count: PairingMessage.nonceBytes)
        proof = try PairingMessage.bytes(content, "proof", count: PairingTranscript.proofBytes)
    }

    package var json: JSON { ["nonce": .string(nonce.hex), "proof": .string(proof.hex)] }
}

/// The responder's last message: both pin the other's certificate from now on.
package struct PairingAccepted: Sendable, Equatable {
    package init() {}

    /// Reads one message.
    package init(parsing bytes: some Collection<UInt8>) throws(PairingError) {
        let content = try PairingMessage.members(bytes)
        guard content["accepted"] == true else { throw .malformed("it does not say that it accepts") }
    }

    package var json: JSON { ["accepted": true] }
}
