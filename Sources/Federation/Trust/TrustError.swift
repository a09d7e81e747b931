/// Why a node's identity or cluster cannot be used, with what to do about it.
package enum TrustError: Error, Sendable, Equatable {
    /// A file with a secret that the system does not let us read.
    case unreadable(path: String, reason: String)
    /// A file with a secret that others may read or write; `mode` as chmod takes it.
    case exposed(path: String, mode: Int)
    /// A file with a secret that belongs to another user.
    case foreign(path: String)
    /// A file whose content cannot be what was written.
    case damaged(path: String, reason: String)
    case unwritable(path: String, reason: String)
    /// The folder has a cluster already.
    case hasCluster(path: String)
    case joinCode(JoinCodeError)
    /// The cryptography library refused to make a key or certificate.
    case cannotMake(String)
}

extension TrustError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreadable(let path, let reason): "\(path) cannot be read: \(reason)"
        case .exposed(let path, let mode):
            "\(path) holds a secret and its mode 0\(String(mode, radix: 8)) lets others at it; "
                + "if nobody has read it: chmod 600 \(path); else remove it and pair again"
        case .foreign(let path):
            "\(path) holds a secret and belongs to another user; run as that user, or remove it and pair again"
        case .damaged(let path, let reason):
            "\(path) is damaged: \(reason); restore it from a backup, or remove it and pair again"
        case .unwritable(let path, let reason): "\(path) cannot be written: \(reason)"
        case .hasCluster(let path):
            "this machine is in a cluster already (\(path)); leave it first, or replace it"
        case .joinCode(let error): error.description
        case .cannotMake(let reason): "no certificate could be made: \(reason)"
        }
    }
}
