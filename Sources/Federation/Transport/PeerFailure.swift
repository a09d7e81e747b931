package import SwarmCore

/// Why a node could not be asked something.
package enum PeerFailure: Error, Sendable, Equatable {
    /// Nobody answers there; the text says how.
    case unreachable(String)
    /// Somebody with another certificate is there.
    case swapped(expected: Fingerprint, found: Fingerprint?)
    /// It said nothing for so many seconds.
    case silent(Int)
    /// It refused, with a status of HTTP and its words.
    case refused(status: Int, String)
    /// What it sent makes no sense.
    case garbage(String)
    case broken(String)
    case cancelled

    /// Whether asking again at once is of no use: it is not there, or not who it was.
    package var isFatal: Bool {
        switch self {
        case .unreachable, .swapped, .silent: true
        case .refused, .garbage, .broken, .cancelled: false
        }
    }

    /// What it means for a candidate.
    package var source: SourceError {
        switch self {
        case .cancelled: .cancelled
        case .refused(status: 503, _): .saturated(retryAfterSeconds: 2)
        default: .backend(description)
        }
    }
}

extension PeerFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreachable(let reason): "it cannot be reached: \(reason)"
        case .swapped(let expected, let found):
            "its certificate is not the one it was paired with (\(expected.id) then, "
                + "\(found.map { "\($0.id)" } ?? "none") now)"
        case .silent(let seconds): "it said nothing for \(seconds) s"
        case .refused(let status, let words): words.isEmpty ? "it refused (\(status))" : "it refused: \(words)"
        case .garbage(let reason): reason
        case .broken(let reason): reason
        case .cancelled: "it was stopped"
        }
    }
}
