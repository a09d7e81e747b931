import ArgumentParser
package import WireFormats

/// A program that can use this server.
package enum Client: String, Sendable, CaseIterable {
    case opencode
    case aider
    case `continue`
    case codex
    case claudeCode = "claude-code"
    case zed

    /// One file of a client's configuration.
    package struct File: Sendable, Equatable {
        package enum Content: Sendable, Equatable {
            case settings([ClientSetting], ClientMerge.Format)
            case codex
        }

        package var path: String
        package var content: Content
    }

    /// The files of the client's configuration and what they are to say.
    ///
    /// - Parameters:
    ///   - named: the file the user named; `nil` for the one of a project in the working folder where there is one, else
    ///     the user's own.
    ///   - exists: whether there is a file.
    package func files(
        for target: ClientTarget,
        named: String?,
        places: ClientPlaces,
        exists: (String) -> Bool
    ) -> [File] {
        let path = named ?? places.candidates(self).first(where: exists) ?? places.usual(self)
        switch self {
        case .opencode: return [File(path: path, content: .settings(OpencodeConfiguration.settings(target), .json))]
        case .claudeCode: return [File(path: path, content: .settings(ClaudeCodeConfiguration.settings(target), .json))]
        case .zed: return [File(path: path, content: .settings(ZedConfiguration.settings(target), .json))]
        case .continue: return [File(path: path, content: .settings(ContinueConfiguration.settings(target), .yaml))]
        case .codex: return [File(path: path, content: .codex)]
        case .aider:
            let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
            return [
                File(path: path, content: .settings(AiderConfiguration.settings(target), .yaml)),
                File(
                    path: folder + ".aider.model.metadata.json",
                    content: .settings(AiderConfiguration.limits(target), .json)
                ),
            ]
        }
    }

    /// What the user has to do beside the files, and what to start.
    package func notes(for target: ClientTarget) -> [String] {
        let key = ClientTarget.keyVariable
        let keyNote: String? =
            switch self {
            case .opencode, .claudeCode, .codex: "set \(key) to a key of the server where you start it"
            case .aider: "set OPENAI_API_KEY to a key of the server where you start it"
            case .continue: "put \(key)=… with a key of the server into ~/.continue/.env"
            case .zed: "set \(ZedConfiguration.keyVariable) to a key of the server where you start it"
            }
        var notes = target.needsKey ? [keyNote].compactMap { $0 } : []
        if self == .zed, !target.needsKey {
            notes.append("Zed wants some key: set \(ZedConfiguration.keyVariable)=none where you start it")
        }
        if target.model.contextLength < Self.agentContext, self != .continue {
            notes.append(
                "the context of \(target.model.id), \(target.model.contextLength) tokens, is shorter than the first prompt "
                    + "of most agents; serve a model with \(Self.agentContext) or more"
            )
        }
        return notes
    }

    /// opencode's first request alone is about 10 000 tokens, and there has to be room for an answer.
    private static let agentContext = 16_384
}

extension Client: ExpressibleByArgument {}

/// The folders that clients keep their configuration in.
package struct ClientPlaces: Sendable, Equatable {
    private var home: String
    private var working: String
    private var environment: [String: String]

    /// - Parameter working: the folder the command was started in.
    package init(home: String, working: String, environment: [String: String]) {
        self.home = home
        self.working = working
        self.environment = environment.filter { !$0.value.isEmpty }
    }

    private var configuration: String {
        environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? home + "/.config"
    }

    /// The files that are taken where they exist, the first of them first.
    func candidates(_ client: Client) -> [String] {
        switch client {
        case .opencode:
            ["\(working)/opencode.json", "\(working)/opencode.jsonc"]
                + ["opencode.json", "opencode.jsonc"].map { "\(configuration)/opencode/\($0)" }
        case .aider: ["\(working)/.aider.conf.yml", "\(home)/.aider.conf.yml"]
        case .continue, .codex, .claudeCode, .zed: []
        }
    }

    /// The file that is made where there is none.
    func usual(_ client: Client) -> String {
        switch client {
        case .opencode: "\(configuration)/opencode/opencode.json"
        case .aider: "\(home)/.aider.conf.yml"
        case .continue: (environment["CONTINUE_GLOBAL_DIR"] ?? "\(home)/.continue") + "/config.yaml"
        case .codex: (environment["CODEX_HOME"] ?? "\(home)/.codex") + "/config.toml"
        case .claudeCode: (environment["CLAUDE_CONFIG_DIR"] ?? "\(home)/.claude") + "/settings.json"
        case .zed: "\(configuration)/zed/settings.json"
        }
    }
}
