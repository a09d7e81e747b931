import SwarmCore
import Testing
import WireFormats

struct OpenAIModelsTests {
    static func card(_ id: String, context: Int = 65536, created: Int = 1_795_305_600) -> ModelCard {
        ModelCard(
            id: ModelID(rawValue: id),
            contextLength: context,
            trainedContextLength: 262_144,
            parameters: 30_500_000_000,
            fileBytes: 17_300_000_000,
            sampling: Sampling(),
            recommendedCandidates: 4,
            fingerprint: "f",
            created: created
        )
    }

    @Test func everyLimitThatClientsLookForIsThere() throws {
        let known = try #require(try Fixture.json("d_models.response.json")["data"]?.arrayValue?.first?.objectValue)
        let ours = OpenAIModels.model(Self.card("qwen3-coder-30b"))
        for (key, value) in known.members {
            switch key {
            case "owned_by": #expect(ours[key] == "local-swarm")
            case "display_name": #expect(ours[key] == "qwen3-coder-30b")
            case "supported_parameters":
                let names = ours[key]?.arrayValue ?? []
                for name in value.arrayValue ?? [] { #expect(names.contains(name)) }
            default: #expect(ours[key] == value, "\(key)")
            }
        }
        #expect(ours["parameters"] == 30_500_000_000)
        #expect(ours["file_bytes"] == 17_300_000_000)
        #expect(ours["recommended_candidates"] == 4)
    }

    @Test func aModelWithoutAToolFormatOffersNoTools() {
        var card = Self.card("a")
        card.supportsTools = false
        let model = OpenAIModels.model(card)
        #expect(model["capabilities"]?["tools"] == false)
        let names = model["supported_parameters"]?.arrayValue?.compactMap(\.stringValue) ?? []
        #expect(names.contains("temperature"))
        #expect(!names.contains { $0.contains("tool") })
    }

    @Test func theListNamesItsEnds() {
        let list = OpenAIModels.list([Self.card("a"), Self.card("b")])
        #expect(list["object"] == "list")
        #expect(list["data"] == [OpenAIModels.model(Self.card("a")), OpenAIModels.model(Self.card("b"))])
        #expect(list["first_id"] == "a")
        #expect(list["last_id"] == "b")
        #expect(
            OpenAIModels.list([]).text
                == #"{"object":"list","data":[],"has_more":false,"first_id":null,"last_id":null}"#
        )
    }

    @Test(arguments: [(2, 1), (2048, 512), (32768, 8192), (262_144, 8192)])
    func thePublishedOutputLimitLeavesRoomForAConversation(context: Int, output: Int) {
        let model = OpenAIModels.model(Self.card("a", context: context))
        #expect(model["max_output_tokens"] == .integer(output))
        #expect(model["max_completion_tokens"] == .integer(output))
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00Z"), (951_782_399, "2000-02-28T23:59:59Z"), (951_782_400, "2000-02-29T00:00:00Z"),
        (1_709_210_096, "2024-02-29T12:34:56Z"), (1_735_689_599, "2024-12-31T23:59:59Z"),
        (4_107_542_400, "2100-03-01T00:00:00Z"), (-5, "1970-01-01T00:00:00Z"),
    ])
    func timesAreWrittenAsDates(seconds: Int, date: String) {
        #expect(OpenAIModels.model(Self.card("a", created: seconds))["created_at"] == .string(date))
    }
}
