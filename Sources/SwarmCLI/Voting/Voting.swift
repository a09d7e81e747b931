import Consensus
import Foundation
import Logging
import Observability
import Sandboxing
import Swarm
import SwarmCore
import WireFormats

/// A file of ballots, counted line by line.
struct Voting: Sendable {
    let launch: Launch
    let strategy: VoteStrategy
    let usesBeta: Bool
    let runsCode: Bool
    let accuracies: [SourceID: Double]
    let wantsJSON: Bool

    /// Ballots that are counted at the same time.
    private static let batch = 32

    /// - Parameter path: `nil` reads standard input.
    func run(_ path: String?) async throws {
        let ballots = try read(path)
        guard !ballots.isEmpty else { throw Failure("\(path ?? "standard input") holds no ballots") }
        let examiner = try await examiner()
        let reliability = strategy == .weightedVote ? weights(ballots) : [:]
        var used = 0
        for start in stride(from: 0, to: ballots.count, by: Voting.batch) {
            let part = ballots[start..<min(start + Voting.batch, ballots.count)]
            let results = await withTaskGroup(of: (Int, BallotReplay.Result?).self) { group in
                for (place, ballot) in zip(part.indices, part) {
                    group.addTask { (place, await count(ballot, reliability: reliability, examiner: examiner)) }
                }
                return await group.reduce(into: [Int: BallotReplay.Result]()) { $0[$1.0] = $1.1 }
            }
            for (place, ballot) in zip(part.indices, part) {
                guard let result = results[place] else { continue }
                used += result.stopIndex
                launch.terminal.say((wantsJSON ? result.json(of: ballot).text : result.line(of: ballot)) + "\n")
            }
        }
        if !wantsJSON {
            let all = ballots.reduce(0) { $0 + $1.candidates.count }
            let mean = String(format: "%.2f", Double(used) / Double(ballots.count))
            launch.terminal.note("\(ballots.count) ballots; decided after \(mean) candidates, \(used) of \(all) in all")
        }
        if launch.terminal.hasLostOutput { throw Failure("the result could not be written to standard output") }
    }

    private func read(_ path: String?) throws -> [BallotLine] {
        let data: Data?
        if let path {
            data = FileManager.default.contents(atPath: path)
        } else {
            data = try FileHandle.standardInput.readToEnd() ?? Data()
        }
        guard let data else { throw Failure("\(path ?? "standard input") cannot be read") }
        var ballots: [BallotLine] = []
        let lines = String(decoding: data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        for (number, line) in lines.enumerated() where line.contains(where: { !$0.isWhitespace }) {
            do {
                ballots.append(try BallotLine(parsing: String(line)))
            } catch .malformedJSON(let error) {
                throw Failure("\(path ?? "standard input"), line \(number + 1) is not JSON: \(error)")
            } catch {
                throw Failure("\(path ?? "standard input"), line \(number + 1): \(error.message)")
            }
        }
        return ballots
    }

    private func examiner() async throws -> SandboxedExaminer? {
        guard runsCode else { return nil }
        do {
            return await SandboxedExaminer(sandbox: try await Sandbox.find(), logger: launch.logger)
        } catch {
            throw Failure("--sandbox: \(error)")
        }
    }

    private func count(
        _ ballot: BallotLine,
        reliability: [SourceID: Double],
        examiner: SandboxedExaminer?
    ) async -> BallotReplay.Result? {
        let rules = VoteRules(
            strategy: strategy,
            kind: ballot.kind,
            widths: [ballot.candidates.count],
            reliability: reliability,
            usesBeta: usesBeta
        )
        return await BallotReplay(request: ballot.request, candidates: ballot.candidates, tests: ballot.tests)
            .run(rules, examiner: examiner)
    }

    /// Weights of the sources from how often they are right, else from how often they agree with the others.
    private func weights(_ ballots: [BallotLine]) -> [SourceID: Double] {
        let known =
            accuracies.isEmpty
            ? Reliability.agreement(
                over: ballots.map { ballot in
                    let classifier = Classifier(request: ballot.request)
                    return Dictionary(
                        ballot.candidates.map { ($0.id.source, classifier.read($0.answer).key ?? $0.answer.content) },
                        uniquingKeysWith: { first, _ in first }
                    )
                }
            ) : accuracies
        return known.mapValues { Reliability.weight(accuracy: $0) }
    }
}

extension BallotReplay.Result {
    /// One object per ballot.
    func json(of ballot: BallotLine) -> JSON {
        let report = verdict.report
        var object = JSON.Object([
            ("id", .string(ballot.id)),
            ("winner", .integer(verdict.winner.index)),
            ("kind", .string(report.kind.rawValue)),
            ("strategy", .string(report.strategy.rawValue)),
            ("method", .string(report.method.rawValue)),
            ("n", .integer(ballot.candidates.count)),
            ("n_valid", .integer(report.valid)),
            ("agreement", .double((report.agreement * 1000).rounded() / 1000)),
            ("margin", .double((report.margin * 1000).rounded() / 1000)),
            ("low_agreement", .bool(report.isLowAgreement)),
            ("clusters", .array(report.clusters.map(\.brief))),
            ("stop", .string(early.report.stop.rawValue)),
            ("stop_index", .integer(stopIndex)),
            ("early_winner", .integer(early.winner.index)),
        ])
        if let synthesis = verdict.synthesis {
            object["synthesis"] = .array(
                synthesis.toolCalls.map { ["name": .string($0.name), "arguments": .string($0.arguments)] }
            )
        }
        return .object(object)
    }

    /// One line per ballot, such as `q7  number  candidate 2  3 of 5 agree  decided after 4`.
    func line(of ballot: BallotLine) -> String {
        let report = verdict.report
        let votes = report.clusters.first?.votes ?? 0
        let agreement =
            report.method == .plurality
            ? "\(votes) of \(report.valid) agree"
            : "\(report.method.rawValue) \(String(format: "%.2f", report.agreement))"
        let parts = [
            SafeText.line(ballot.id.isEmpty ? "-" : ballot.id), report.kind.rawValue,
            "candidate \(verdict.winner.index)", agreement + (report.isLowAgreement ? " (low)" : ""),
            "decided after \(stopIndex) of \(ballot.candidates.count)",
        ]
        return parts.joined(separator: "  ")
    }
}

extension VoteReport.Cluster {
    fileprivate var brief: JSON {
        ["key": .string(key), "members": .array(members.map { .integer($0) })]
    }
}
