import ModelCatalog
import SwarmCore

/// Why a model could not be fetched, with what to do about it.
package enum PullError: Error, Sendable, Equatable {
    case cancelled
    /// Nothing may be asked, and it is not on disk.
    case offline(String)
    /// A name or variable that cannot be used.
    case unusable(String, reason: String)
    /// A proxy that cannot be used; its value may hold a password.
    case proxy(variable: String)
    case unknownRepository(String, hasToken: Bool)
    case unknownRevision(String, repository: String)
    /// - Parameter others: files of the repository that could have been meant.
    case unknownFile(String, repository: String, others: [String])
    /// Its owner decides who may have it.
    case gated(String, hasToken: Bool)
    case badToken
    /// A status that is neither success nor known.
    case refused(host: String, status: Int, message: String?)
    /// The server asks for a wait that is too long to sit through.
    case busy(reason: String, wait: Duration)
    case givenUp(reason: String, attempts: Int)
    /// Something that no hub says.
    case badReply(String)
    /// Redirects without end, or to where nothing may be asked.
    case redirect(host: String)
    /// The file on the hub changed while it was fetched.
    case changing(String)
    case wrongLength(String, said: UInt64, found: UInt64)
    case wrongHash(String, said: String, found: String)
    case noSpace(folder: String, needed: UInt64, free: UInt64)
    case disk(path: String, reason: String)
    /// Somebody else is using or fetching it.
    case inUse(String)
    case notThere(String)
}

extension PullError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .cancelled: "stopped; the same command goes on where it stopped"
        case .offline(let what): "\(what) is not on this machine, and offline mode forbids to fetch it"
        case .unusable(let what, let reason): "\(what) cannot be used: \(reason)"
        case .proxy(let variable):
            "\(variable) cannot be used: it must look like http://host:port or socks5://host:port"
        case .unknownRepository(let name, let hasToken):
            hasToken
                ? "the hub has no repository \(name), or this token may not see it"
                : "the hub has no repository \(name), or it is private; for a private one set HF_TOKEN"
        case .unknownRevision(let revision, let repository):
            "\(repository) has no branch, tag or commit \(revision)"
        case .unknownFile(let file, let repository, let others):
            "\(repository) has no file \(file)"
                + (others.isEmpty ? "" : "; it has " + others.joined(separator: ", "))
        case .gated(let repository, let hasToken):
            hasToken
                ? "this token may not fetch \(repository): accept its terms on the hub's page, or use another token"
                : "\(repository) is given only to those who accept its terms on the hub's page; then set HF_TOKEN"
        case .badToken: "the hub does not accept this token; mend or unset HF_TOKEN"
        case .refused(let host, let status, let message):
            "\(host) answered \(status)" + (message.map { ": " + $0 } ?? "")
        case .busy(let reason, let wait):
            "\(reason), and asks to wait \(Int(wait.seconds.rounded(.up))) s; try again then"
        case .givenUp(let reason, let attempts):
            "given up after \(attempts) attempts: \(reason); try again later, what has arrived is kept"
        case .badReply(let what): "the hub's answer cannot be used: \(what)"
        case .redirect(let host): "\(host) redirects without end, or to where nothing is fetched from"
        case .changing(let file): "\(file) changed on the hub while it was fetched; try again"
        case .wrongLength(let file, let said, let found):
            "\(file) should have \(said) bytes, and the server has \(found); nothing was stored"
        case .wrongHash(let file, let said, let found):
            "\(file) arrived damaged (SHA-256 \(found) and not \(said)) and was thrown away; try again, and if it stays "
                + "so, something between here and the hub changes what is fetched"
        case .noSpace(let folder, let needed, let free):
            "\(Amount.words(needed)) are needed in \(folder) and \(Amount.words(free)) are free; make room, "
                + "for example with swarm rm"
        case .disk(let path, let reason): "\(path): \(reason)"
        case .inUse(let what): "\(what) is in use; stop what uses it first"
        case .notThere(let what): "\(what) is not in the store"
        }
    }
}
