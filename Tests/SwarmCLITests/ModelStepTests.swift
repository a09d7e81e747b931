import Hardware
import ModelCatalog
import ModelStore
import Testing

@testable import SwarmCLI

/// Which model is taken, of those that are named, here, or could be fetched.
@Suite struct ModelStepTests {
    private func question(
        _ gigabytes: UInt64 = 32,
        found: [FoundModel] = [],
        mayFetch: Bool = false
    ) throws -> ModelQuestion {
        ModelQuestion(
            catalogue: try Catalogue.builtIn(),
            machine: .laptop(gigabytes),
            found: found,
            wish: Wish(),
            mayFetch: mayFetch
        )
    }

    private func found(_ id: String, origin: FoundModel.Origin = .store) throws -> FoundModel {
        let entry = try #require(try Catalogue.builtIn().entries.first { $0.id == id })
        let artifact = entry.build.artifact
        return FoundModel(
            origin: origin,
            name: artifact.repository,
            paths: artifact.files.map { "/models/" + $0.name },
            bytes: 1,
            artifact: artifact
        )
    }

    @Test(arguments: ["./bumble.gguf", "~/m.gguf", "/models/x.gguf", "m.gguf"])
    func aPathIsTakenAsItIs(path: String) throws {
        #expect(try question().steps(to: path).map(\.place) == [.path(path)])
    }

    @Test func theBundledModelHasAName() throws {
        let steps = try question().steps(to: "bumble")
        #expect(steps.map(\.place) == [.bundled])
        #expect(steps.map(\.name) == ["bumble"])
        #expect(steps[0].reason == nil)
    }

    @Test func aNameIsFetchedUnlessItIsHere() throws {
        let away = try #require(try question().steps(to: "qwen2.5-coder:3b").first)
        guard case .hub(let artifact) = away.place else { throw Failure("it is not fetched: \(away.place)") }
        #expect(artifact.repository == "Qwen/Qwen2.5-Coder-3B-Instruct-GGUF")
        #expect(away.name == "qwen2.5-coder:3b")
        // The one that is here is taken although a better one would fit.
        let here = try found("qwen2.5-coder:3b:q4_k_m")
        #expect(try question(found: [here]).steps(to: "qwen2.5-coder:3b").map(\.place) == [.found(here)])
        // Another that was asked for by its full name is not.
        let exact = try #require(try question(found: [here]).steps(to: "qwen2.5-coder:3b:q8_0").first)
        #expect(exact.place != .found(here))
    }

    @Test func aNameThatDoesNotFitIsAnErrorThatSaysWhatWould() throws {
        let error = #expect(throws: Failure.self) { try question(8).steps(to: "qwen2.5-coder:32b") }
        let words = try #require(error).description
        #expect(words.contains("does not fit"))
        #expect(words.contains("what fits: "))
    }

    @Test func aNameThatIsNotThereIsAnErrorThatSaysWhatIsNear() throws {
        let error = #expect(throws: ModelReferenceError.self) { try question().steps(to: "qwen2.5-codr:7b") }
        #expect(try #require(error).description.contains("qwen2.5-coder"))
    }

    @Test func aFileOfAHubIsTakenFromWhereverItIs() throws {
        let here = try found("qwen2.5-coder:3b:q4_k_m", origin: .huggingFace)
        let name = try #require(here.artifact).files[0].name
        let repository = try #require(here.artifact).repository
        let question = try question(found: [here])
        #expect(try question.steps(to: "hf:\(repository)/\(name)").map(\.place) == [.found(here)])
        #expect(try question.steps(to: "hf:\(repository):q4_k_m").map(\.place) == [.found(here)])
        guard case .repository = try question.steps(to: "hf:\(repository):q8_0").first?.place else {
            throw Failure("another quantisation was taken")
        }
        guard case .hub = try question.steps(to: "hf:\(repository)/other.gguf").first?.place else {
            throw Failure("another file was taken")
        }
    }

    @Test func byItselfTheBestIsFetchedAndWhatIsHereComesNext() throws {
        let small = try found("qwen2.5-coder:0.5b:q8_0")
        let steps = try question(found: [small], mayFetch: true).steps(to: nil)
        #expect(steps.count == 3)
        guard case .hub = steps[0].place else { throw Failure("the best is not fetched: \(steps[0].place)") }
        #expect(steps[1].place == .found(small))
        #expect(steps[2].place == .bundled)
        #expect(steps.allSatisfy { $0.reason != nil })
    }

    @Test func whatIsHereAndAsGoodIsNotFetchedAgain() throws {
        let best = try #require(try question(mayFetch: true).steps(to: nil).first?.choice)
        let here = try found(best.entry.id)
        let steps = try question(found: [here], mayFetch: true).steps(to: nil)
        #expect(steps.map(\.place) == [.found(here), .bundled])
    }

    @Test func nothingIsFetchedThatNobodyAskedFor() throws {
        #expect(try question().steps(to: nil).map(\.place) == [.bundled])
        let here = try found("qwen2.5-coder:0.5b:q8_0")
        #expect(try question(found: [here]).steps(to: nil).map(\.place) == [.found(here), .bundled])
    }

    @Test(arguments: [
        ("qwen2.5-coder:7b", "qwen2.5-coder:7b:q4_k_m"), ("qwen2.5-coder:7b-instruct-q8_0", "qwen2.5-coder:7b:q8_0"),
    ])
    func ollamasNamesAreKnown(name: String, id: String) throws {
        let model = FoundModel(origin: .ollama, name: name, paths: ["/blobs/sha256-1"], bytes: 1, artifact: nil)
        let entries = try Catalogue.builtIn().entries.filter { model.isSame(as: $0) }
        #expect(entries.map(\.id) == [id])
    }
}
