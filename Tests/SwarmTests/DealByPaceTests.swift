import SwarmCore
import SwarmTestSupport
import Testing

@testable import Swarm

/// Parts of a vote where the speed of machines is known.
@Suite struct DealByPaceTests {
    /// A source that takes so many seconds for a decode step of one candidate, and as much longer as it has more.
    private static func source(_ id: String, step: Double? = nil, candidates: Int? = nil) -> ScriptedSource {
        let traits = SourceTraits(candidates: candidates, curve: step.map(curve) ?? [:])
        return ScriptedSource(id: id, traits: traits) { _ in [] }
    }

    private static func curve(_ step: Double) -> [Int: Double] { [1: 1 / step, 32: 1 / step] }

    private static func weights(_ sources: [ScriptedSource], width: Int = 4, step: Double? = 1) -> [String: Int] {
        let deal = Deal(sources, width: width, curve: step.map(curve) ?? [:])
        return Dictionary(uniqueKeysWithValues: deal.shares.map { ($0.source.rawValue, $0.weight) })
    }

    @Test func allAreToEndTogether() {
        let sources = [
            Self.source("own"), Self.source("equal", step: 1), Self.source("half", step: 2),
            Self.source("double", step: 0.5),
        ]
        #expect(Self.weights(sources) == ["own": 4, "equal": 4, "half": 2, "double": 8])
    }

    @Test func oneThatWouldComeTooLateHasNoPart() {
        #expect(Self.weights([Self.source("own"), Self.source("slow", step: 9)]) == ["own": 4])
        #expect(Self.weights([Self.source("own"), Self.source("late", step: 7.9)]) == ["own": 4, "late": 1])
    }

    @Test func oneThatNamesItsPartHasIt() {
        let sources = [Self.source("own"), Self.source("slow", step: 99, candidates: 2)]
        #expect(Self.weights(sources) == ["own": 4, "slow": 2])
    }

    @Test func whereASpeedIsNotKnownAllPartsAreEqual() {
        #expect(Self.weights([Self.source("own"), Self.source("new")]) == ["own": 4, "new": 4])
        #expect(Self.weights([Self.source("own"), Self.source("slow", step: 99)], step: nil) == ["own": 4, "slow": 4])
    }

    @Test func theFirstIsNeverLeftOut() {
        #expect(Self.weights([Self.source("slow", step: 99)]) == ["slow": 1])
    }

    @Test func aVoteIsAsWideAsThoseThatComeInTime() async throws {
        let own = try await planned([Self.source("own")])
        #expect(try await planned([Self.source("own"), Self.source("slow", step: 99)]) == own)
        #expect(try await planned([Self.source("own"), Self.source("equal", step: 1)]) == 2 * own)
    }

    /// How many candidates an open vote begins with, where the head's own take a second each.
    private func planned(_ sources: [ScriptedSource]) async throws -> Int {
        var model = ScriptedModel()
        model.card.curve = Self.curve(1)
        return try await Swarm(model: model, sources: sources, heartbeat: never).plan(.asking()).candidates.count
    }
}
