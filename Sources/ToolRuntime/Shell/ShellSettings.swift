package import Sandboxing

/// Where commands run.
package enum ShellGround: Sendable {
    case sandbox(Sandbox)
    /// Without a box, because the operator said so.
    case open(OpenGround)
    /// Nowhere; the reason, in words for the model and the operator.
    case none(String)
}

/// How commands run, and how much they may use.
package struct ShellSettings: Sendable, Equatable {
    /// For a command that looks at things, and for one that fetches, builds or tests.
    package var time: Duration
    package var longTime: Duration
    /// Whether commands have this machine's network.
    package var hasNetwork: Bool
    /// Where programs are looked for.
    package var searchPath: String
    /// Folders outside the system's that commands may read, such as those of a language's tools.
    package var readable: [String]
    /// Variables next to `PATH`, `HOME`, `LANG` and `TERM`; nothing else of this process's environment is passed on.
    package var environment: [String: String]
    /// Of address space in bytes, for each process.
    package var memory: Int
    /// Processes and threads at one time.
    package var processes: Int
    /// Of one file, and of all files in the private `/tmp` together, in bytes.
    package var file: Int
    package var folder: Int
    /// Bytes by which the disk of the workspace may become fuller while a command runs, before it is killed.
    package var disk: Int
    /// Characters of output that the model is shown.
    package var output: Int
    /// Commands that run at the same time; others wait, and their time begins when they run.
    package var width: Int

    package init(
        time: Duration = .seconds(30),
        longTime: Duration = .seconds(300),
        hasNetwork: Bool = false,
        searchPath: String = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        readable: [String] = [],
        environment: [String: String] = [:],
        memory: Int = 4 << 30,
        processes: Int = 256,
        file: Int = 1 << 30,
        folder: Int = 512 << 20,
        disk: Int = 4 << 30,
        output: Int = 3000,
        width: Int = 4
    ) {
        self.time = time
        self.longTime = longTime
        self.hasNetwork = hasNetwork
        self.searchPath = searchPath
        self.readable = readable
        self.environment = environment
        self.memory = memory
        self.processes = processes
        self.file = file
        self.folder = folder
        self.disk = disk
        self.output = output
        self.width = width
    }

    /// Lets commands use a program that is installed outside the system's folders, by its name.
    package mutating func add(_ interpreter: Interpreter) {
        let folder = String(
            interpreter.executable.prefix(
                upTo: interpreter.executable.lastIndex(of: "/") ?? interpreter.executable.startIndex
            )
        )
        readable += interpreter.readable.filter { !readable.contains($0) }
        guard !folder.isEmpty, !searchPath.split(separator: ":").contains(Substring(folder)) else { return }
        searchPath = folder + ":" + searchPath
    }
}
