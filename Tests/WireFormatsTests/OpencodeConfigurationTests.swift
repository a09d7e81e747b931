import SwarmCore
import Testing
import WireFormats

struct OpencodeConfigurationTests {
    static func json(context: Int = 65_536, id: String = "qwen3-coder-30b", needsKey: Bool = false) -> JSON {
        OpencodeConfiguration.json(
            card: OpenAIModelsTests.card(id, context: context),
            base: "http://127.0.0.1:17615",
            needsKey: needsKey
        )
    }

    /// All places of a value with the kind of what stands there; the names of provider and model are left out.
    static func shape(of value: JSON, at path: String = "") -> Set<String> {
        guard let object = value.objectValue else { return ["\(path): \(value.kindName)"] }
        return object.members.reduce(into: []) { places, member in
            let isName = [".provider", ".provider.*.models"].contains(path)
            places.formUnion(shape(of: member.value, at: "\(path).\(isName ? "*" : member.key)"))
        }
    }

    @Test func everySettingStandsWhereTheProgramLooksForIt() throws {
        let known = Self.shape(of: try Fixture.json("opencode.v1.json"))
        let ours = Self.shape(of: Self.json())
        #expect(ours.subtracting(known).isEmpty)
        // What is missing says of one model that it thinks, which is not known of ours.
        #expect(known.subtracting(ours).allSatisfy { $0.hasPrefix(".provider.*.models.*.") })
    }

    @Test func itIsWrittenReadyToBeSaved() {
        #expect(
            Self.json(id: "qwen/a").text == """
                {"$schema":"https://opencode.ai/config.json","model":"local-swarm/qwen/a","small_model":"local-swarm/qwen/a",\
                "provider":{"local-swarm":{"npm":"@ai-sdk/openai-compatible","name":"Local Swarm","options":{\
                "baseURL":"http://127.0.0.1:17615/v1","apiKey":"none","timeout":false,"headerTimeout":600000,\
                "chunkTimeout":600000},"models":{"qwen/a":{"name":"qwen/a","tool_call":true,"reasoning":false,\
                "attachment":false,"temperature":false,"limit":{"context":65536,"output":8192}}}}},\
                "compaction":{"auto":true,"prune":true,"reserved":4096}}
                """
        )
    }

    @Test func aKeyIsTakenFromTheEnvironment() {
        let options = Self.json(needsKey: true)["provider"]?["local-swarm"]?["options"]
        #expect(options?["apiKey"] == "{env:LOCAL_SWARM_HTTP_API_KEY}")
    }

    @Test func aModelWithoutToolsSaysSo() {
        var card = OpenAIModelsTests.card("a")
        card.supportsTools = false
        let json = OpencodeConfiguration.json(card: card, base: "", needsKey: false)
        #expect(json["provider"]?["local-swarm"]?["models"]?["a"]?["tool_call"] == false)
    }

    /// The first request of a session has about 10 100 tokens.
    @Test(arguments: [16_384, 32_768, 65_536, 131_072, 262_144])
    func theFirstTurnFitsBeforeCompactionBegins(context: Int) throws {
        let json = Self.json(context: context)
        let limit = try #require(json["provider"]?["local-swarm"]?["models"]?["qwen3-coder-30b"]?["limit"])
        let output = try #require(limit["output"]?.intValue)
        let reserved = try #require(json["compaction"]?["reserved"]?.intValue)
        #expect(limit["context"]?.intValue == context)
        #expect(context - output - reserved > 10_100)
        #expect((1...8192).contains(reserved))
    }
}
