import Foundation
import SwarmCore
import Testing

@testable import ToolRuntime

struct JailTests {
    @Test(arguments: [
        "../outside/secret.txt", "a/../../outside/secret.txt", "./../outside/secret.txt", "..", "/etc/passwd",
        "link/secret.txt", "file-link", "up/outside/secret.txt", "chain/secret.txt", "~/secret.txt",
        "a/link2/secret.txt",
        "a\u{0}/../x", "loop",
    ])
    func nothingOutsideIsReadOrWrittenByAnyPath(path: String) async throws {
        try await Room.with { room in
            try room.put("inside", at: "a/b.txt")
            try room.link("link", to: room.outside)
            try room.link("file-link", to: room.outside + "/secret.txt")
            try room.link("up", to: "..")
            try room.link("chain", to: "link")
            try room.link("a/link2", to: "../../outside")
            try room.link("loop", to: "loop")
            let calls: [(String, JSON)] = [
                ("read", ["filePath": .string(path)]), ("write", ["filePath": .string(path), "content": "x"]),
                ("edit", ["filePath": .string(path), "oldString": "secret", "newString": "x"]),
                ("list", ["path": .string(path)]), ("grep", ["pattern": "secret", "path": .string(path)]),
                ("glob", ["pattern": "*", "path": .string(path)]),
            ]
            for (name, arguments) in calls {
                let outcome = await room.call(name, arguments)
                #expect(outcome.status == .refused || outcome.status == .failed, "\(name): \(outcome.text)")
                #expect(!outcome.text.contains("the secret") && !outcome.text.contains("secret.txt\n"))
            }
            #expect(room.outsideState == Room.untouched)
        }
    }

    @Test func theSameFilesCanBeReadByThoseWhoFollowLinks() async throws {
        try await Room.with { room in
            try room.link("link", to: room.outside)
            #expect(room.text("link/secret.txt") == "the secret\n")
            #expect(room.text("../outside/secret.txt") == "the secret\n")
        }
    }

    @Test func theOutsideAbsolutePathIsRefused() async throws {
        try await Room.with { room in
            let outcome = await room.call("read", ["filePath": .string(room.outside + "/secret.txt")])
            #expect(outcome.status == .refused)
            let sibling = await room.call("write", ["filePath": .string(room.inside + "-x/y"), "content": "z"])
            #expect(sibling.status == .refused)
            #expect(!FileManager.default.fileExists(atPath: room.inside + "-x"))
        }
    }

    @Test func linksThatStayInsideAreFollowedAndNamedByWhereTheyLead() async throws {
        try await Room.with { room in
            try room.put("hello\n", at: "real/file.txt")
            try room.link("folder", to: "real")
            try room.link("real/absolute", to: room.inside + "/real/file.txt")
            try room.link("real/up", to: "../real/./file.txt")
            for path in ["folder/file.txt", "folder/absolute", "folder/up", "folder/../real/file.txt"] {
                #expect(await room.call("read", ["filePath": .string(path)]).text == "1\thello\n")
            }
            #expect(await room.call("read", ["filePath": .string(room.inside + "/folder/up")]).text == "1\thello\n")
            let written = await room.call("write", ["filePath": "folder/absolute", "content": "new"])
            #expect(written.text.contains("real/file.txt"))
            #expect(room.text("real/file.txt") == "new")
            let type = try FileManager.default.attributesOfItem(atPath: room.inside + "/real/absolute")[.type]
            #expect(type as? FileAttributeType == .typeSymbolicLink)
        }
    }

    @Test func pipesSocketsAndDevicesAreRefusedAtOnce() async throws {
        try await Room.with { room in
            #expect(unsafe mkfifo(room.inside + "/pipe", 0o666) == 0)
            for name in ["read", "edit", "write"] {
                var arguments: JSON.Object = JSON.Object([("filePath", "pipe")])
                if name == "write" { arguments["content"] = "x" }
                if name == "edit" {
                    arguments["oldString"] = "a"
                    arguments["newString"] = "b"
                }
                let outcome = await room.call(name, .object(arguments))
                #expect(outcome.status == .refused)
                #expect(outcome.text.contains("a pipe"))
            }
            // The device that gives zeros on Linux.
            if geteuid() == 0, unsafe mknod(room.inside + "/device", S_IFCHR | 0o666, 0x105) == 0 {
                #expect(await room.call("read", ["filePath": "device"]).status == .refused)
            }
        }
    }

    @Test func aWriteKeepsPermissionsMakesFoldersAndLeavesNothingBehind() async throws {
        try await Room.with { room in
            try room.put("#!/bin/sh\n", at: "run.sh")
            try FileManager.default.setAttributes([.posixPermissions: 0o750], ofItemAtPath: room.inside + "/run.sh")
            #expect(await room.call("write", ["filePath": "run.sh", "content": "new"]).status == .done)
            let attributes = try FileManager.default.attributesOfItem(atPath: room.inside + "/run.sh")
            #expect(attributes[.posixPermissions] as? Int == 0o750)
            #expect(
                await room.call("write", ["filePath": "a/b/c.txt", "content": "deep"]).text.hasPrefix("Made a/b/c.txt")
            )
            #expect(room.text("a/b/c.txt") == "deep")
            #expect(try FileManager.default.contentsOfDirectory(atPath: room.inside).sorted() == ["a", "run.sh"])
            // Those who own the workspace own what is made in it.
            let owner = try FileManager.default.attributesOfItem(atPath: room.inside)[.ownerAccountID] as? Int
            for path in ["a", "a/b", "a/b/c.txt"] {
                let made = try FileManager.default.attributesOfItem(atPath: room.inside + "/" + path)
                #expect(made[.ownerAccountID] as? Int == owner)
            }
        }
    }

    @Test func aWriteIsNeverSeenHalf() async throws {
        try await Room.with { room in
            let (small, large) = (String(repeating: "a", count: 10), String(repeating: "b", count: 1 << 20))
            try room.put(small, at: "file")
            let isDone = Locked(false)
            let reader = Thread {
                while !isDone.withLock({ $0 }) {
                    let text = room.text("file")
                    if text != small, text != large { Issue.record("half a file was seen") }
                }
            }
            reader.start()
            for turn in 0..<20 {
                let content = turn % 2 == 0 ? large : small
                #expect(await room.call("write", ["filePath": "file", "content": .string(content)]).status == .done)
            }
            isDone.withLock { $0 = true }
        }
    }

    @Test func anEditIsRefusedWhenTheFileChangedInTheMeantime() async throws {
        try await Room.with { room in
            try room.put("one", at: "file")
            let place = try Walk.resolve("file", in: room.workspace)
            let seen = try place.contents(limit: 100).status
            try room.put("other", at: "file")
            #expect(throws: JailError.self) { try place.replace(with: Array("two".utf8), seen: seen) }
            #expect(room.text("file") == "other")
        }
    }

    @Test(arguments: ["/", "/no/such/folder", "/etc/passwd"])
    func whatIsNoWorkspaceIsRefused(path: String) {
        #expect(throws: WorkspaceError.self) { try Workspace(path) }
    }

    @Test func theWorkspaceStaysTheFolderThatWasOpened() async throws {
        try await Room.with { room in
            try room.put("mine", at: "a")
            try FileManager.default.moveItem(atPath: room.inside, toPath: room.inside + "-moved")
            try FileManager.default.createSymbolicLink(atPath: room.inside, withDestinationPath: room.outside)
            #expect(await room.call("read", ["filePath": "secret.txt"]).status == .failed)
            #expect(await room.call("read", ["filePath": "a"]).text == "1\tmine\n")
        }
    }
}

/// Folders that are exchanged for links while they are walked.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct SwapTests {
    /// Exchanges `work/door` between a folder and a link to the folder outside, until the body returns.
    private func swapping(_ room: Room, _ body: () async throws -> Void) async throws {
        try room.put("inner", at: "door/secret.txt")
        let (door, spare) = (room.inside + "/door", room.inside + "/spare")
        let isDone = Locked(false)
        let ended = Locked(false)
        let thread = Thread {
            while !isDone.withLock({ $0 }) {
                unsafe rename(door, spare)
                unsafe symlink(room.outside, door)
                unsafe unlink(door)
                unsafe rename(spare, door)
            }
            ended.withLock { $0 = true }
        }
        thread.start()
        try await body()
        isDone.withLock { $0 = true }
        while !ended.withLock({ $0 }) { await Task.yield() }
    }

    @Test func aPathReadCarelesslyIsReadOutside() async throws {
        try await Room.with { room in
            var wasOutside = false
            try await swapping(room) {
                for _ in 0..<1_000_000 where !wasOutside {
                    wasOutside = room.text("door/secret.txt") == "the secret\n"
                }
            }
            #expect(wasOutside, "the race that the other tests are about was never lost")
        }
    }

    @Test func readsNeverLeave() async throws {
        try await Room.with { room in
            var insides = 0
            try await swapping(room) {
                for _ in 0..<3000 {
                    let outcome = await room.call("read", ["filePath": "door/secret.txt"])
                    #expect(!outcome.text.contains("the secret"))
                    if outcome.text.contains("inner") { insides += 1 }
                }
            }
            #expect(insides > 0)
        }
    }

    @Test func writesAndNewFoldersNeverLeave() async throws {
        try await Room.with { room in
            var done = 0
            try await swapping(room) {
                for turn in 0..<1000 {
                    let path = "door/new\(turn % 7)/file.txt"
                    if await room.call("write", ["filePath": .string(path), "content": "x"]).status == .done {
                        done += 1
                    }
                    _ = await room.call(
                        "edit",
                        ["filePath": "door/secret.txt", "oldString": "secret", "newString": "changed"]
                    )
                }
            }
            #expect(done > 0)
            #expect(room.outsideState == Room.untouched)
        }
    }

    @Test func searchesNeverLeave() async throws {
        try await Room.with { room in
            var insides = 0
            try await swapping(room) {
                for _ in 0..<1000 {
                    let outcome = await room.call("grep", ["pattern": "secret|inner", "path": "."])
                    #expect(!outcome.text.contains("the secret"))
                    if outcome.text.contains("inner") { insides += 1 }
                }
            }
            #expect(insides > 0)
        }
    }
}
