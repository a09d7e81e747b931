import ArgumentParser
import Consensus
import SwarmCore

/// Counts a vote of eight, over and over, with ballots made here.
///
/// The clock runs from the first candidate that is recorded to the verdict; all eight are recorded one after the other,
/// as a server does when they end. What a server does before they end is not in it: reading the request and the tools'
/// schemas. Nothing is decided early and no program is run.
struct Decide: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Measures what it costs to decide a vote of eight.")

    @Option(help: "The kind of answer: \(TurnKind.allCases.map(\.rawValue).joined(separator: ", ")).")
    var kind: String
    @Option(help: "Ballots that are counted.") var repetitions = 200
    @Option(help: "Ballots that are counted before.") var warmUp = 20

    func validate() throws {
        guard TurnKind(rawValue: kind) != nil else { throw ValidationError("--kind \(kind) is no kind of answer") }
        guard repetitions > 0, warmUp >= 0 else { throw ValidationError("--repetitions must be at least 1") }
    }

    func run() throws {
        guard let kind = TurnKind(rawValue: kind) else { return }
        var totals: [Double] = []
        var lasts: [Double] = []
        var bytes = 0
        for seed in 0..<(warmUp + repetitions) {
            let ballot = DecisionBallot(kind: kind, seed: UInt64(seed))
            let (total, last) = try count(ballot)
            guard seed >= warmUp else { continue }
            totals.append(total)
            lasts.append(last)
            bytes += ballot.candidates.reduce(0) { $0 + $1.text.utf8.count }
        }
        try Terminal.show([
            "kind": .string(kind.rawValue),
            "candidates": .integer(DecisionBallot.width),
            "bytes": .integer(bytes / (repetitions * DecisionBallot.width)),
            "median_ms": .double(totals.quantile(0.5) * 1000),
            "p95_ms": .double(totals.quantile(0.95) * 1000),
            "last_median_ms": .double(lasts.quantile(0.5) * 1000),
        ])
    }

    /// Seconds for all candidates, and for the last one with the verdict alone.
    private func count(_ ballot: DecisionBallot) throws -> (total: Double, last: Double) {
        let rules = VoteRules(widths: [ballot.candidates.count], isStrict: true)
        var tally = Tally(request: ballot.request, candidates: ballot.candidates.map(\.id), rules: rules)
        let began = ContinuousClock.now
        var last = began
        for candidate in ballot.candidates {
            last = ContinuousClock.now
            tally.record(candidate)
        }
        let end = ContinuousClock.now
        guard case .locked(let verdict) = tally.decision, verdict.report.kind == ballot.kind,
            verdict.report.valid == ballot.candidates.count
        else { throw Undecided(kind: ballot.kind, found: "\(tally.decision)") }
        return ((end - began).seconds, (end - last).seconds)
    }
}

extension [Double] {
    /// The value below which this share of the values lies, the nearest one; not empty, `share` 0…1.
    fileprivate func quantile(_ share: Double) -> Double {
        sorted()[Swift.min(count - 1, Int((Double(count) * share).rounded(.down)))]
    }
}

/// A ballot that was not counted as it was meant: the figure would mean something else.
private struct Undecided: Error, CustomStringConvertible {
    var kind: TurnKind
    var found: String
    var description: String { "a ballot of kind \(kind.rawValue) came to \(found.prefix(400))" }
}
