package import SwarmCore

/// Why two nodes did not pair, with what to do about it.
package enum PairingError: Error, Sendable, Equatable {
    /// A message that is none; the reason quotes nothing of it.
    case malformed(String)
    /// The nodes speak different versions of this protocol.
    case version(theirs: Int, ours: Int)
    /// The other node does not know this cluster's secret.
    case wrongSecret
    /// The proof came too late, or for a challenge that nobody remembers.
    case expired
    /// The proof, or a challenge, was used before.
    case replayed
    /// Too many proofs from there were wrong, or too many challenges are open.
    case tooManyAttempts(retryAfter: Duration)
    /// The other node shows another certificate than before.
    case swapped(expected: Fingerprint, found: Fingerprint)
    /// The other node is this one.
    case itself
}

extension PairingError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .malformed(let reason): "what the other node sent is no pairing message: \(reason)"
        case .version(let theirs, let ours):
            "the other node pairs by version \(theirs) and this one by version \(ours); update the "
                + (theirs < ours ? "other one" : "program here")
        case .wrongSecret:
            "the other node has another cluster secret; on one of the two: swarm cluster join CODE --replace, with the "
                + "code that `swarm cluster show --code` prints on the other"
        case .expired: "the proof came more than 10 s after its challenge; the next attempt begins anew"
        case .replayed: "the message was used before, which only happens when somebody repeats what was recorded"
        case .tooManyAttempts(let wait):
            "too many attempts to pair from there; the next one is allowed in \(max(1, wait.components.seconds)) s"
        case .swapped(let expected, let found):
            "the other node's certificate is not the expected one (\(expected.id) expected, \(found.id) found); if it was just "
                + "set up anew, its announcement will follow, else somebody may stand between the two"
        case .itself: "the other node is this one"
        }
    }
}

extension PairingError {
    /// What a program distinguishes, in one word.
    package var code: String {
        switch self {
        case .malformed: "malformed"
        case .version: "version"
        case .wrongSecret: "wrong_secret"
        case .expired: "expired"
        case .replayed: "replayed"
        case .tooManyAttempts: "too_many_attempts"
        case .swapped: "swapped"
        case .itself: "itself"
        }
    }

    /// The refusal as it is sent to the other node.
    package var json: JSON {
        var members: [(key: String, value: JSON)] = [("code", .string(code)), ("message", .string(description))]
        switch self {
        case .version(_, let ours): members.append(("version", .integer(ours)))
        case .tooManyAttempts(let wait): members.append(("retry_after", .integer(max(1, wait.components.seconds))))
        case .swapped(let expected, let found):
            members.append(("expected", .string(expected.hex)))
            members.append(("found", .string(found.hex)))
        case .malformed, .wrongSecret, .expired, .replayed, .itself: break
        }
        return ["error": .object(JSON.Object(members))]
    }

    /// What the other node said when it refused; `nil` when the bytes are no refusal.
    ///
    /// It is for telling people: nothing is decided by it. The words are made anew here.
    package init?(refusal bytes: some Collection<UInt8>) {
        guard bytes.count <= PairingMessage.limit, let content = try? JSON(parsing: bytes, maximumDepth: 4),
            let error = content["error"], let code = error["code"]?.stringValue
        else { return nil }
        switch code {
        case "malformed": self = .malformed("it said so of ours")
        case "version":
            guard let theirs = error["version"]?.intValue else { return nil }
            self = .version(theirs: theirs, ours: PairingMessage.version)
        case "wrong_secret": self = .wrongSecret
        case "expired": self = .expired
        case "replayed": self = .replayed
        case "too_many_attempts":
            guard let wait = error["retry_after"]?.intValue, (0...86_400).contains(wait) else { return nil }
            self = .tooManyAttempts(retryAfter: .seconds(wait))
        case "swapped":
            guard let expected = error["expected"]?.stringValue.flatMap({ Fingerprint(hex: $0) }),
                let found = error["found"]?.stringValue.flatMap({ Fingerprint(hex: $0) })
            else { return nil }
            self = .swapped(expected: expected, found: found)
        case "itself": self = .itself
        default: return nil
        }
    }
}
