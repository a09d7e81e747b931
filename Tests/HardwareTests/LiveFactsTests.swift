import Foundation
import Hardware
import Testing

/// Real tools, real processes.
@Suite("Tools of the living system", .timeLimit(.minutes(1)))
struct LiveFactsTests {
    /// A folder with an executable script called `tool`.
    private func withTool(_ script: String, _ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("hardware-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let tool = folder.appendingPathComponent("tool").path
        try Data(("#!/bin/sh\n" + script).utf8).write(to: URL(fileURLWithPath: tool))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: tool)
        try await body(folder.path)
    }

    private func facts(_ folder: String, time: Duration = .seconds(30), output: Int = 65_536) -> LiveFacts {
        LiveFacts(environment: ["PATH": folder], time: time, output: output)
    }

    @Test func aToolIsFoundOnTheSearchPathAndGetsItsArguments() async throws {
        try await withTool(#"printf '%s|' "$@"; printf 'unimportant' >&2"#) { folder in
            let output = await facts(folder).run("tool", ["a b", "--c=$HOME"])
            #expect(output == .ended(status: 0, text: "a b|--c=$HOME|"))
        }
    }

    @Test func aMissingToolIsMissing() async {
        #expect(await facts("/nowhere").run("no-such-tool-anywhere", []) == .missing)
    }

    @Test func whatAFailingToolSaysIsKeptWithItsStatus() async throws {
        try await withTool("echo broken >&2; exit 9") { folder in
            let output = await facts(folder).run("tool", [])
            #expect(output == .ended(status: 9, text: "broken\n"))
            #expect(output.result == nil && output.text == "broken\n")
        }
    }

    @Test func bytesThatAreNoTextAreReadAllTheSame() async throws {
        try await withTool(#"printf '\377\376\001ok'"#) { folder in
            let output = await facts(folder).run("tool", [])
            #expect(output.result?.hasSuffix("ok") == true)
        }
    }

    @Test func aFloodIsStopped() async throws {
        try await withTool("while :; do echo yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy; done") { folder in
            #expect(await facts(folder).run("tool", []) == .saidTooMuch)
        }
    }

    @Test func aHangingToolIsStoppedWithAllItStarted() async throws {
        // The child writes its number before anything hangs.
        try await withTool(#"sleep 600 & echo $! > "$0.child"; wait"#) { folder in
            let began = ContinuousClock.now
            #expect(await facts(folder, time: .seconds(1)).run("tool", []) == .tookTooLong)
            #expect(ContinuousClock.now - began < .seconds(20))
            let text = try String(contentsOfFile: folder + "/tool.child", encoding: .utf8)
            let child = try #require(Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)))
            while isAlive(child) {
                try Task.checkCancellation()
                await Task.yield()
            }
        }
    }

    @Test func aToolThatLeavesSomethingBehindIsNotWaitedFor() async throws {
        // It keeps standard output open in a session that no signal to the tool's group reaches.
        try await withTool(
            #"python3 -c 'import os,time; os.setsid(); time.sleep(20)' & echo $! > "$0.child"; echo done"#
        ) { folder in
            let began = ContinuousClock.now
            let output = await facts(folder).run("tool", [])
            #expect(output == .ended(status: 0, text: "done\n"))
            #expect(ContinuousClock.now - began < .seconds(15))
            let text = try String(contentsOfFile: folder + "/tool.child", encoding: .utf8)
            if let child = Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)) { kill(child, SIGKILL) }
        }
    }

    /// Neither gone nor waiting to be buried.
    private func isAlive(_ process: Int32) -> Bool {
        guard kill(process, 0) == 0 else { return false }
        guard let state = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return false }
        return !state.contains(") Z")
    }

    @Test func allToolsRunSideBySide() async throws {
        struct Slow: Probe {
            let name: String
            func look(at facts: any FactSource) async -> Findings {
                var findings = Findings()
                async let one = facts.run("tool", [])
                async let two = facts.run("tool", [])
                for output in await [one, two] where output == .tookTooLong { findings.notes.append("slow \(name)") }
                return findings
            }
        }
        try await withTool("sleep 600") { folder in
            let began = ContinuousClock.now
            let probes = (0..<8).map { Slow(name: "\($0)") }
            let machine = await Machine.detect(facts(folder, time: .seconds(1)), probes: probes)
            #expect(machine.notes.map(\.text) == (0..<8).map { "slow \($0)" })
            #expect(ContinuousClock.now - began < .seconds(8))
        }
    }

    @Test func filesAreReadWholeAndFoldersInOrder() throws {
        let facts = LiveFacts()
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("facts-\(UUID().uuidString)").path
        try Data(repeating: 7, count: 100_000).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(facts.bytes(of: path)?.count == 100_000)
        #expect(facts.bytes(of: path + "-not") == nil && facts.names(in: path) == [])
        #expect(facts.exists(path) && !facts.exists(path + "-not"))
    }

    #if os(Linux)
    @Test func filesOfTheKernelAreReadThoughTheySayTheyAreEmpty() throws {
        let text = try #require(LiveFacts().text(of: "/proc/cpuinfo"))
        let whole = try #require(FileManager.default.contents(atPath: "/proc/cpuinfo"))
        #expect(
            text.split(separator: "\n").count == String(decoding: whole, as: UTF8.self).split(separator: "\n").count
        )
    }
    #endif

    @Test func thisMachineIsFoundOut() async {
        let machine = await Machine.detect()
        #expect(machine.processor.threads >= machine.processor.cores)
        #expect(machine.processor.cores >= 1)
        #expect(machine.memory.total > 0)
        #expect(machine.memory.available <= machine.memory.total)
        #expect(machine.memory.total <= ProcessInfo.processInfo.physicalMemory)
        #expect(!machine.notes.contains { $0.text.contains("one is assumed") })
    }
}
