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
            do throws(PosixError) {
                let status = try Posix.status(of: name, in: current)
                switch status.kind {
                case .link:
                    let target = try Posix.target(of: name, in: current)
                    try follow(target)
                case .folder:
                    if rest.isEmpty {
                        return Place(folder: current, name: name, status: status, path: path(with: name))
                    }
                    stack.append((name, try Posix.openFolder(name, in: current)))
                case .file, .special:
                    guard rest.isEmpty else { throw JailError(.unusable, path(with: name), "is not a folder") }
                    return Place(folder: current, name: name, status: status, path: path(with: name))
                }
            } catch let error as PosixError {
                if let place = try missing(name, error) { return place }
            }
        }
        return try top()
    }

    /// The folder the walk stands in.
    private func top() throws(JailError) -> Place {
        do throws(PosixError) {
            guard let last = stack.last else {
                return Place(
                    folder: workspace.root,
                    name: ".",
                    status: try Posix.status(of: workspace.root),
                    path: "."
                )
            }
            let parent = stack.dropLast().last?.folder ?? workspace.root
            let status = try Posix.status(of: last.name, in: parent)
            guard status.kind == .folder else { throw JailError(.unusable, shown, "changed while it was opened") }
            return Place(folder: parent, name: last.name, status: status, path: stack.map(\.name).joined(separator: "/"))
        } catch let error as PosixError {
            throw JailError(shown, error)
        }
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
            guard !names.contains(".."), let last = names.last else { throw JailError(.missing, shown, "does not exist") }
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
