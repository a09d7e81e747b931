import Foundation
import SwarmCLI
import SwarmCore
import Testing
import WireFormats

@Suite("Clients' configurations")
struct ClientMergeTests {
    private func target(_ model: String = "coder", port: Int = 17_615, context: Int = 32_768, key: Bool = false)
        -> ClientTarget
    {
        ClientTarget(
            model: ServedModel(id: model, contextLength: context),
            base: "http://127.0.0.1:\(port)",
            needsKey: key
        )
    }

    private func opencode(_ old: String?, _ target: ClientTarget, replaces: Bool = false) throws -> ClientMerge {
        try ClientMerge(OpencodeConfiguration.settings(target), into: old, format: .json, replaces: replaces)
    }

    private func claude(_ old: String?, _ target: ClientTarget, replaces: Bool = false) throws -> ClientMerge {
        try ClientMerge(ClaudeCodeConfiguration.settings(target), into: old, format: .json, replaces: replaces)
    }

    private let theirs = """
        {
          // the one I like
          "model": "anthropic/claude", /* keep */
          "provider": {
            "anthropic": { "options": { "timeout": 5 } },
          },
          "compaction": { "reserved": 100 },
          "mcp": { "x": { "type": "local" } } // last
        }

        """

    @Test func opencodeKeepsWhatItsUserChose() throws {
        let merge = try opencode(theirs, target())
        let value = try JSONCText(merge.text).value
        #expect(value["model"] == "anthropic/claude")
        #expect(value["small_model"] == "local-swarm/coder")
        #expect(value["compaction"] == ["reserved": 100, "auto": true, "prune": true])
        #expect(value["provider"]?["anthropic"]?["options"]?["timeout"] == 5)
        #expect(
            value["provider"]?["local-swarm"]?["models"]?["coder"]?["limit"] == ["context": 32_768, "output": 8192]
        )
        for comment in ["// the one I like", "/* keep */", "// last"] { #expect(merge.text.contains(comment)) }
        #expect(merge.kept.map(\.path) == ["model", "compaction.reserved"])
        #expect(merge.changes.contains { $0.hasPrefix("provider.local-swarm: ") })
        let again = try opencode(merge.text, target())
        #expect(again.text == merge.text && again.changes.isEmpty)
        #expect(try JSONCText(opencode(theirs, target(), replaces: true).text).value["model"] == "local-swarm/coder")
    }

    @Test func anEarlierEntryIsBroughtUpToDateWithoutLosingWhatWasAddedToIt() throws {
        let first = try opencode(nil, target())
        var text = try JSONCText(first.text)
        let entry: [JSONStep] = [.key("provider"), .key("local-swarm")]
        try text.set(entry + [.key("options"), .key("headers")], to: ["x": "y"])
        try text.set(entry + [.key("models"), .key("coder"), .key("reasoning")], to: true)
        let second = try opencode(text.text, target("other", port: 8080))
        let value = try JSONCText(second.text).value
        #expect(value["model"] == "local-swarm/other" && value["small_model"] == "local-swarm/other")
        #expect(value[entry]?["options"]?["baseURL"] == "http://127.0.0.1:8080/v1")
        #expect(value[entry]?["options"]?["headers"] == ["x": "y"])
        #expect(value[entry]?["models"]?.objectValue?.keys == ["coder", "other"])
        #expect(second.changes.contains("model: \"local-swarm/other\", was \"local-swarm/coder\""))
        #expect(second.kept.isEmpty)
    }

    @Test func claudeCodeIsNotTakenAwayFromAnotherServer() throws {
        let theirs = "{\"env\": {\"ANTHROPIC_BASE_URL\": \"https://proxy.example\", \"A\": \"b\"}, \"model\": \"opus\"}"
        let conflict = try #require(throws: ClientConflict.self) { try claude(theirs, target()) }
        #expect(conflict.settings.map(\.path) == ["env.ANTHROPIC_BASE_URL"])
        #expect(conflict.description.contains("https://proxy.example"))
        let merge = try claude(theirs, target(), replaces: true)
        let value = try JSONCText(merge.text).value
        #expect(value["env"]?["ANTHROPIC_BASE_URL"] == "http://127.0.0.1:17615")
        #expect(value["env"]?["A"] == "b" && value["model"] == "opus")
        // Once it points here, a change of the model needs no leave.
        let other = try claude(merge.text, target("other", context: 8192))
        #expect(try JSONCText(other.text).value["env"]?["ANTHROPIC_MODEL"] == "other")
        #expect(try JSONCText(other.text).value["env"]?["CLAUDE_CODE_MAX_OUTPUT_TOKENS"] == "2048")
        #expect(throws: ClientConflict.self) { try claude(merge.text, target(port: 8080)) }
    }

    @Test func claudeCodeTakesTheKeyFromTheEnvironment() throws {
        let open = try JSONCText(claude(nil, target()).text).value
        #expect(open["env"]?["ANTHROPIC_AUTH_TOKEN"] == "none" && open["apiKeyHelper"] == nil)
        let closed = try JSONCText(claude(nil, target(key: true)).text).value
        #expect(closed["env"]?["ANTHROPIC_AUTH_TOKEN"] == nil)
        #expect(closed["apiKeyHelper"] == "printenv LOCAL_SWARM_HTTP_API_KEY")
    }

    @Test func zedKeepsItsCommentsAndOtherModels() throws {
        let theirs = """
            // Zed settings
            {
              "theme": "One Dark",
              "language_models": {
                // the big one
                "openai_compatible": {
                  "Other": { "api_url": "https://other.example" }
                }
              },
              "agent": {
                "default_model": { "provider": "zed.dev", "model": "x" },
              },
            }

            """
        let merge = try ClientMerge(ZedConfiguration.settings(target()), into: theirs, format: .json, replaces: false)
        let value = try JSONCText(merge.text).value
        let providers = try #require(value["language_models"]?["openai_compatible"])
        #expect(providers["Other"]?["api_url"] == "https://other.example")
        #expect(providers["Local Swarm"]?["api_url"] == "http://127.0.0.1:17615/v1")
        #expect(providers["Local Swarm"]?["available_models"]?.arrayValue?.count == 1)
        #expect(value["agent"]?["default_model"]?["provider"] == "zed.dev")
        #expect(merge.text.contains("// the big one") && merge.text.hasPrefix("// Zed settings\n"))
        let settings = ZedConfiguration.settings(target("other", context: 8192))
        let second = try ClientMerge(settings, into: merge.text, format: .json, replaces: true)
        let models = try JSONCText(second.text).value["language_models"]?["openai_compatible"]?["Local Swarm"]?[
            "available_models"
        ]
        #expect(models?.arrayValue?.map { $0["name"] } == ["coder", "other"])
        #expect(models?.arrayValue?.last?["max_tokens"] == 8192)
    }

    @Test func aiderKeepsItsOtherOptions() throws {
        let theirs = "# mine\ndark-mode: true\nread: [CONVENTIONS.md]\n"
        let settings = AiderConfiguration.settings(target())
        let merge = try ClientMerge(settings, into: theirs, format: .yaml, replaces: false)
        #expect(
            merge.text == theirs + """
                openai-api-base: http://127.0.0.1:17615/v1
                model: openai/coder
                openai-api-key: none

                """
        )
        #expect(try ClientMerge(settings, into: merge.text, format: .yaml, replaces: false).changes.isEmpty)
        let conflict = try #require(throws: ClientConflict.self) {
            try ClientMerge(settings, into: "model: sonnet # best\n", format: .yaml, replaces: false)
        }
        #expect(conflict.settings.map(\.path) == ["model"])
        let replaced = try ClientMerge(settings, into: "model: sonnet # best\n", format: .yaml, replaces: true)
        #expect(replaced.text.hasPrefix("model: openai/coder # best\n"))
    }

    @Test func continueGetsOneModelAmongOthers() throws {
        let theirs = """
            name: Mine
            version: 2.0.0
            schema: v1
            models:
              - name: Theirs # first
                provider: ollama
                model: x

            context:
              - provider: code

            """
        let merge = try ClientMerge(
            ContinueConfiguration.settings(target()),
            into: theirs,
            format: .yaml,
            replaces: false
        )
        let ours = """
                model: x
              - name: Local Swarm
                provider: openai
                model: coder
                apiBase: http://127.0.0.1:17615/v1
                apiKey: none
                roles: [chat, edit, apply]
                capabilities: [tool_use]
                defaultCompletionOptions:
                  contextLength: 32768
                  maxTokens: 8192

            """
        #expect(
            merge.text.replacing("\"Local Swarm\"", with: "Local Swarm")
                == theirs.replacing("    model: x\n", with: ours)
        )
        #expect(merge.kept.map(\.path) == ["name", "version"])
        let settings = ContinueConfiguration.settings(target("other", port: 8080, context: 8192))
        let second = try ClientMerge(settings, into: merge.text, format: .yaml, replaces: false)
        #expect(
            second.text
                == merge.text.replacing("coder", with: "other").replacing("17615", with: "8080")
                .replacing("32768", with: "8192").replacing("maxTokens: 8192", with: "maxTokens: 2048")
        )
    }

    @Test func everyClientsNewFileIsMergedWithItselfWithoutAChange() throws {
        for key in [false, true] {
            for settings in [
                OpencodeConfiguration.settings(target(key: key)), ClaudeCodeConfiguration.settings(target(key: key)),
                ZedConfiguration.settings(target(key: key)), AiderConfiguration.limits(target(key: key)),
            ] {
                let new = try ClientMerge(settings, into: nil, format: .json, replaces: false)
                #expect(try JSON(parsing: new.text) == settings.json)
                #expect(try ClientMerge(settings, into: new.text, format: .json, replaces: true).changes.isEmpty)
            }
            for settings in [
                ContinueConfiguration.settings(target(key: key)), AiderConfiguration.settings(target(key: key)),
            ] {
                let new = try ClientMerge(settings, into: nil, format: .yaml, replaces: false)
                #expect(try ClientMerge(settings, into: new.text, format: .yaml, replaces: true).changes.isEmpty)
            }
        }
    }

    @Test func theFileOfTheProjectComesBeforeThatOfTheUser() {
        let places = ClientPlaces(home: "/h", working: "/p", environment: ["CODEX_HOME": "/c", "XDG_CONFIG_HOME": ""])
        func path(_ client: Client, _ existing: String...) -> [String] {
            client.files(for: target(), named: nil, places: places) { existing.contains($0) }.map(\.path)
        }
        #expect(path(.opencode) == ["/h/.config/opencode/opencode.json"])
        #expect(path(.opencode, "/h/.config/opencode/opencode.jsonc") == ["/h/.config/opencode/opencode.jsonc"])
        #expect(path(.opencode, "/p/opencode.jsonc", "/h/.config/opencode/opencode.json") == ["/p/opencode.jsonc"])
        #expect(path(.aider) == ["/h/.aider.conf.yml", "/h/.aider.model.metadata.json"])
        #expect(path(.aider, "/p/.aider.conf.yml") == ["/p/.aider.conf.yml", "/p/.aider.model.metadata.json"])
        #expect(path(.continue) == ["/h/.continue/config.yaml"])
        #expect(path(.codex) == ["/c/config.toml"])
        #expect(path(.claudeCode) == ["/h/.claude/settings.json"])
        #expect(path(.zed) == ["/h/.config/zed/settings.json"])
        let named = Client.aider.files(for: target(), named: "x.yml", places: places) { _ in true }
        #expect(named.map(\.path) == ["x.yml", ".aider.model.metadata.json"])
    }

    @Test func aContextTooShortForAgentsIsSaid() {
        #expect(Client.opencode.notes(for: target()).isEmpty)
        #expect(Client.opencode.notes(for: target("bumble", context: 2048)).count == 1)
        #expect(Client.codex.notes(for: target(key: true)).contains { $0.contains("LOCAL_SWARM_HTTP_API_KEY") })
        #expect(Client.zed.notes(for: target()).contains { $0.contains("LOCAL_SWARM_API_KEY=none") })
    }
}

@Suite("Who answers at an address")
struct ServerQuestionTests {
    @Test(arguments: [
        (
            200, #"{"data":[{"id":"m","owned_by":"local-swarm","context_length":4096}]}"#,
            ServerQuestion.Answer.served(ServedModel(id: "m", contextLength: 4096))
        ),
        (200, #"{"data":[{"id":"m","owned_by":"llamacpp","context_length":4096}]}"#, .stranger),
        (200, #"{"data":[]}"#, .stranger), (200, "<html>", .stranger), (404, "{}", .stranger),
        (401, #"{"error":{"message":"x"}}"#, .needsKey), (401, "{}", .stranger),
        (503, #"{"error":{"message":"loading"}}"#, .starting), (503, "", .stranger),
    ])
    func aReplySaysWhoSentIt(status: Int, body: String, answer: ServerQuestion.Answer) {
        #expect(ServerQuestion.meaning(status: status, body: Array(body.utf8)) == answer)
    }

    @Test func whatTheServerPublishesIsReadBack() {
        let card = ModelCard(
            id: ModelID(rawValue: "m"),
            contextLength: 65_536,
            trainedContextLength: 131_072,
            parameters: 1,
            fileBytes: 1,
            sampling: Sampling(),
            recommendedCandidates: 3,
            fingerprint: "f",
            created: 0,
            supportsTools: false
        )
        #expect(ServedModel(modelList: OpenAIModels.list([card])) == ServedModel(card))
        #expect(ServedModel(card) == ServedModel(id: "m", contextLength: 65_536, supportsTools: false))
    }

    @Test(
        arguments: [
            ("127.0.0.1", 17_615, "http://127.0.0.1:17615"), ("::1", 1, "http://[::1]:1"),
            ("0.0.0.0", 2, "http://127.0.0.1:2"),
            ("::", 3, "http://[::1]:3"), ("localhost", 4, "http://localhost:4"), ("localhost", 0, nil),
        ] as [(String, Int, String?)]
    )
    func theAddressOfTheSettingsIsOneThatCanBeReached(host: String, port: Int, address: String?) {
        #expect(ServerAddress.local(host: host, port: port) == address)
    }

    @Test(
        arguments: [
            ("http://a.lan:1", "http://a.lan:1"), ("https://a/v1/", "https://a"), ("HTTP://a:2//", "HTTP://a:2"),
            ("http://a/swarm/v1", "http://a/swarm"), ("a.lan", nil), ("ftp://a", nil), ("http://", nil),
            ("http://a?b", nil),
        ] as [(String, String?)]
    )
    func aGivenAddressIsMadeABase(text: String, base: String?) {
        #expect(ServerAddress.base(text) == base)
    }
}
