package import Sandboxing

/// The one folder that tools may touch, held open: what is at its path later does not matter.
package final class Workspace: Sendable {
    /// Its absolute path without links, and without a slash at its end.
    package let path: String
    /// Whose folder it is.
    package let owner: BoxOwner
    let root: Descriptor
    /// Other spellings of its path, as the operator gave it.
    private let spellings: [String]

    /// Opens the folder.
    /// - Throws: when it is not there, is no folder, or is the root of the whole machine.
    package init(_ path: String) throws(WorkspaceError) {
        func named<Value>(_ body: () throws(PosixError) -> Value) throws(WorkspaceError) -> Value {
            do throws(PosixError) {
                return try body()
            } catch {
                throw WorkspaceError("\(path) cannot be the workspace: it \(error)")
            }
        }
        let real = try named { () throws(PosixError) in try Posix.realPath(path) }
        guard real != "/" else { throw WorkspaceError("the whole machine cannot be the workspace") }
        let root = try named { () throws(PosixError) in try Posix.openRoot(real) }
        let status = try named { () throws(PosixError) in try Posix.status(of: root) }
        self.root = root
        self.path = real
        owner = BoxOwner(user: Int(status.user), group: Int(status.group))
        spellings = [real, path].filter { $0.hasPrefix("/") }
    }

    /// A path as components below the workspace, `..` still among them.
    /// - Parameter folder: where relative paths start, itself relative to the workspace.
    /// - Throws: for absolute paths outside, and for what is no path.
    func components(of path: String, from folder: String) throws(JailError) -> [String] {
        guard !path.isEmpty, path.utf8.count <= 4096, !path.utf8.contains(0) else {
            throw JailError(.refused, path, "is no path")
        }
        if path == "~" || path.hasPrefix("~/") { throw JailError(.refused, path, "is outside the workspace") }
        guard path.hasPrefix("/") else { return Self.split(folder) + Self.split(path) }
        guard let inside = insideParts(of: path) else { throw JailError(.refused, path, "is outside the workspace") }
        return inside
    }

    /// The components of an absolute path after those of the workspace; `nil` when it does not begin with them.
    func insideParts(of path: String) -> [String]? {
        let parts = Self.split(path)
        for spelling in spellings {
            let own = Self.split(spelling)
            if parts.starts(with: own) { return Array(parts.dropFirst(own.count)) }
        }
        return nil
    }

    static func split(_ path: String) -> [String] {
        path.split(separator: "/").map(String.init).filter { $0 != "." }
    }
}

/// Why a folder cannot be the workspace, in words for the operator.
package struct WorkspaceError: Error, Sendable, Equatable, CustomStringConvertible {
    package var description: String

    init(_ description: String) { self.description = description }
}

/// Why something in the workspace cannot be had, in words for the model.
struct JailError: Error, Sendable, Equatable, CustomStringConvertible {
    enum Reason: Sendable, Equatable {
        /// It is not there.
        case missing
        /// It may not be touched, whatever is there.
        case refused
        /// It is there and not of the kind that is wanted, or the system will not give it.
        case unusable
    }

    let reason: Reason
    let description: String

    init(_ reason: Reason, _ path: String, _ words: String) {
        self.reason = reason
        description = "\(path.prefix(200)) \(words)"
    }

    init(_ path: String, _ error: PosixError) {
        self.init(error.isMissing ? .missing : .unusable, path, error.description)
    }
}

/// Carries out calls of the system about one path.
func jailed<Value>(_ path: String, _ body: () throws(PosixError) -> Value) throws(JailError) -> Value {
    do throws(PosixError) {
        return try body()
    } catch {
        throw JailError(path, error)
    }
}
