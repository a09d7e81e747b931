import Foundation

/// A folder for models to work in, which goes away after the test.
struct Folder: Sendable {
    let path: String

    static func with(_ files: [String: String] = [:], _ body: (Folder) async throws -> Void) async throws {
        let path = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
            .appending(path: "work-\(UUID().uuidString)").path(percentEncoded: false)
        let folder = Folder(path: path)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for (name, text) in files {
            let file = path + "/" + name
            let parent = (file as NSString).deletingLastPathComponent
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: URL(filePath: file))
        }
        // Commands do not run as root, but as the owner of the folder.
        if geteuid() == 0 {
            let owner: [FileAttributeKey: Any] = [.ownerAccountID: 4321, .groupOwnerAccountID: 4321]
            try FileManager.default.setAttributes(owner, ofItemAtPath: path)
            for name in FileManager.default.subpaths(atPath: path) ?? [] {
                try FileManager.default.setAttributes(owner, ofItemAtPath: path + "/" + name)
            }
        }
        try await body(folder)
    }

    func text(_ name: String) -> String? { try? String(contentsOfFile: path + "/" + name, encoding: .utf8) }

    /// Commands of models can be boxed here.
    static var hasSandbox: Bool {
        #if os(Linux)
        ["/usr/bin", "/bin", "/usr/local/bin"].contains {
            FileManager.default.isExecutableFile(atPath: $0 + "/bwrap")
        }
        #else
        FileManager.default.isExecutableFile(atPath: "/usr/bin/sandbox-exec")
        #endif
    }
}
