import SwarmCore
import Testing

@testable import LlamaEngine

struct MemoryTests {
    @Test(arguments: 0..<50)
    func theLedgerCountsLikeASetOfCells(seed: Int) {
        var generator = SplitMix64(seed: UInt64(seed))
        var ledger = CellLedger(capacity: 200)
        var holdings: [CellLedger.Holding] = []
        for _ in 0..<200 {
            switch Int.random(in: 0..<4, using: &generator) {
            case 0:
                var holding = CellLedger.Holding()
                if ledger.extend(&holding, by: Int.random(in: 0..<20, using: &generator)) { holdings.append(holding) }
            case 1:
                guard let source = holdings.randomElement(using: &generator) else { continue }
                holdings.append(ledger.fork(source, length: Int.random(in: 0...source.count, using: &generator)))
            case 2:
                guard let place = holdings.indices.randomElement(using: &generator) else { continue }
                ledger.truncate(&holdings[place], to: Int.random(in: 0...holdings[place].count, using: &generator))
            default:
                guard let place = holdings.indices.randomElement(using: &generator) else { continue }
                _ = ledger.extend(&holdings[place], by: Int.random(in: 0..<10, using: &generator))
            }
            let distinct = Set(holdings.flatMap(\.cells))
            #expect(ledger.usedCount == distinct.count)
            let some = holdings.prefix(holdings.count / 2)
            let rest = Set(holdings.dropFirst(holdings.count / 2).flatMap(\.cells))
            #expect(ledger.exclusiveCount(of: Array(some)) == Set(some.flatMap(\.cells)).subtracting(rest).count)
        }
        for place in holdings.indices { ledger.truncate(&holdings[place], to: 0) }
        #expect(ledger.freeCount == 200)
    }

    @Test func aFullLedgerRefusesAndChangesNothing() {
        var ledger = CellLedger(capacity: 4)
        var holding = CellLedger.Holding()
        #expect(ledger.extend(&holding, by: 3))
        #expect(!ledger.extend(&holding, by: 2))
        #expect(holding.count == 3)
        #expect(ledger.freeCount == 1)
    }

    private func residents(_ entries: [(sequence: Int32, tokens: [Int32], session: String?, ticket: Int)]) -> Residents
    {
        var residents = Residents()
        for entry in entries {
            residents.keep(
                sequence: entry.sequence,
                tokens: entry.tokens,
                holding: .init(),
                request: RequestID(rawValue: "\(entry.ticket)"),
                session: entry.session.map(SessionKey.init(rawValue:)),
                candidate: Int(entry.sequence)
            )
        }
        return residents
    }

    @Test func theLongestCommonPrefixWinsOverTheSession() {
        let kept = residents([(0, [1, 2, 3], "mine", 1), (1, [1, 2, 3, 4], "other", 2)])
        let mine = SessionKey(rawValue: "mine")
        #expect(kept.bestMatch(for: [1, 2, 3, 4, 5], session: mine, limit: 4, wholeOnly: false)?.entry.sequence == 1)
        #expect(kept.bestMatch(for: [1, 2, 3, 9, 5], session: mine, limit: 4, wholeOnly: false)?.entry.sequence == 0)
        #expect(kept.bestMatch(for: [7, 8], session: mine, limit: 1, wholeOnly: false) == nil)
    }

    @Test func theLastPromptTokenIsAlwaysDecodedAnew() {
        let kept = residents([(0, [1, 2, 3], nil, 1)])
        #expect(kept.bestMatch(for: [1, 2, 3], session: nil, limit: 2, wholeOnly: false)?.length == 2)
    }

    @Test func aMemoryThatCannotBeCutIsUsedWholeOrNotAtAll() {
        let kept = residents([(0, [1, 2, 3], nil, 1), (1, [1, 2], nil, 2)])
        #expect(kept.bestMatch(for: [1, 2, 9, 9], session: nil, limit: 3, wholeOnly: true)?.entry.sequence == 1)
        #expect(kept.bestMatch(for: [1, 9], session: nil, limit: 1, wholeOnly: true) == nil)
    }

    @Test func aPrefixThatCannotBeContinuedIsPassedOver() {
        let kept = residents([(0, [1, 2, 3, 4], nil, 1), (1, [1, 2, 9], nil, 2), (2, [1, 2], nil, 3)])
        func match(_ prompt: [Int32], cuttable: Set<Int32>) -> Int32? {
            kept.bestMatch(for: prompt, session: nil, limit: prompt.count - 1, wholeOnly: false) { entry, _ in
                cuttable.contains(entry.sequence)
            }?.entry.sequence
        }
        #expect(match([1, 2, 3, 5, 6], cuttable: [0]) == 0)
        #expect(match([1, 2, 3, 5, 6], cuttable: []) == 2)
        // What is continued from its end is not cut.
        #expect(match([1, 2, 3, 4, 5], cuttable: []) == 0)
    }

    @Test func theLeastRecentlyUsedGoesFirst() {
        var kept = residents([(0, [1], nil, 1), (1, [2], nil, 2), (2, [3], nil, 3)])
        kept.touch(0)
        #expect(kept.removeLeastRecentlyUsed(sparing: nil)?.sequence == 1)
        #expect(kept.removeLeastRecentlyUsed(sparing: 2)?.sequence == 0)
        #expect(kept.removeLeastRecentlyUsed(sparing: 2) == nil)
    }

    private let keeping = Residents.Keeping(sequences: 64, bytesPerCell: 10, weights: 50_000)

    @Test func aFifthConversationStaysOnlyWhileItsCellsAreLittleBesideTheWeights() {
        var kept = residents((0..<5).map { (Int32($0), [1, Int32($0)], nil, $0) })
        #expect(keeping.cells == 100)
        #expect(kept.removeSurplus(keeping, used: 100) == nil)
        #expect(kept.removeSurplus(keeping, used: 101)?.sequence == 0)
        #expect(kept.removeSurplus(keeping, used: 101) == nil)
    }

    @Test func shortConversationsGoBeforeLongOnes() {
        let long = Array(repeating: Int32(7), count: Residents.Keeping.short)
        var kept = residents([
            (0, long, nil, 0), (1, [1], nil, 1), (2, [2], nil, 2), (3, [3], nil, 3), (4, [4], nil, 4),
        ])
        #expect(kept.removeSurplus(keeping, used: 500)?.sequence == 1)
        kept = residents((0..<6).map { (Int32($0), long, nil, $0) })
        #expect(kept.removeSurplus(keeping, used: 5000, sparing: 0)?.sequence == 1)
        #expect(kept.removeSurplus(keeping, used: 5000)?.sequence == 0)
    }

    @Test func theCandidatesOfOneVoteAreOneConversation() {
        var kept = residents((0..<8).map { (Int32($0), [1, Int32($0)], nil, 7) })
        #expect(kept.removeSurplus(keeping, used: 5000) == nil)
    }

    @Test func moreSequencesThanAQuarterOfAllNeverStay() {
        var kept = residents((0..<17).map { (Int32($0), [1, Int32($0)], nil, $0) })
        #expect(kept.removeSurplus(keeping, used: 0)?.sequence == 0)
        #expect(kept.removeSurplus(keeping, used: 0) == nil)
    }

    @Test func siblingsOfAnAnswerThatWasTakenUpGo() throws {
        var kept = residents([(0, [1, 2], nil, 1), (1, [1, 3], nil, 1), (2, [1, 4], nil, 2)])
        let match = try #require(kept.bestMatch(for: [1, 3, 5], session: nil, limit: 2, wholeOnly: false))
        #expect(kept.removeSiblings(of: match.entry.candidate, in: match.entry.request).map(\.sequence) == [0])
        #expect(kept.entries.map(\.sequence) == [1, 2])
    }

    @Test func onlyTheChosenAnswerOfAVoteIsKept() {
        var kept = residents([(0, [1, 2], nil, 1), (1, [1, 3], nil, 1), (2, [1, 4], nil, 2)])
        #expect(kept.removeSiblings(of: 1, in: RequestID(rawValue: "1")).map(\.sequence) == [0])
        #expect(kept.entries.map(\.sequence) == [1, 2])
    }

    @Test(arguments: [
        (free: 10_000, evictable: 0, promised: 0, sequences: 64, asked: 5, alone: true, expected: 5),
        (free: 1_200, evictable: 0, promised: 0, sequences: 64, asked: 5, alone: false, expected: 2),
        (free: 200, evictable: 1_200, promised: 0, sequences: 64, asked: 5, alone: false, expected: 2),
        (free: 3_000, evictable: 0, promised: 2_900, sequences: 64, asked: 5, alone: false, expected: 0),
        (free: 10_000, evictable: 0, promised: 0, sequences: 3, asked: 5, alone: true, expected: 3),
        (free: 150, evictable: 0, promised: 0, sequences: 3, asked: 5, alone: true, expected: 1),
        (free: 150, evictable: 0, promised: 0, sequences: 3, asked: 5, alone: false, expected: 0),
        (free: 100, evictable: 0, promised: 0, sequences: 3, asked: 5, alone: true, expected: 0),
    ])
    func admissionGivesFewerCandidatesBeforeItMakesAnyoneWait(
        free: Int,
        evictable: Int,
        promised: Int,
        sequences: Int,
        asked: Int,
        alone: Bool,
        expected: Int
    ) {
        let room = Admission.Room(
            freeCells: free,
            evictableCells: evictable,
            promisedCells: promised,
            sequences: sequences
        )
        let need = Admission.Need(newPromptCells: 100, maxTokens: 4_000, candidates: asked)
        #expect(Admission.admitted(need, in: room, isAlone: alone) == expected)
    }

    @Test func aShortPromptIsReadBeforeALongOne() {
        let shares = Schedule.shares(
            of: [.init(ticket: 1, remaining: 10_000, arrival: 1), .init(ticket: 2, remaining: 60, arrival: 2)],
            budget: 128
        )
        #expect(shares == [.init(ticket: 2, count: 60), .init(ticket: 1, count: 68)])
    }

    @Test func nobodyStarves() {
        let long = Schedule.Prefill(ticket: 1, remaining: 10_000, arrival: 1)
        let short = (2..<50).map { Schedule.Prefill(ticket: $0, remaining: 100, arrival: $0) }
        let shares = Schedule.shares(of: [long] + short, budget: 128)
        #expect(shares.first { $0.ticket == 1 }?.count == 32)
    }

    @Test(arguments: 0..<100)
    func sharesNeverExceedTheBudgetOrAPrompt(seed: Int) {
        var generator = SplitMix64(seed: UInt64(seed))
        let prefills = (0..<Int.random(in: 0..<20, using: &generator)).map {
            Schedule.Prefill(ticket: $0, remaining: Int.random(in: 1..<500, using: &generator), arrival: $0)
        }
        let budget = Int.random(in: 0..<600, using: &generator)
        let shares = Schedule.shares(of: prefills, budget: budget)
        let total = shares.reduce(0) { $0 + $1.count }
        #expect(total == min(budget, prefills.reduce(0) { $0 + $1.remaining }))
        for share in shares { #expect(share.count <= prefills[share.ticket].remaining) }
    }

    @Test func aPromptGivesWayToRunningAnswers() {
        #expect(Schedule.budget(isGenerating: false, batch: 512, tokensPerSecond: 10) == 512)
        #expect(Schedule.budget(isGenerating: true, batch: 512, tokensPerSecond: nil) == 64)
        #expect(Schedule.budget(isGenerating: true, batch: 512, tokensPerSecond: 1000) == 150)
        #expect(Schedule.budget(isGenerating: true, batch: 512, tokensPerSecond: 10) == 32)
    }

    @Test(
        arguments: [
            // Kernels in tiles of four: five candidates cost more than four, eight too much.
            ([1: 83.6, 2: 79.7, 3: 93.7, 4: 136.2, 5: 115.4, 6: 120.7, 8: 217.5], 4),
            ([1: 29, 2: 43, 3: 51, 4: 82, 5: 68, 6: 74, 8: 104], 8),
            // A GPU: every candidate is nearly free.
            ([1: 100, 2: 190, 3: 280, 4: 360, 5: 430, 6: 500, 8: 640], 8),
            // No gain at all: as few as can vote.
            ([1: 30, 2: 30, 3: 30, 4: 30, 5: 30, 6: 30, 8: 30], 3),
            // A tiny model, faster than anyone reads: four are as good as eight.
            ([1: 4937, 2: 6312, 3: 6735, 4: 7042, 5: 6749, 6: 6774, 8: 7100], 4),
            ([:], 4),
        ] as [([Int: Double], Int)]
    )
    func theNumberOfCandidatesFollowsTheMachine(curve: [Int: Double], expected: Int) {
        #expect(Measurements(threads: 1, batchThreads: 1, curve: curve).recommendedCandidates == expected)
    }
}
