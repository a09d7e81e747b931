/// One program to run in a box, and how much it may use.
package struct Job: Sendable, Equatable {
    /// Absolute path.
    package var executable: String
    package var arguments: [String]
    /// What it reads from standard input, which then ends.
    package var input: [UInt8]
    /// Variables next to `PATH`, `LANG` and `HOME`; nothing of this process's own environment is passed on.
    package var environment: [String: String]
    /// Files and folders outside the system's that it may read, as absolute paths.
    package var readable: [String]
    /// Folders that it may change, as absolute paths without links; they are at the same place in the box.
    ///
    /// Where this process is the machine's root, such a job needs an ``owner``.
    package var writable: [String]
    /// Where it starts; `nil` is its private folder.
    package var folder: String?
    /// Whether it has this machine's network, its loopback included.
    package var hasNetwork: Bool
    /// Whom its files belong to, and so who it is where this process is the machine's root; never root itself, which the
    /// kernel's limit on processes does not bind.
    package var owner: BoxOwner?
    /// How many bytes are kept of each end of its output; `nil` keeps the beginning only.
    package var keptEnds: Int?
    package var limits: Limits

    package init(
        executable: String,
        arguments: [String] = [],
        input: [UInt8] = [],
        environment: [String: String] = [:],
        readable: [String] = [],
        writable: [String] = [],
        folder: String? = nil,
        hasNetwork: Bool = false,
        owner: BoxOwner? = nil,
        keptEnds: Int? = nil,
        limits: Limits = Limits()
    ) {
        self.executable = executable
        self.arguments = arguments
        self.input = input
        self.environment = environment
        self.readable = readable
        self.writable = writable
        self.folder = folder
        self.hasNetwork = hasNetwork
        self.owner = owner
        self.keptEnds = keptEnds
        self.limits = limits
    }

    /// The whole environment it sees.
    var variables: [String: String] {
        ["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": "/tmp"].merging(environment) { $1 }
    }
}

/// A user and a group, by their numbers.
package struct BoxOwner: Sendable, Equatable {
    package var user: Int
    package var group: Int

    package init(user: Int, group: Int) {
        self.user = user
        self.group = group
    }
}

/// How much one job may use.
package struct Limits: Sendable, Equatable {
    /// From start to end; then everything in the box is killed.
    package var time: Duration
    /// Of the processor, for each process in the box.
    package var processorSeconds: Int
    /// Of address space in bytes, for each process in the box.
    package var memory: Int
    /// Processes and threads at one time, with the two that make up the box.
    package var processes: Int
    /// Of one file in bytes.
    package var file: Int
    /// Of all files in the private `/tmp` together, in bytes.
    package var folder: Int
    /// Of standard output in bytes; as much again for standard error.
    package var output: Int
    /// Open files of one process.
    package var files: Int

    package init(
        time: Duration = .seconds(6),
        processorSeconds: Int = 6,
        memory: Int = 512 << 20,
        processes: Int = 16,
        file: Int = 16 << 20,
        folder: Int = 64 << 20,
        output: Int = 1 << 20,
        files: Int = 64
    ) {
        self.time = time
        self.processorSeconds = processorSeconds
        self.memory = memory
        self.processes = processes
        self.file = file
        self.folder = folder
        self.output = output
        self.files = files
    }
}

/// What became of a job.
package struct BoxResult: Sendable, Equatable {
    /// How a job ended.
    package enum Exit: Sendable, Equatable {
        /// The program's own code.
        case code(Int32)
        /// A signal killed the program; a program's own code above 128 reads the same, as in a shell.
        case signal(Int32)
        /// Its time was over, so it was killed.
        case timeout
        /// It wrote more than it may, so it was killed.
        case outputLimit
        /// The Swift task was cancelled, so it was killed.
        case cancelled
        /// The box could not be set up; the reason, for people.
        case notStarted(String)
    }

    /// Standard output, at most as long as its limit.
    package var output: [UInt8]
    /// Standard error, at most as long as its limit.
    package var error: [UInt8]
    /// The end of standard output, of a job whose ends are kept and whose output was longer than one of them.
    package var outputEnd: [UInt8]
    /// How many bytes of standard output were between ``output`` and ``outputEnd``.
    package var lost: Int
    /// Whether output or error was longer than is kept here.
    package var wasCut: Bool
    package var exit: Exit

    package init(
        output: [UInt8] = [],
        error: [UInt8] = [],
        outputEnd: [UInt8] = [],
        lost: Int = 0,
        wasCut: Bool = false,
        exit: Exit
    ) {
        self.output = output
        self.error = error
        self.outputEnd = outputEnd
        self.lost = lost
        self.wasCut = wasCut
        self.exit = exit
    }
}
