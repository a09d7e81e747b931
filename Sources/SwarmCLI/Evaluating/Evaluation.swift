import Foundation
import Logging
import Probes
import Sandboxing
import Swarm
import SwarmCore

/// One kind of answer, measured in every way there is to answer.
///
/// Every question is asked in all ways one after the other, through the same plan, vote and sandbox as a server's, but with
/// fixed numbers of candidates: a server begins with fewer and asks for more up to the number that was found to pay.
/// Candidates of equal index have equal seeds in all ways.
struct Evaluation: Sendable {
    let node: Node
    let probes: [Probe]
    let sizes: [Int]
    let maxTokens: Int

    private struct Answered {
        var isRight: Bool
        var tokens: Int
        var seconds: Double
        var judged: [Discrimination.Judged] = []
    }

    private var arms: [GateMeasurement.Arm] { [.greedy, .single] + sizes.sorted().map { .swarm($0) } }

    /// - Parameter report: how far it is, in words for the user.
    /// - Returns: `nil` when no question could be asked.
    func run(_ kind: TurnKind, report: (String) -> Void) async throws -> GateMeasurement? {
        var outcomes: [GateMeasurement.Arm: [Answered]] = [:]
        for (number, probe) in probes.enumerated() {
            var answered: [GateMeasurement.Arm: Answered] = [:]
            for arm in arms {
                report(progress(kind, number, arm, outcomes))
                answered[arm] = try await ask(probe, number: number, arm)
            }
            for (arm, answer) in answered { outcomes[arm, default: []].append(answer) }
        }
        let shares = outcomes.mapValues { $0.map { $0.isRight ? 1.0 : 0.0 } }
        guard let decision = GateRule.choose(shares) else { return nil }
        let widest = arms.last.flatMap { outcomes[$0] } ?? []
        return GateMeasurement(
            model: node.fingerprint,
            kind: kind,
            items: probes.count,
            measuredAt: Int(Date().timeIntervalSince1970),
            results: arms.compactMap { arm in outcomes[arm].map { result(arm, $0) } },
            choice: decision.choice,
            gain: decision.gain,
            gainLow: decision.gainLow,
            gainHigh: decision.gainHigh,
            discrimination: Discrimination.share(widest.map(\.judged))
        )
    }

    private func result(_ arm: GateMeasurement.Arm, _ answers: [Answered]) -> GateMeasurement.Result {
        let accuracy = Bootstrap(answers.map { $0.isRight ? 1 : 0 })
        let count = Double(max(1, answers.count))
        return GateMeasurement.Result(
            arm: arm,
            accuracy: accuracy.mean,
            low: accuracy.low,
            high: accuracy.high,
            tokens: Double(answers.reduce(0) { $0 + $1.tokens }) / count,
            seconds: answers.reduce(0) { $0 + $1.seconds } / count
        )
    }

    private func ask(_ probe: Probe, number: Int, _ arm: GateMeasurement.Arm) async throws -> Answered {
        var request = probe.request
        request.id = RandomName.request()
        request.sampling.seed = UInt64(number) &* 1_000_003 &+ 17
        request.limits.maxTokens = maxTokens
        request.vote.streaming = .burst
        switch arm {
        case .greedy:
            request.policy = .vote(candidates: 1)
            request.sampling.temperature = 0
        case .single: request.policy = .vote(candidates: 1)
        case .swarm(let count): request.policy = .vote(candidates: count)
        }
        let settled = Locked<SettledVote?>(nil)
        let plan = try await node.swarm.plan(request)
        let began = ContinuousClock.now
        let summary = try await node.swarm.recording { vote in settled.withLock { $0 = vote } }
            .answer(plan, logger: Logger(label: "eval") { _ in SwiftLogNoOpLogHandler() }) { _ in }
        let seconds = (ContinuousClock.now - began).seconds
        guard let vote = settled.withLock({ $0 }), let winner = vote.winner else {
            return Answered(isRight: false, tokens: summary.totalTokens, seconds: seconds)
        }
        let answers = [winner] + vote.candidates.map(\.answer)
        let right = await judge(probe, answers)
        return Answered(
            isRight: right[0],
            tokens: summary.totalTokens,
            seconds: seconds,
            judged: zip(vote.candidates, right.dropFirst()).map {
                Discrimination.Judged(isRight: $1, certainty: $0.selfCertainty)
            }
        )
    }

    private func judge(_ probe: Probe, _ answers: [ParsedAnswer]) async -> [Bool] {
        guard let examination = probe.examination(of: answers) else {
            return answers.map { probe.isRight($0) ?? false }
        }
        let evidence = await node.examiner?.examine(examination) ?? CodeEvidence()
        return answers.indices.map { probe.isRight(evidence.findings[Probe.programID($0)]) }
    }

    private func progress(
        _ kind: TurnKind,
        _ number: Int,
        _ arm: GateMeasurement.Arm,
        _ outcomes: [GateMeasurement.Arm: [Answered]]
    ) -> String {
        let shares = arms.compactMap { arm in
            outcomes[arm].map { answers in
                "\(arm.name) \(100 * answers.count { $0.isRight } / max(1, answers.count)) %"
            }
        }
        return "\(kind.rawValue): question \(number + 1) of \(probes.count)  " + shares.joined(separator: "  ")
    }
}
