package import ModelCatalog

/// A GGUF model that is on this machine already, and is used where it is.
package struct FoundModel: Sendable, Equatable {
    /// Who put it there.
    package enum Origin: String, Sendable, CaseIterable {
        case store
        case huggingFace = "hugging-face"
        case ollama
        case lmStudio = "lm-studio"
        case jan
        case gpt4All = "gpt4all"

        /// As people call it.
        package var words: String {
            switch self {
            case .store: "Local Swarm"
            case .huggingFace: "Hugging Face"
            case .ollama: "Ollama"
            case .lmStudio: "LM Studio"
            case .jan: "Jan"
            case .gpt4All: "GPT4All"
            }
        }
    }

    package var origin: Origin
    /// As its owner calls it, for example `qwen2.5-coder:7b` or `owner/name/file.gguf`.
    package var name: String
    /// All parts in order; the first is the one to load.
    package var paths: [String]
    package var bytes: UInt64
    /// What it is on a hub, where its place says so.
    package var artifact: ModelArtifact?

    package init(origin: Origin, name: String, paths: [String], bytes: UInt64, artifact: ModelArtifact? = nil) {
        self.origin = origin
        self.name = name
        self.paths = paths
        self.bytes = bytes
        self.artifact = artifact
    }
}

/// What a search came to.
package struct FoundModels: Sendable, Equatable {
    package var models: [FoundModel] = []
    /// Folders that this user cannot read.
    package var unreadable: [String] = []
    /// A folder had more files than are looked at.
    package var isCut = false
}

/// Where models are looked for.
package struct ModelPlaces: Sendable, Equatable {
    /// In the order in which they are looked at; of a file found twice the first counts.
    package var places: [Place]

    /// One folder of one kind.
    package struct Place: Sendable, Equatable {
        package var origin: FoundModel.Origin
        package var folder: String

        package init(_ origin: FoundModel.Origin, _ folder: String) {
            self.origin = origin
            self.folder = folder
        }
    }

    package init(places: [Place]) { self.places = places }

    /// The usual places of this user: the programs' own variables first, else where they put models by themselves.
    /// - Parameter store: the folder of the own store.
    package init(environment: [String: String], home: String, store: String) {
        func set(_ name: String) -> String? {
            environment[name].flatMap { $0.isEmpty ? nil : $0 }.map { $0.hasPrefix("~/") ? home + $0.dropFirst() : $0 }
        }
        let data = set("XDG_DATA_HOME") ?? home + "/.local/share"
        let support = home + "/Library/Application Support"
        places = [
            Place(.store, store),
            Place(.huggingFace, HubFolders(environment: environment, home: home).hub),
            Place(.ollama, set("OLLAMA_MODELS") ?? home + "/.ollama/models"),
            Place(.ollama, "/usr/share/ollama/.ollama/models"),
            Place(.ollama, "/var/lib/ollama/models"),
            Place(.lmStudio, home + "/.lmstudio/models"),
            Place(.lmStudio, home + "/.cache/lm-studio/models"),
            Place(.jan, data + "/Jan/data/llamacpp/models"),
            Place(.jan, support + "/Jan/data/llamacpp/models"),
            Place(.gpt4All, data + "/nomic.ai/GPT4All"),
            Place(.gpt4All, support + "/nomic.ai/GPT4All"),
        ]
    }
}
