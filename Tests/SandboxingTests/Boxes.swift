import Foundation
import Sandboxing
import Subprocess
import Testing

/// Everything that runs in a real box, one after the other: boxes are given times.
@Suite(.serialized, .withBoxes, .timeLimit(.minutes(1)))
struct BoxTests {}

/// The sandbox of this machine and a Python that works in it, looked for once.
enum Boxes {
    private static let found = Task { () async -> (Sandbox, Interpreter)? in
        do throws(SandboxMissing) {
            let sandbox = try await Sandbox.find()
            return await Interpreter.python().map { (sandbox, $0) }
        } catch {
            FileHandle.standardError.write(Data("boxes are not tested: \(error)\n".utf8))
            return nil
        }
    }

    static var areHere: Bool { get async { await found.value != nil } }

    static var sandbox: Sandbox { get async throws { try #require(await found.value).0 } }

    /// Runs a Python program in a box.
    static func python(
        _ code: String,
        arguments: [String] = [],
        input: String = "",
        limits: Limits = Limits(time: .seconds(20))
    ) async throws -> BoxResult {
        let (sandbox, python) = try #require(await found.value)
        return await sandbox.run(
            Job(
                executable: python.executable,
                arguments: ["-c", code] + arguments,
                input: Array(input.utf8),
                readable: python.readable,
                limits: limits
            )
        )
    }

    /// Runs the same program outside, to show that what a box forbids is possible there.
    static func unboxed(_ code: String, arguments: [String] = []) async throws -> String {
        let python = try #require(await found.value).1
        let result = try await Subprocess.run(
            .name("env"),
            arguments: Arguments([python.executable, "-c", code] + arguments),
            output: .string(limit: 1 << 20),
            error: .discarded
        )
        return result.standardOutput.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// A word that marks the processes of one test in the machine's list.
    static func marker() -> String { "box-test-\(UUID().uuidString)" }

    /// The numbers of all processes of the machine.
    static var processes: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).filter {
            $0.utf8.first.map { $0 < 58 } ?? false
        }
    }

    /// How many processes of the machine have the marker on their command line.
    static func processes(with marker: String) -> Int {
        processes.filter { process in
            let words = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data()
            return words.range(of: Data(marker.utf8)) != nil
        }.count
    }

    /// Waits until the condition holds, for ten seconds at most.
    static func eventually(_ condition: () -> Bool) async throws -> Bool {
        for _ in 0..<1000 where !condition() { try await Task.sleep(for: .milliseconds(10)) }
        return condition()
    }
}

extension BoxResult {
    var text: String { String(decoding: output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines) }
    var errorText: String { String(decoding: error, as: UTF8.self) }
}

extension Trait where Self == ConditionTrait {
    static var withBoxes: Self { .enabled("no sandbox works on this machine") { await Boxes.areHere } }
}

#if os(Linux)
struct MachineTests {
    /// Skipped tests prove nothing: where every change is checked, there must be a box.
    @Test(.enabled("only where changes are checked") { ProcessInfo.processInfo.environment["CI"] != nil })
    func boxesWorkWhereChangesAreChecked() async {
        #expect(await Boxes.areHere)
    }
}
#endif
