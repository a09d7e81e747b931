import Consensus
import SwarmCore
import Testing

@Suite struct VotePropertyTests {
    private static let prose =
        "The list is walked once from the front, and the largest value so far is kept until the end."
    private static let texts = [
        "41", "42", "The answer is 42.", "Paris", "paris.", "Rome", "", prose,
        prose + " Then it is returned, of course.",
        #"{"a":1}"#, #"{"a":1.0}"#, #"{"b":2}"#, "```\nlet a = 1\n```", String(repeating: "again and again ", count: 8),
    ]

    private func candidates(_ generator: inout SplitMix64) -> [Candidate] {
        let narrow = Int.random(in: 2...Self.texts.count, using: &generator)
        return (0..<Int.random(in: 1...7, using: &generator)).map { index in
            let text = Self.texts[Int.random(in: 0..<narrow, using: &generator)]
            let isCut = Int.random(in: 0..<6, using: &generator) == 0
            if Int.random(in: 0..<6, using: &generator) == 0 {
                return calling(index, "read", #"{"n":\#(Int.random(in: 0..<2, using: &generator))}"#)
            }
            return candidate(index, text, isCut ? .length : .stop)
        }
    }

    private func key(_ candidate: Candidate) -> String {
        let reading = Classifier(request: request()).read(candidate.answer)
        return reading.kind.rawValue + ":" + (reading.key ?? candidate.answer.content)
    }

    private func winner(_ candidates: [Candidate]) throws -> Candidate {
        let verdict = try #require(Tally.replay(Ballot(candidates), request: request()))
        return try #require(candidates.first { $0.id == verdict.winner })
    }

    @Test(arguments: 0..<200)
    func theOrderOfArrivalNeverChangesTheWinningKey(_ seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        let candidates = candidates(&generator)
        let expected = key(try winner(candidates))
        for _ in 0..<8 {
            var tally = Tally(request: request(), candidates: candidates.map(\.id))
            for candidate in candidates.shuffled(using: &generator) { tally.record(candidate) }
            #expect(key(try #require(tally.winner)) == expected)
        }
    }

    @Test(arguments: 0..<200)
    func aVoteForTheWinnerNeverUnseatsIt(_ seed: UInt64) throws {
        var generator = SplitMix64(seed: seed &+ 1000)
        let candidates = candidates(&generator)
        let before = try winner(candidates)
        var copy = before
        copy.id.index = candidates.count
        #expect(key(try winner(candidates + [copy])) == key(before))
    }

    @Test(arguments: 1...5)
    func aLockNeverDiffersFromTheFullCount(_ count: Int) throws {
        let outcomes: [(String, FinishReason)?] = [
            ("1", .stop), ("2", .stop), ("yes", .stop), ("1", .length), ("", .stop), nil,
        ]
        let patterns = (0..<count).reduce(1) { product, _ in product * outcomes.count }
        var early = 0
        for pattern in 0..<patterns {
            var rest = pattern
            var tally = Tally(request: request(), candidates: ids(count))
            var ended: [Candidate] = []
            for index in 0..<count {
                let outcome = outcomes[rest % outcomes.count]
                rest /= outcomes.count
                // Arrival from the last index to the first: the pattern covers all orders of outcomes.
                let place = count - 1 - index
                guard let outcome else {
                    tally.lose(ids(count)[place], because: .shed)
                    continue
                }
                let candidate = candidate(place, outcome.0, outcome.1)
                ended.append(candidate)
                tally.record(candidate)
            }
            guard !ended.isEmpty else {
                #expect(tally.isExhausted)
                continue
            }
            if case .locked(let verdict) = tally.decision, verdict.report.stop == .lead { early += 1 }
            let locked = key(try #require(tally.winner))
            let full = key(try winner(ended))
            if locked != full { Issue.record("pattern \(pattern): locked \(locked), counted \(full)") }
        }
        #expect(early > 0 || count < 3)
    }
}
