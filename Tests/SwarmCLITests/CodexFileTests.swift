import SwarmCLI
import SwarmCore
import Testing
import WireFormats

@Suite("Codex's configuration")
struct CodexFileTests {
    private let target = ClientTarget(
        model: ServedModel(id: "coder", contextLength: 32_768),
        base: "http://127.0.0.1:17615",
        needsKey: false
    )

    private let root = """
        # >>> local-swarm settings, by `swarm init codex`: what is changed in here is written over
        model = "coder"
        model_provider = "local-swarm"
        model_context_window = 32768
        model_auto_compact_token_limit = 24576
        # <<< local-swarm

        """

    private let table = """
        # >>> local-swarm provider, by `swarm init codex`: what is changed in here is written over
        [model_providers.local-swarm]
        name = "Local Swarm"
        base_url = "http://127.0.0.1:17615/v1"
        wire_api = "responses"
        stream_idle_timeout_ms = 600000
        # <<< local-swarm

        """

    @Test func aNewFileHasBothBlocks() throws {
        #expect(try CodexFile.text("", for: target) == root + "\n" + table)
    }

    @Test(arguments: [
        "# mine\napproval_policy = \"never\"\n\n[mcp_servers.x]\ncommand = \"y\"\n",
        "[a]\nb = 1 # model = 2\n[[list]]\nmodel = \"other\"\n",
        "notes = \"\"\"\nmodel = 1\n[model_providers.local-swarm]\n\"\"\"\n",
        "list = [ # model = 1\n  \"]\", '[',\n  [1, 2],\n]\n", "inline = { model = 1, x = '}' }\n",
        "\"quoted.model\" = 1\na.model = 2\n'b' . c = 3\n", "text = '''\n'it''s'''\n", "esc = \"\\\" # no comment\"\n",
    ])
    func whatTheUserHasStaysBetweenTheBlocks(text: String) throws {
        let new = try CodexFile.text(text, for: target)
        #expect(new == root + "\n" + text + "\n" + table)
        #expect(try CodexFile.text(new, for: target) == new)
    }

    @Test func blocksAreBroughtUpToDateWhereTheyStand() throws {
        let old = try CodexFile.text("a = 1\n", for: target) + "\n[b]\nc = 2\n"
        var other = target
        other.model = ServedModel(id: "other", contextLength: 65_536)
        other.base = "http://127.0.0.1:8080"
        other.needsKey = true
        let new = try CodexFile.text(old, for: other)
        #expect(
            new
                == old.replacing("\"coder\"", with: "\"other\"").replacing("32768", with: "65536")
                .replacing("24576", with: "57344").replacing(":17615", with: ":8080")
                .replacing("600000\n", with: "600000\nenv_key = \"LOCAL_SWARM_HTTP_API_KEY\"\n")
        )
        #expect(try CodexFile.text(new, for: target) == old)
    }

    @Test(arguments: [
        ("model = \"gpt-5\"\n", "model on line 1"), ("# x\n\"model\" = 1\n", "model on line 2"),
        ("a = 1\nmodel_provider = 'x'\nmodel = 2\n[t]\n", "model_provider on line 2, model on line 3"),
        ("[model_providers.local-swarm]\n", "model_providers.local-swarm on line 1"),
        ("[model_providers.\"local-swarm\".x]\n", "model_providers.local-swarm.x on line 1"),
        ("[model_providers]\nlocal-swarm.name = 1\n", "model_providers.local-swarm.name on line 2"),
        ("model_providers = {}\n", "model_providers on line 1"),
    ])
    func theSameKeysOutsideAreAReasonToRefuse(text: String, places: String) throws {
        let error = try #require(throws: (any Error).self) { try CodexFile.text(text, for: target) }
        #expect(words(for: error).hasPrefix("it already has \(places); take "))
    }

    @Test func settingsInTheWayBecomeCommentsWhenAsked() throws {
        let text = "a = 1\nmodel = \"gpt-5\" # mine\nmodel_provider = 'x'\n[t]\n"
        let new = try CodexFile.text(text, for: target, replaces: true)
        #expect(new == root + "\n" + "a = 1\n# model = \"gpt-5\" # mine\n# model_provider = 'x'\n[t]\n" + "\n" + table)
        #expect(throws: (any Error).self) {
            try CodexFile.text("model = \"\"\"\ntwo\n\"\"\"\n", for: target, replaces: true)
        }
        #expect(throws: (any Error).self) {
            try CodexFile.text("[model_providers.local-swarm]\n", for: target, replaces: true)
        }
    }

    @Test func aBlockThatWasMovedOrCutIsAReasonToRefuse() throws {
        let whole = try CodexFile.text("", for: target)
        #expect(throws: (any Error).self) { try CodexFile.text(table + root, for: target) }
        #expect(throws: (any Error).self) {
            try CodexFile.text(whole.replacing("# <<< local-swarm\n", with: ""), for: target)
        }
        #expect(throws: (any Error).self) { try CodexFile.text(root + root, for: target) }
    }

    @Test(arguments: [
        "a\n", "= 1\n", "a = \n", "[a\n", "a = \"x\n", "a = '''x\n", "a = [1\n", "a = {\n", "a = \"x\" y\n", "[a] b\n",
        "a b = 1\n",
        "a. = 1\n", "a = \"\\",
    ])
    func whatIsNotUnderstoodIsAReasonToRefuse(text: String) throws {
        let error = try #require(throws: (any Error).self) { try CodexFile.text(text, for: target) }
        #expect(words(for: error).hasPrefix("it cannot be read: "))
    }
}
