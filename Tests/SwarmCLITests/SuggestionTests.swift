import Hardware
import ModelCatalog
import ModelStore
import SwarmCLI
import Testing

@Suite("What the menu offers")
struct SuggestionTests {
    private func offer(
        _ gigabytes: UInt64 = 32,
        found: [FoundModel] = [],
        isHubReached: Bool = true
    ) throws -> SuggestionOffer {
        SuggestionOffer(
            catalogue: try Catalogue.builtIn(),
            machine: .laptop(gigabytes),
            found: found,
            isHubReached: isHubReached
        )
    }

    private func found(_ id: String) throws -> FoundModel {
        let entry = try #require(try Catalogue.builtIn().entries.first { $0.id == id })
        let artifact = entry.build.artifact
        return FoundModel(
            origin: .store,
            name: artifact.repository,
            paths: artifact.files.map { "/models/" + $0.name },
            bytes: 1,
            artifact: artifact
        )
    }

    @Test func threeDifferentModelsAreOffered() throws {
        let suggestions = try offer().suggestions()
        #expect(suggestions.count == 3)
        let models = suggestions.map { $0.reference.split(separator: ":").prefix(2).joined(separator: ":") }
        #expect(Set(models).count == 3)
        #expect(suggestions.allSatisfy { $0.fit.contains("fetched from the hub") })
        #expect(try offer().notes.isEmpty)
    }

    @Test func whatIsOfferedIsWhatWouldBeChosenAndCanBeNamed() throws {
        let offer = try offer()
        let best = try #require(try Selection.choose(offer.catalogue, on: offer.machine).first)
        let suggestions = try offer.suggestions()
        #expect(suggestions.first?.reference == best.entry.id)
        for suggestion in suggestions {
            guard case .catalogue(let query) = try ModelReference(suggestion.reference) else {
                Issue.record("\(suggestion.reference) is no name")
                continue
            }
            #expect(try offer.catalogue.entries(matching: query, format: .gguf).count == 1)
        }
    }

    @Test func withoutAHubOnlyWhatIsHereIsOffered() throws {
        let here = try offer(found: [found("qwen2.5-coder:3b:q4_k_m")], isHubReached: false)
        #expect(try here.suggestions().map(\.reference) == ["qwen2.5-coder:3b:q4_k_m"])
        #expect(try here.suggestions().first?.fit.hasPrefix("It is on this machine already") == true)
        #expect(here.notes.count == 1)
    }

    @Test func withNothingAtAllThereIsTheToyAndItIsCalledOne() throws {
        let suggestions = try offer(isHubReached: false).suggestions()
        #expect(suggestions.map(\.reference) == ["bumble"])
        #expect(suggestions.first?.fit.contains("toy") == true)
    }

    @Test func whatWasChosenBeforeComesOnTop() throws {
        let suggestions = try offer().suggestions(remembered: "~/models/mine.gguf")
        #expect(suggestions.count == 4)
        #expect(suggestions.first?.reference == "~/models/mine.gguf")
        #expect(suggestions.first?.fit.hasPrefix("As last time.") == true)
        let first = try #require(try offer().suggestions().first)
        #expect(try offer().suggestions(remembered: first.reference) == offer().suggestions())
    }
}
