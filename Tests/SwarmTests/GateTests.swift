import Consensus
import Swarm
import SwarmCore
import SwarmTestSupport
import Testing

/// What was measured decides how many candidates there are, where nobody else does.
@Suite(.timeLimit(.minutes(1)))
struct GateTests {
    private static func measured(
        _ choice: GateMeasurement.Arm,
        kind: TurnKind = .number,
        discrimination: Double? = nil
    ) -> GateMeasurement {
        func result(_ arm: GateMeasurement.Arm, _ accuracy: Double) -> GateMeasurement.Result {
            GateMeasurement.Result(arm: arm, accuracy: accuracy, low: 0, high: 1, tokens: 10, seconds: 1)
        }
        return GateMeasurement(
            model: "scripted",
            kind: kind,
            items: 120,
            measuredAt: 1_700_000_000,
            results: [
                result(.greedy, 0.91), result(.single, 0.875), result(.swarm(3), 0.85), result(.swarm(5), 0.8625),
            ],
            choice: choice,
            gain: 0,
            gainLow: 0,
            gainHigh: 0,
            discrimination: discrimination
        )
    }

    private func swarm(
        _ choice: GateMeasurement.Arm,
        source: ScriptedSource = ScriptedSource([]),
        candidates: Int? = nil
    ) -> Swarm {
        let votes = VoteSettings(candidates: candidates) { $0 == .number ? Self.measured(choice) : nil }
        return Swarm(source, votes: votes)
    }

    @Test func whereTheSwarmDoesNotPayOneGreedyCandidateAnswers() async throws {
        let source = ScriptedSource([.whole(0, "42")])
        let told = try await swarm(.greedy, source: source).told(.asking())
        #expect(told.content() == "42")
        let plans = try #require(source.record.value.started.first).candidates
        #expect(plans.map(\.sampling.temperature) == [0])
        let summary = try #require(told.summary)
        #expect(summary.report?.method == .single)
        #expect(summary.gate == "off: a swarm was not measured to pay here (swarm-5 86.3 %, greedy 91.0 %, 120 items)")
    }

    @Test func theClientsTemperatureStands() async throws {
        let plan = try await swarm(.greedy).plan(.asking(sampling: Sampling(temperature: 0.9)))
        #expect(plan.candidates.map(\.sampling.temperature) == [0.9])
        #expect(plan.mode == .single)
    }

    @Test func oneCandidateMayHaveTheModelsOwnTemperature() async throws {
        let plan = try await swarm(.single).plan(.asking())
        #expect(plan.candidates.map(\.sampling.temperature) == [0.25])
        #expect(plan.mode == .single)
        #expect(plan.gate?.hasPrefix("off: ") == true)
    }

    @Test func aSwarmGoesNoFurtherThanMeasured() async throws {
        let source = ScriptedSource { assignment in assignment.candidates.map { .whole($0.index, "4\($0.index)") } }
        let told = try await swarm(.swarm(5), source: source).told(.asking())
        #expect(source.record.value.started.map { $0.candidates.map(\.index) } == [[0, 1, 2], [3, 4]])
        #expect(told.summary?.gate == "on: measured to pay here (swarm-5 86.3 %, greedy 91.0 %, 120 items)")
        #expect(try await swarm(.swarm(2)).plan(.asking()).candidates.count == 2)
    }

    @Test func aNumberThatSomebodyNamedIsNotGated() async throws {
        let asked = try await swarm(.greedy).plan(.asking(.vote(candidates: 5)))
        #expect(asked.candidates.count == 5)
        #expect(asked.gate == nil)
        let set = try await swarm(.greedy, candidates: 4).plan(.asking())
        #expect(set.candidates.count == 4)
        #expect(set.gate == nil)
        let choices = try await swarm(.greedy).plan(.asking(.choices(3)))
        #expect(choices.candidates.count == 3)
        #expect(choices.candidates.allSatisfy { $0.sampling.temperature == 0.25 })
        #expect(choices.gate == nil)
    }

    @Test func everyKindHasAGateOfItsOwn() async throws {
        let asked = Observed([TurnKind]())
        let votes = VoteSettings { kind in
            asked.change { $0.append(kind) }
            return kind == .toolCall ? Self.measured(.greedy, kind: kind) : nil
        }
        let swarm = Swarm(ScriptedSource([]), votes: votes)
        #expect(try await swarm.plan(.asking(tools: [ToolSpec(name: "ls")])).candidates.count == 1)
        #expect(try await swarm.plan(.asking()).candidates.count == 3)
        #expect(asked.value == [.toolCall, .number])
    }

    @Test(arguments: [(nil, 0), (0.55, 0), (0.56, 0.3)] as [(Double?, Double)])
    func confidenceCountsOnlyWhereItWasMeasuredToTell(discrimination: Double?, exponent: Double) async throws {
        let votes = VoteSettings { _ in Self.measured(.swarm(5), discrimination: discrimination) }
        let plan = try await Swarm(ScriptedSource([]), votes: votes).plan(.asking())
        #expect(plan.rules.bordaExponent == exponent)
    }
}
