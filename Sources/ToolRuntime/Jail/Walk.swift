/// A name below an open folder, found without leaving the workspace.
struct Place: Sendable {
    /// The folder the name is in; with `missing` the last one that exists.
    var folder: Descriptor
    /// Folders between that one and the name that are not there yet.
    var missing: [String] = []
    /// One component; `.` for the workspace itself.
    var name: String
    /// What is there, and no link; `nil` when nothing is.
    var status: FileStatus?
    /// From the workspace, without links and `..`; `.` for the workspace itself.
    var path: String
}

/// Goes down a path one component at a time, with a descriptor for each folder, so that no part can be exchanged for a
/// link between a look and a step.
///
/// Links are read here and followed only as long as they stay inside. `..` goes back to the descriptor it came from,
/// never through the file system.
struct Walk {
    /// Most links on one way, and most components.
    private static let links = 16, parts = 256
    /// Most times that a component changed between the look at it and the step.
    private static let surprises = 8

    private let workspace: Workspace
    private let shown: String
    private var stack: [(name: String, folder: Descriptor)] = []
    /// What is still to go, last first.
    private var rest: [String]
    private var links = 0
    private var steps = 0
    private var surprises = 0

    private init(_ workspace: Workspace, _ components: [String], shown: String) {
        self.workspace = workspace
        self.shown = shown
        rest = components.reversed()
    }

    static func resolve(
        _ path: String,
        from folder: String = ".",
        in workspace: Workspace
    ) throws(JailError) -> Place {
        var walk = Walk(workspace, try workspace.components(of: path, from: folder), shown: path)
        return try walk.run()
    }

    private var current: Descriptor { stack.last?.folder ?? workspace.root }
    private func path(with name: String) -> String { (stack.map(\.name) + [name]).joined(separator: "/") }

    private mutating func run() throws(JailError) -> Place {
        while let name = rest.popLast() {
            steps += 1
            guard steps <= Walk.parts else { throw JailError(.refused, shown, "has too many parts") }
            if name == ".." {
                guard stack.popLast() != nil else { throw JailError(.refused, shown, "is outside the workspace") }
                continue
            }
            switch look(at: name) {
            case .success(.link(let target)): try follow(target)
            case .success(.inner(let folder)): stack.append((name, folder))
            case .success(.end(let status)):
                guard status.kind == .folder || rest.isEmpty else {
                    throw JailError(.unusable, path(with: name), "is not a folder")
                }
                return Place(folder: current, name: name, status: status, path: path(with: name))
            case .failure(let error): if let place = try missing(name, error) { return place }
            }
        }
        return try top()
    }

    private enum Sight {
        case link(to: String)
        /// A folder on the way, opened.
        case inner(Descriptor)
        case end(FileStatus)
    }

    private func look(at name: String) -> Result<Sight, PosixError> {
        Result { () throws(PosixError) in
            let status = try Posix.status(of: name, in: current)
            return switch status.kind {
            case .link: .link(to: try Posix.target(of: name, in: current))
            case .folder where !rest.isEmpty: .inner(try Posix.openFolder(name, in: current))
            case .folder, .file, .special: .end(status)
            }
        }
    }

    /// The folder the walk stands in.
    private func top() throws(JailError) -> Place {
        let name = stack.last?.name ?? "."
        let parent = stack.dropLast().last?.folder ?? workspace.root
        let status = try jailed(shown) { () throws(PosixError) in try Posix.status(of: name, in: parent) }
        guard status.kind == .folder else { throw JailError(.unusable, shown, "changed while it was opened") }
        let path = stack.isEmpty ? "." : stack.map(\.name).joined(separator: "/")
        return Place(folder: parent, name: name, status: status, path: path)
    }

    private mutating func follow(_ target: String) throws(JailError) {
        links += 1
        guard links <= Walk.links else { throw JailError(.refused, shown, "has too many symbolic links") }
        guard target.hasPrefix("/") else {
            rest += Workspace.split(target).reversed()
            return
        }
        guard let inside = workspace.insideParts(of: target) else {
            throw JailError(.refused, shown, "leads outside the workspace by a symbolic link")
        }
        stack = []
        rest += inside.reversed()
    }

    /// - Returns: the place of something to be made; `nil` to look again, because the name changed under the walk.
    private mutating func missing(_ name: String, _ error: PosixError) throws(JailError) -> Place? {
        if error.isMissing, !isThere(name) {
            let names = [name] + rest.reversed()
            guard !names.contains(".."), let last = names.last else {
                throw JailError(.missing, shown, "does not exist")
            }
            return Place(
                folder: current,
                missing: Array(names.dropLast()),
                name: last,
                path: (stack.map(\.name) + names).joined(separator: "/")
            )
        }
        surprises += 1
        guard error.isSwapped, surprises <= Walk.surprises else { throw JailError(shown, error) }
        rest.append(name)
        return nil
    }

    private func isThere(_ name: String) -> Bool { (try? Posix.status(of: name, in: current)) != nil }
}
