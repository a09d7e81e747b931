import Foundation
import Sandboxing
import SwarmCore
import Testing

@testable import ToolRuntime

/// The sandbox of this machine, looked for once.
enum Ground {
    private static let found = Task { () async -> Sandbox? in
        do throws(SandboxMissing) {
            return try await Sandbox.find()
        } catch {
            FileHandle.standardError.write(Data("commands in boxes are not tested: \(error)\n".utf8))
            return nil
        }
    }

    static var isHere: Bool { get async { await found.value != nil } }
    static var box: ShellGround { get async throws { .sandbox(try #require(await found.value)) } }
}

/// Everything that runs commands, one after the other: they are given times.
@Suite(.serialized, .enabled("no sandbox works on this machine") { await Ground.isHere }, .timeLimit(.minutes(2)))
struct ShellToolTests {
    private func inBox(
        _ settings: ShellSettings = ShellSettings(),
        _ body: (Room) async throws -> Void
    ) async throws {
        try await Room.with(ground: try await Ground.box, shell: settings, body)
    }

    private func run(_ command: String, _ room: Room, folder: String = ".") async -> ToolOutcome {
        await room.call("bash", ["command": .string(command), "description": "test"], folder: folder)
    }

    private func newMarker() -> String { "tool-test-\(UUID().uuidString)" }

    /// How many processes of the machine have the marker on their command line.
    private func processes(with marker: String) -> Int {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return all.filter { process in
            guard process.utf8.first.map({ $0 < 58 }) ?? false else { return false }
            return (FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data())
                .range(of: Data(marker.utf8)) != nil
        }.count
    }

    private func isGone(_ marker: String) async -> Bool {
        for _ in 0..<1000 where processes(with: marker) > 0 { try? await Task.sleep(for: .milliseconds(10)) }
        return processes(with: marker) == 0
    }

    @Test func aCommandWorksInTheWorkspaceAndItsFilesBelongToTheOwner() async throws {
        try await inBox { room in
            try room.put("hello", at: "a.txt")
            #expect(
                await run("cat a.txt; pwd; mkdir -p sub && echo made > sub/b.txt", room).text == "hello\(room.inside)\n"
            )
            #expect(room.text("sub/b.txt") == "made\n")
            let owner = try FileManager.default.attributesOfItem(atPath: room.inside + "/sub/b.txt")[.ownerAccountID]
            #expect(owner as? Int == room.workspace.owner.user)
            #expect(await run("pwd", room, folder: "sub").text == room.inside + "/sub\n")
            #expect(await run("true", room, folder: "../outside").status == .refused)
        }
    }

    @Test func whatCommandsMadeCanBeReadAndEdited() async throws {
        try await inBox { room in
            _ = await run("mkdir pkg && printf 'x = 1\\n' > pkg/m.py && chmod 600 pkg/m.py", room)
            let edited = await room.call("edit", ["filePath": "pkg/m.py", "oldString": "1", "newString": "2"])
            #expect(edited.status == .done)
            #expect(await run("cat pkg/m.py && echo more >> pkg/m.py", room).text == "x = 2\n")
            #expect(room.text("pkg/m.py") == "x = 2\nmore\n")
        }
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/git")))
    func gitWorksInTheWorkspace() async throws {
        try await inBox { room in
            let commands = "git init -q . && git -c user.name=a -c user.email=b commit -q --allow-empty -m first"
            #expect(await run(commands + " && git log --format=%s && git status --short", room).text == "first\n")
        }
    }

    @Test func programsOutsideTheSystemAreFoundByTheirNames() async throws {
        let python = try #require(await Interpreter.python())
        var settings = ShellSettings()
        settings.add(python)
        settings.add(python)
        try await inBox(settings) { room in
            try room.put("def double(x): return 2 * x\n", at: "m.py")
            let outcome = await run("python3 -c 'import sys, m; print(m.double(21), sys.executable)'", room)
            #expect(outcome.text == "42 \(python.executable)\n")
            // What is compiled there would hide a change within the same second.
            #expect(await room.call("list", [:]).text == "m.py")
        }
    }

    @Test func exitCodesErrorsAndEmptyOutputAreTold() async throws {
        try await inBox { room in
            let failed = await run("echo out; echo err >&2; exit 3", room)
            #expect(failed == ToolOutcome(.failed, "out\nerr\n[exit code 3]"))
            #expect(await run("true", room) == ToolOutcome(.done, "(no output)"))
            #expect(await run("kill -9 $$", room).text.contains("killed by signal 9"))
            #expect(await run("cat", room).text == "(no output)")
            #expect(await run("readlink /proc/self/fd/0", room).text == "/dev/null\n")
        }
    }

    @Test func hugeOutputIsCutInTheMiddleAndStoppedWhenItDoesNotEnd() async throws {
        try await inBox { room in
            let long = await run("seq 1 1000000", room)
            #expect(long.status == .done)
            #expect(long.text.count <= 3000)
            #expect(long.text.hasPrefix("1\n2\n3\n"))
            #expect(long.text.hasSuffix("999999\n1000000\n"))
            #expect(long.text.contains("bytes left out after line"))
        }
        try await inBox(ShellSettings(time: .seconds(20))) { room in
            let endless = await run("yes", room)
            #expect(endless.status == .failed)
            #expect(endless.text.count <= 3200)
        }
    }

    @Test func aHangingCommandIsKilledWithAllItStarted() async throws {
        try await inBox(ShellSettings(time: .seconds(1))) { room in
            let marker = newMarker()
            let outcome = await run("echo started; bash -c 'sleep 1000; : \(marker)' & sleep 1000; : \(marker)", room)
            #expect(outcome.text == "started\n[stopped after 1 s; it was still running]")
            #expect(await isGone(marker))
        }
    }

    @Test func aDaemonDoesNotOutliveTheCall() async throws {
        try await inBox { room in
            let marker = newMarker()
            let outcome = await run(
                "setsid nohup bash -c 'sleep 1000; : \(marker)' >/dev/null 2>&1 </dev/null & sleep 0.2; echo left",
                room
            )
            #expect(outcome == ToolOutcome(.done, "left\n"))
            #expect(await isGone(marker))
        }
    }

    @Test func cancellingKillsTheCommand() async throws {
        try await inBox { room in
            let marker = newMarker()
            let running = Task { await run("sleep 1000; : \(marker)", room) }
            for _ in 0..<1000 where processes(with: marker) == 0 { try await Task.sleep(for: .milliseconds(10)) }
            #expect(processes(with: marker) > 0)
            running.cancel()
            _ = await running.value
            #expect(await isGone(marker))
        }
    }

    @Test func aForkBombStaysInItsBox() async throws {
        try await inBox(ShellSettings(time: .seconds(3), processes: 40)) { room in
            let marker = newMarker()
            let outcome = await run("bomb() { bomb | bomb & }; : \(marker); bomb; wait; sleep 1000", room)
            #expect(outcome.status == .failed)
            #expect(await isGone(marker))
        }
        try await inBox(ShellSettings(processes: 40)) { room in
            let count = await run("for i in $(seq 200); do sleep 30 & done 2>/dev/null; jobs -p | wc -l", room).text
            #expect(!count.contains("200"))
        }
    }

    @Test func aMemoryBombIsRefusedMemory() async throws {
        try await inBox(ShellSettings(memory: 256 << 20)) { room in
            let outcome = await run("head -c 400M /dev/zero | tail -c 399M | wc -c", room)
            #expect(!outcome.text.contains("\(399 << 20)"))
            #expect(outcome.text.lowercased().contains("memory"))
        }
        try await inBox { room in
            #expect(await run("head -c 400M /dev/zero | tail -c 399M | wc -c", room).text == "\(399 << 20)\n")
        }
    }

    @Test func theDiskIsNotFilled() async throws {
        try await inBox(ShellSettings(file: 8 << 20)) { room in
            _ = await run("dd if=/dev/zero of=big bs=1M count=64", room)
            let size = try FileManager.default.attributesOfItem(atPath: room.inside + "/big")[.size] as? Int
            #expect(size == 8 << 20)
        }
        try await inBox(ShellSettings(file: 64 << 20, disk: 200 << 20)) { room in
            let outcome = await run(
                "i=0; while true; do i=$((i+1)); dd if=/dev/zero of=part$i bs=1M count=32 2>/dev/null; done",
                room
            )
            #expect(outcome.text.contains("filled the disk"), "\(outcome.text)")
        }
        try await inBox(ShellSettings(folder: 16 << 20)) { room in
            #expect(await run("head -c 64M /dev/zero > /tmp/x; wc -c < /tmp/x", room).text.contains("No space left"))
        }
    }

    @Test func nothingOfTheHomeNorOfTheEnvironmentIsSeen() async throws {
        let home = NSHomeDirectory()
        #expect(FileManager.default.fileExists(atPath: home))
        unsafe setenv("TOOL_TEST_SECRET", "hunter2", 1)
        defer { unsafe unsetenv("TOOL_TEST_SECRET") }
        #expect(ProcessInfo.processInfo.environment["TOOL_TEST_SECRET"] == "hunter2")
        try await inBox { room in
            #expect(
                !(await run("env; cat /proc/*/environ 2>/dev/null | tr '\\0' '\\n'", room).text.contains("hunter2"))
            )
            #expect(await run("cat ~/.ssh/id_rsa \(home)/.ssh/* 2>&1", room).status == .failed)
            #expect(!(await run("ls \(home)", room).text.contains(".bash")))
            #expect(await run("cat \(room.outside)/secret.txt", room).status == .failed)
            #expect(await run("echo x > \(room.outside)/new", room).status == .failed)
            #expect(await run("echo x > /usr/x; echo y > /etc/y", room).status == .failed)
            #expect(await run("cat /etc/shadow /etc/passwd", room).status == .failed)
            #expect(room.outsideState == Room.untouched)
        }
    }

    @Test func theNetworkIsThereOnlyWhenItIsAllowed() async throws {
        let server = try await RawServer.start { _ in ["HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello"] }
        let ask =
            "exec 3<>/dev/tcp/127.0.0.1/\(server.port) && printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3 && head -c 200 <&3"
        try await inBox { room in
            let outcome = await run(ask, room)
            #expect(outcome.status == .failed)
            #expect(!outcome.text.contains("hello"))
        }
        try await inBox(ShellSettings(hasNetwork: true)) { room in
            #expect(await run(ask, room).text.contains("hello"))
        }
        await server.stop()
    }

    @Test func aLinkPlantedByACommandLeadsNoToolOutside() async throws {
        try await inBox { room in
            _ = await run("ln -s \(room.outside) door; ln -s /etc etc", room)
            #expect(await room.call("read", ["filePath": "door/secret.txt"]).status == .refused)
            #expect(await room.call("write", ["filePath": "etc/evil", "content": "x"]).status == .refused)
            #expect(room.outsideState == Room.untouched)
        }
    }

    @Test func asRootAWorkspaceOfRootIsRefusedWithTheCure() async throws {
        guard geteuid() == 0 else { return }
        try await inBox { room in
            try FileManager.default.setAttributes(
                [.ownerAccountID: 0, .groupOwnerAccountID: 0],
                ofItemAtPath: room.inside
            )
            let shell = ShellTool(
                workspace: try Workspace(room.inside),
                ground: try await Ground.box,
                settings: ShellSettings()
            )
            let outcome = await shell.run("echo ran", in: ".")
            #expect(outcome.status == .failed)
            #expect(outcome.text.contains("belongs to root"))
            #expect(outcome.text.contains("chown"))
        }
    }
}

struct OpenGroundTests {
    @Test func withoutASandboxNothingIsRun() async throws {
        try await Room.with { room in
            let outcome = await room.call("bash", ["command": "echo x > ran"])
            #expect(outcome.status == .refused)
            #expect(outcome.text.contains("there is no sandbox"))
            #expect(room.text("ran") == nil)
            let offered = await room.executor.offered().map(\.spec.name)
            #expect(!offered.contains("bash"))
            #expect(offered.count == ToolName.allCases.count - 1)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func openGroundRunsWithLimitsAndACleanEnvironment() async throws {
        let settings = ShellSettings(time: .seconds(2), file: 1 << 20)
        try await Room.with(ground: .open(OpenGround()), shell: settings) { room in
            #expect(await room.call("bash", ["command": "pwd; echo x > ran"]).text == room.inside + "\n")
            #expect(room.text("ran") == "x\n")
            #expect(await room.call("bash", ["command": "exit 7"]).text.hasSuffix("[exit code 7]"))
            #expect(!(await room.call("bash", ["command": "env"]).text.contains("SWIFT")))
            let big = await room.call("bash", ["command": "head -c 4M /dev/zero > big; wc -c < big"]).text
            #expect(!big.contains("\(4 << 20)"))
            // What is left running in the group ends with the command.
            let left = await room.call("bash", ["command": "sleep 1000 & echo done"])
            #expect(left == ToolOutcome(.done, "done\n"))
            let hanging = await room.call("bash", ["command": "trap '' TERM; sleep 1000"])
            #expect(hanging.text.contains("stopped after 2 s"))
        }
    }
}
