import Foundation

/// A machine as it was recorded: texts in place of files and tools.
package struct RecordedFacts: FactSource {
    package var platform: Platform
    package var environment: [String: String]
    /// By absolute path.
    package var files: [String: [UInt8]]
    /// By command line, or by the beginning of one, which may also end its arguments before `=`.
    package var tools: [String: ToolOutput]

    package init(
        platform: Platform = Platform(family: .linux, architecture: "x86_64"),
        environment: [String: String] = [:],
        files: [String: String] = [:],
        tools: [String: ToolOutput] = [:]
    ) {
        self.platform = platform
        self.environment = environment
        self.files = files.mapValues { Array($0.utf8) }
        self.tools = tools
    }

    /// Reads a recorded machine from a folder.
    ///
    /// In it lie `platform` (one line, such as `linux x86_64`), `environment` (lines `NAME=value`), `files/` (the files by
    /// their paths) and `tools/` (what was printed, each file called like the command line). A tool's file that ends in
    /// `.hangs` or `.floods` stands for one that does so, and `.status9` for one that ended with that status.
    /// - Throws: when the folder cannot be read.
    package init(folder: String) throws {
        let manager = FileManager.default
        func text(_ name: String) -> String {
            manager.contents(atPath: folder + "/" + name).map { String(decoding: $0, as: UTF8.self) } ?? ""
        }
        let words = Scan.words(text("platform"))
        self.init(
            platform: Platform(
                family: words.first.flatMap(Platform.Family.init(rawValue:)) ?? .linux,
                architecture: words.count > 1 ? words[1] : "x86_64"
            ),
            environment: Scan.table(text("environment"), "=")
        )
        for name in try manager.subpathsOfDirectory(atPath: folder) {
            guard let data = manager.contents(atPath: folder + "/" + name) else { continue }
            if name.hasPrefix("files/") { files[String(name.dropFirst(5))] = Array(data) }
            if name.hasPrefix("tools/") {
                let (command, output) = Self.tool(named: String(name.dropFirst(6)), data)
                tools[command] = output
            }
        }
    }

    private static func tool(named name: String, _ data: Data) -> (String, ToolOutput) {
        let text = String(decoding: data, as: UTF8.self)
        guard let point = name.lastIndex(of: ".") else { return (name, .ended(status: 0, text: text)) }
        let command = String(name[..<point])
        let ending = String(name[name.index(after: point)...])
        if ending == "hangs" { return (command, .tookTooLong) }
        if ending == "floods" { return (command, .saidTooMuch) }
        if let status = Scan.index(ending, after: "status") { return (command, .ended(status: status, text: text)) }
        return (name, .ended(status: 0, text: text))
    }

    package func bytes(of path: String) -> [UInt8]? { files[path].map { Array($0.prefix(FactLimits.file)) } }

    package func names(in folder: String) -> [String] {
        let prefix = folder.hasSuffix("/") ? folder : folder + "/"
        let inside = files.keys.filter { $0.hasPrefix(prefix) }.compactMap {
            $0.dropFirst(prefix.count).split(separator: "/").first.map(String.init)
        }
        return Set(inside).sorted()
    }

    package func exists(_ path: String) -> Bool { files[path] != nil || !names(in: path).isEmpty }

    package func run(_ tool: String, _ arguments: [String]) async -> ToolOutput {
        let whole = [tool] + arguments
        for var words in [whole, whole.map { String($0.prefix { $0 != "=" }) }] {
            while !words.isEmpty {
                if let output = tools[words.joined(separator: " ")] { return output }
                words.removeLast()
            }
        }
        return .missing
    }
}
