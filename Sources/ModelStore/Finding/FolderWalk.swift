/// All files below a folder, with bounds for what it may find: links that lead in circles, folders without end.
struct FolderWalk {
    /// A file, reached through symbolic links or not.
    struct Entry {
        var path: String
        var facts: FileFacts
    }

    /// Most files and folders that are looked at.
    private static let most = 20_000

    /// In the order of their paths, folder by folder.
    private(set) var entries: [Entry] = []
    /// Folders that this user cannot read.
    private(set) var unreadable: [String] = []
    /// There was more than is looked at.
    private(set) var isCut = false
    private var seen: Set<FileFacts.Identity> = []
    private var looked = 0

    /// Walks at once, and blocks.
    ///
    /// - Parameter depth: folders below this one that are entered.
    init(_ folder: String, depth: Int) {
        guard let facts = FileFacts(folder), facts.kind == .folder else { return }
        walk(folder, facts, depth: depth)
    }

    private mutating func walk(_ folder: String, _ facts: FileFacts, depth: Int) {
        // A folder that was entered by another way has nothing new.
        guard seen.insert(facts.identity).inserted else { return }
        guard let names = Folder.names(folder) else {
            unreadable.append(folder)
            return
        }
        for name in names {
            looked += 1
            guard looked <= Self.most else {
                isCut = true
                return
            }
            let path = folder + "/" + name
            guard let facts = FileFacts(path) else { continue }
            switch facts.kind {
            case .file: entries.append(Entry(path: path, facts: facts))
            case .folder: if depth > 0 { walk(path, facts, depth: depth - 1) }
            case .other: break
            }
        }
    }
}
