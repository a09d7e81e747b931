import Foundation
import Logging
import Sandboxing
import SwarmCore
import Testing

@testable import ToolRuntime

/// A workspace of its own for one test, with a folder beside it that tools must not reach.
struct Room {
    let workspace: Workspace
    /// The path of the workspace, and of the folder outside.
    let inside: String, outside: String
    let executor: LocalToolExecutor
    private let audits: Locked<[ToolAudit]>

    /// Makes the folders, runs the body and removes them.
    static func with(
        policy: ToolPolicy = ToolPolicy(),
        ground: ShellGround = .none("there is no sandbox"),
        shell: ShellSettings = ShellSettings(),
        guardian: URLGuard = URLGuard(),
        web: WebSettings = WebSettings(),
        _ body: (Room) async throws -> Void
    ) async throws {
        let top = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
            .appending(path: "tools-\(UUID().uuidString)").path(percentEncoded: false)
        let (inside, outside) = (top + "/work", top + "/outside")
        for folder in [inside, outside] {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }
        defer { try? FileManager.default.removeItem(atPath: top) }
        // Boxes do not run as root.
        if geteuid() == 0 {
            let owner: [FileAttributeKey: Any] = [.ownerAccountID: 4321, .groupOwnerAccountID: 4321]
            try FileManager.default.setAttributes(owner, ofItemAtPath: inside)
        }
        try Data("the secret\n".utf8).write(to: URL(filePath: outside + "/secret.txt"))
        let workspace = try Workspace(inside)
        let audits = Locked<[ToolAudit]>([])
        let executor = LocalToolExecutor(
            workspace: workspace,
            policy: policy,
            ground: ground,
            shell: shell,
            guardian: guardian,
            web: web,
            logger: Logger(label: "test"),
            time: { 1000 },
            record: { audit in audits.withLock { $0.append(audit) } }
        )
        try await body(
            Room(workspace: workspace, inside: inside, outside: outside, executor: executor, audits: audits)
        )
    }

    var recorded: [ToolAudit] { audits.withLock { $0 } }

    func call(_ name: String, _ arguments: JSON, folder: String = ".", isApproved: Bool = false) async -> ToolOutcome {
        await executor.execute(
            ToolInvocation(
                id: "call_1",
                name: name,
                arguments: arguments,
                session: SessionKey(rawValue: "session"),
                caller: "tester",
                folder: folder,
                isApproved: isApproved
            )
        )
    }

    func put(_ text: String, at path: String) throws {
        let whole = inside + "/" + path
        let folder = (whole as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(filePath: whole))
    }

    func link(_ path: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: inside + "/" + path, withDestinationPath: target)
    }

    func text(_ path: String) -> String? { try? String(contentsOfFile: inside + "/" + path, encoding: .utf8) }

    /// Names in the folder outside, and the secret as it is now.
    var outsideState: String {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: outside).sorted()) ?? []
        return names.joined(separator: " ") + ": "
            + ((try? String(contentsOfFile: outside + "/secret.txt", encoding: .utf8)) ?? "")
    }

    static let untouched = "secret.txt: the secret\n"
}
