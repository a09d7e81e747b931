import Swarm
import SwarmCore
import SwarmTestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct PlanTests {
    private let swarm = Swarm(ScriptedSource([]))

    @Test func whatTheClientLeavesOpenComesFromTheModel() async throws {
        let plan = try await swarm.plan(.asking(sampling: Sampling(topK: 3, seed: 7)))
        var expected = swarm.model.card.sampling
        expected.topK = 3
        expected.seed = 7
        #expect(plan.candidates.first == CandidatePlan(index: 0, sampling: expected))
        #expect(plan.candidates.count == 3, "a vote on numbers begins with three")
        #expect(plan.prompt.tokens.count == promptTokens)
    }

    @Test func candidateZeroHasTheClientsSamplingExactly() async throws {
        let sampling = Sampling(
            temperature: 0,
            topK: 1,
            topP: 0.2,
            minP: 0.3,
            repeatPenalty: 1.1,
            presencePenalty: -1,
            frequencyPenalty: 2,
            logitBias: [5: -100],
            seed: 11,
            topLogprobs: 4
        )
        let plan = try await swarm.plan(.asking(.vote(candidates: 4), sampling: sampling))
        #expect(plan.candidates.map(\.index) == [0, 1, 2, 3])
        #expect(plan.candidates[0].sampling == sampling)
    }

    @Test(arguments: [(0, 0.7), (0.25, 0.7), (0.7, 0.7), (1.5, 1.5)] as [(Double, Double)])
    func theOthersOfAVoteAreWarmEnoughToDiffer(asked: Double, used: Double) async throws {
        let sampling = Sampling(temperature: asked, topP: 0.5)
        let plan = try await swarm.plan(.asking(.vote(candidates: 3), sampling: sampling))
        #expect(plan.candidates.map(\.sampling.temperature) == [asked, used, used])
        #expect(plan.candidates.allSatisfy { $0.sampling.topP == 0.5 })
    }

    @Test func choicesAllHaveTheClientsTemperature() async throws {
        let plan = try await swarm.plan(.asking(.choices(3), sampling: Sampling(temperature: 0.1)))
        #expect(plan.candidates.map(\.sampling.temperature) == [0.1, 0.1, 0.1])
    }

    @Test func seedsDeriveFromTheRequests() async throws {
        let request = ChatRequest.asking(.vote(candidates: 8), sampling: Sampling(seed: 42))
        let plan = try await swarm.plan(request)
        let again = try await swarm.plan(request)
        #expect(plan.seed == 42)
        #expect(plan.candidates == again.candidates)
        let seeds = plan.candidates.map(\.sampling.seed)
        #expect(seeds == (0..<8).map { Sampling.seed(ofCandidate: $0, request: 42) })
        #expect(Set(seeds).count == 8)
    }

    @Test func aRequestWithoutASeedGetsOneOfItsOwn() async throws {
        let plans = [try await swarm.plan(.asking()), try await swarm.plan(.asking())]
        #expect(plans[0].seed != plans[1].seed)
        for plan in plans { #expect(plan.candidates.first?.sampling.seed == plan.seed) }
    }

    @Test(
        arguments: [
            (.vote(candidates: nil), 3, .vote), (.vote(candidates: 1), 1, .single), (.vote(candidates: 5), 5, .vote),
            (.choices(1), 1, .single), (.choices(4), 4, .choices),
        ] as [(SwarmPolicy, Int, Plan.Mode)]
    )
    func thePolicyDecidesHowManyAndWhatBecomesOfThem(policy: SwarmPolicy, count: Int, mode: Plan.Mode) async throws {
        let plan = try await swarm.plan(.asking(policy))
        #expect(plan.candidates.count == count)
        #expect(plan.mode == mode)
    }

    @Test func theServersNumberOfCandidatesComesBeforeTheModels() async throws {
        let swarm = Swarm(ScriptedSource([]), candidates: 7)
        #expect(try await swarm.plan(.asking()).candidates.count == 7)
        #expect(try await swarm.plan(.asking(.vote(candidates: 2))).candidates.count == 2)
    }

    @Test(arguments: ["scripted", "", "default", "gpt-x", "claude-haiku", nil] as [String?])
    func theLoadedModelAnswersUnderWhateverName(name: String?) async throws {
        var request = ChatRequest.asking()
        request.model = name.map(ModelID.init(rawValue:))
        #expect(try await swarm.plan(request).request.model == request.model)
    }

    @Test func aPromptThatLeavesNoRoomIsRefused() async throws {
        let swarm = Swarm(ScriptedSource([]), model: ScriptedModel(contextLength: promptTokens))
        let expected = PlanError.contextLengthExceeded(needed: promptTokens, limit: promptTokens)
        await #expect(throws: expected) { try await swarm.plan(.asking()) }
    }

    @Test func aSaturatedSourceIsSpared() async throws {
        let swarm = Swarm(ScriptedSource(isSaturated: true) { _ in [] })
        let error = await #expect(throws: PlanError.self) { try await swarm.plan(.asking()) }
        guard case .saturated(let seconds) = error else {
            Issue.record("not saturated: \(String(describing: error))")
            return
        }
        #expect(seconds > 0)
    }
}
