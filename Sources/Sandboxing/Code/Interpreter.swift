import Foundation
import Subprocess

/// A program that reads other programs, and what of the host it needs to see in a box.
package struct Interpreter: Sendable, Equatable {
    /// Absolute path.
    package var executable: String
    /// Folders outside the system's own.
    package var readable: [String]

    /// - Parameter folders: where it is installed; those that a box shows anyway are left out.
    /// - Returns: `nil` when seeing these folders would show the user's whole home or the whole machine.
    package init?(executable: String, folders: [String], home: String = NSHomeDirectory()) {
        self.executable = executable
        readable = []
        for folder in folders
        where !Self.contains("/usr", folder) && !readable.contains(where: { Self.contains($0, folder) }) {
            guard folder.hasPrefix("/"), !Self.contains(folder, home) else { return nil }
            readable.append(folder)
        }
    }

    private static func contains(_ folder: String, _ path: String) -> Bool {
        path == folder || path.hasPrefix(folder.hasSuffix("/") ? folder : folder + "/")
    }

    /// The `python3` of the search path, asked where it lives: the name may be a script that chooses among several.
    package static func python() async -> Interpreter? {
        let question = "import sys as s; s.stdout.write('\\n'.join([s.executable, s.prefix, s.base_prefix]))"
        let answer = try? await Subprocess.run(
            .name("python3"),
            arguments: ["-I", "-c", question],
            output: .string(limit: 16_384),
            error: .discarded
        )
        guard let answer, answer.terminationStatus.isSuccess else { return nil }
        let lines = answer.standardOutput.split(separator: "\n").map(String.init)
        guard lines.count == 3, lines[0].hasPrefix("/") else { return nil }
        return Interpreter(executable: lines[0], folders: Array(lines[1...]))
    }

    /// The Swift compiler of the search path, without its driver.
    package static func swift() -> Interpreter? {
        let search = ProcessInfo.processInfo.environment["PATH"] ?? ""
        for folder in search.split(separator: ":") {
            let compiler = URL(filePath: "\(folder)/swift-frontend").resolvingSymlinksInPath()
            guard FileManager.default.isExecutableFile(atPath: compiler.path(percentEncoded: false)) else { continue }
            let toolchain = compiler.deletingLastPathComponent().deletingLastPathComponent().standardizedFileURL
            return Interpreter(
                executable: compiler.path(percentEncoded: false),
                folders: [String(toolchain.path(percentEncoded: false).trimmingSuffix("/"))]
            )
        }
        return nil
    }
}

extension String {
    fileprivate func trimmingSuffix(_ suffix: String) -> Substring {
        hasSuffix(suffix) ? dropLast(suffix.count) : self[...]
    }
}
