import Foundation
import GRDB

/// Why something could not be stored or read back, in words that say what to do about it.
package enum StoreError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file holds something else than an SQLite database.
    case notADatabase(path: String)
    /// The file is the database of another program.
    case foreign(path: String)
    /// The file was written by a newer version of this program.
    case newer(path: String)
    /// Parts of the file are lost.
    case damaged(path: String)
    /// There is no room on the disk, or the file may not grow.
    case full(path: String)
    /// The file or its folder may not be written.
    case readOnly(path: String)
    /// The file or its folder cannot be opened or made.
    case unopenable(path: String, reason: String)
    /// Another process held the file for longer than the busy timeout.
    case busy(path: String)
    /// The task was cancelled while it waited to read.
    case cancelled
    /// No logged vote has an id that begins like this.
    case unknownVote(String)
    /// Several logged votes have ids that begin like this; some of them.
    case ambiguousVote(String, ids: [String])
    /// Anything else SQLite refuses.
    case other(path: String, reason: String)

    package var description: String {
        switch self {
        case .notADatabase(let path):
            "\(path) is not a database; move it away or choose another file"
        case .foreign(let path):
            "\(path) is the database of another program; choose another file"
        case .newer(let path):
            "\(path) was written by a newer version of swarm; use that version, or choose another file"
        case .damaged(let path):
            "\(path) is damaged; `sqlite3 FILE .recover` may save what is left, else remove it and a new one is made"
        case .full(let path):
            "\(path) cannot grow: the disk or quota is full; make room"
        case .readOnly(let path):
            "\(path) may not be written; give its owner write permission on it and its folder, or choose another file"
        case .unopenable(let path, let reason):
            "\(path) cannot be opened: \(reason); check the path and its permissions, or choose another file"
        case .busy(let path):
            "\(path) is held by another process; try again when that one is done"
        case .cancelled: "stopped"
        case .unknownVote(let id):
            "no vote with an id that begins with \(SafeText.value(id)) is logged; `swarm votes` lists them"
        case .ambiguousVote(let id, let ids):
            "several votes have an id that begins with \(SafeText.value(id)): "
                + ids.map(SafeText.line).joined(separator: ", ") + "; give more of it"
        case .other(let path, let reason): "\(path): \(reason)"
        }
    }

    /// What an error of SQLite or the file system means for the file at `path`.
    ///
    /// Result codes: sqlite.org/rescode.html.
    package init(_ error: any Error, path: String) {
        switch error {
        case let error as StoreError: self = error
        case is CancellationError: self = .cancelled
        case let error as DatabaseError:
            let reason = error.message ?? "SQLite error \(error.extendedResultCode.rawValue)"
            self =
                switch error.resultCode {
                case .SQLITE_NOTADB: .notADatabase(path: path)
                case .SQLITE_CORRUPT: .damaged(path: path)
                case .SQLITE_FULL: .full(path: path)
                case .SQLITE_READONLY, .SQLITE_PERM: .readOnly(path: path)
                case .SQLITE_CANTOPEN: .unopenable(path: path, reason: reason)
                case .SQLITE_BUSY, .SQLITE_LOCKED: .busy(path: path)
                default: .other(path: path, reason: reason)
                }
        case let error as CocoaError:
            self =
                switch error.code {
                case .fileWriteOutOfSpace: .full(path: path)
                case .fileWriteNoPermission, .fileWriteVolumeReadOnly: .readOnly(path: path)
                default: .unopenable(path: path, reason: error.localizedDescription)
                }
        default: self = .other(path: path, reason: "\(error)")
        }
    }
}
