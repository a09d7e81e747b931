package import ModelCatalog

/// What `swarm doctor` judges, as it was found.
package struct DoctorFacts: Sendable {
    package enum Configuration: Sendable, Equatable {
        /// There is no file.
        case none
        case usable(permissions: Int, holdsKeys: Bool)
        /// The file or other settings cannot be used, in the words of the error.
        case broken(String)
    }

    /// A folder that the program writes to.
    package struct Folder: Sendable, Equatable {
        /// What it holds, in one word.
        package var name: String
        package var path: String
        /// It can be written, or made.
        package var isWritable: Bool
        /// On its disk, in bytes; `nil` when that is not told.
        package var free: UInt64?

        package init(name: String, path: String, isWritable: Bool, free: UInt64?) {
            self.name = name
            self.path = path
            self.isWritable = isWritable
            self.free = free
        }
    }

    package enum Database: Sendable, Equatable {
        case none
        case sound
        /// In the words of the error, which name the cure.
        case broken(String)
    }

    package enum Model: Sendable, Equatable {
        /// There is none, in the words of the error, which name the cure.
        case none(String)
        /// Its header cannot be read.
        case unreadable(path: String, reason: String)
        case readable(path: String, bytes: UInt64, context: Int)
        /// It is not on this machine yet, by the name a person gave.
        case away(String)
        /// Another program has it.
        case elsewhere(String)
    }

    /// What is known of the model's tool format.
    package enum Template: Sendable, Equatable {
        case tools(Bool)
        /// Only a loaded model tells.
        case notAsked
        /// It could not be loaded.
        case failed(String)
    }

    /// A server that gives candidates.
    package struct Upstream: Sendable, Equatable {
        package var address: String
        package var isReached: Bool

        package init(address: String, isReached: Bool) {
            self.address = address
            self.isReached = isReached
        }
    }

    /// What the server does for its model.
    package enum Tools: Sendable, Equatable {
        /// Nothing.
        case none
        /// Where, by which policy, and how commands are kept in, in words.
        case usable(String)
        /// They cannot run, in words that name the cure.
        case broken(String)
    }

    package enum Hub: Sendable, Equatable {
        case reached
        /// It may not be asked.
        case offline
        case unreachable(String)
    }

    package var configurationPath: String
    package var configuration: Configuration
    package var host: String
    package var port: Int
    package var keys: [String]
    package var runsCode: Bool
    /// Somebody listens there.
    package var isPortTaken: Bool
    package var server: ServerQuestion.Answer
    package var folders: [Folder]
    package var databasePath: String
    package var database: Database
    /// Bytes of prefixes on disk, and how many there may be; `nil` when none are kept.
    package var prefixes: (bytes: UInt64, limit: UInt64)?
    package var model: Model
    /// How it fits into the memory that is free; `nil` when that was not reckoned.
    package var fit: Fit?
    package var template: Template
    package var upstreams: [Upstream]
    package var detection: Detection
    /// Why there is no sandbox; `nil` when there is one.
    package var sandbox: String?
    /// Where it is; `nil` when there is none.
    package var python: String?
    package var tools: Tools
    /// Unix times in seconds: the clock's, and that of the file changed last among those of this program.
    package var now: Int
    package var newestFile: Int
    package var hubAddress: String
    package var hub: Hub

    package init(
        configurationPath: String,
        configuration: Configuration,
        host: String,
        port: Int,
        keys: [String],
        runsCode: Bool,
        isPortTaken: Bool,
        server: ServerQuestion.Answer,
        folders: [Folder],
        databasePath: String,
        database: Database,
        prefixes: (bytes: UInt64, limit: UInt64)?,
        model: Model,
        fit: Fit?,
        template: Template,
        upstreams: [Upstream] = [],
        detection: Detection,
        sandbox: String?,
        python: String?,
        tools: Tools = .none,
        now: Int,
        newestFile: Int,
        hubAddress: String,
        hub: Hub
    ) {
        self.configurationPath = configurationPath
        self.configuration = configuration
        self.host = host
        self.port = port
        self.keys = keys
        self.runsCode = runsCode
        self.isPortTaken = isPortTaken
        self.server = server
        self.folders = folders
        self.databasePath = databasePath
        self.database = database
        self.prefixes = prefixes
        self.model = model
        self.fit = fit
        self.template = template
        self.upstreams = upstreams
        self.detection = detection
        self.sandbox = sandbox
        self.python = python
        self.tools = tools
        self.now = now
        self.newestFile = newestFile
        self.hubAddress = hubAddress
        self.hub = hub
    }
}
