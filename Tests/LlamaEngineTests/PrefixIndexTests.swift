import SwarmCore
import Testing

@testable import LlamaEngine

struct PrefixIndexTests {
    private func entry(_ id: String, _ tokens: [Int32], bytes: Int = 100) -> PrefixIndex.Entry {
        .init(id: id, tokens: tokens, bytes: bytes, lastUse: 0)
    }

    private func index(
        _ entries: [PrefixIndex.Entry] = [],
        shortest: Int = 2,
        wholeOnly: Bool = false
    ) -> PrefixIndex {
        PrefixIndex(entries, shortest: shortest, wholeOnly: wholeOnly)
    }

    /// So many tokens that begin like one another.
    private func run(_ count: Int, then last: Int32? = nil) -> [Int32] {
        Array(0..<Int32(count)) + (last.map { [$0] } ?? [])
    }

    @Test func thePrefixWithMostOfAPromptWins() {
        let kept = index([entry("short", [1, 2]), entry("long", [1, 2, 3, 4]), entry("other", [1, 9, 9, 9, 9])])
        func match(_ prompt: [Int32]) -> String? {
            kept.bestMatch(for: prompt, limit: prompt.count - 1).map { "\($0.entry.id) \($0.length)" }
        }
        #expect(match([1, 2, 3, 4, 5]) == "long 4")
        #expect(match([1, 2, 3, 8, 5]) == "long 3")
        // The last token of a prompt is decoded in any case.
        #expect(match([1, 2, 3, 4]) == "long 3")
        #expect(match([1, 9, 9]) == "other 2")
        #expect(match([1, 5, 5]) == nil)
        #expect(match([8, 2, 3]) == nil)
    }

    @Test func ofEqualMatchesTheSmallerFileWins() {
        let kept = index([entry("a", [1, 2, 3, 4], bytes: 9), entry("b", [1, 2, 3], bytes: 5)])
        #expect(kept.bestMatch(for: [1, 2, 3, 7], limit: 3)?.entry.id == "b")
    }

    @Test func aMemoryThatCannotBeCutTakesWholePrefixesOnly() {
        let kept = index([entry("a", [1, 2, 3, 4]), entry("b", [1, 2])], wholeOnly: true)
        #expect(kept.bestMatch(for: [1, 2, 3, 9], limit: 3)?.entry.id == "b")
        #expect(kept.bestMatch(for: [1, 2, 3, 4], limit: 3)?.entry.id == "b")
        #expect(kept.bestMatch(for: [1, 2, 3, 4, 5], limit: 4)?.entry.id == "a")
        #expect(kept.bestMatch(for: [1, 2], limit: 1) == nil)
    }

    @Test func whatOtherModelsLeftMatchesNothingAndIsNeverCovered() {
        for wholeOnly in [false, true] {
            let kept = index([entry("foreign", [])], shortest: 0, wholeOnly: wholeOnly)
            #expect(kept.bestMatch(for: [1, 2, 3], limit: 2) == nil)
            #expect(kept.covered(by: [1, 2, 3]) == [])
            #expect(kept.isWorthKeeping([1, 2, 3]))
        }
    }

    @Test(arguments: [
        // Too short, and just long enough.
        (kept: 0, common: 0, count: 99, worth: false),
        (kept: 0, common: 0, count: 100, worth: true),
        // Grown: by at least the shortest and at least a quarter.
        (kept: 100, common: 100, count: 199, worth: false),
        (kept: 100, common: 100, count: 200, worth: true),
        (kept: 1000, common: 1000, count: 1249, worth: false),
        (kept: 1000, common: 1000, count: 1250, worth: true),
        // Another end of the same beginning.
        (kept: 1000, common: 800, count: 999, worth: false),
        (kept: 1000, common: 800, count: 1000, worth: true),
        // A shorter version of what is there.
        (kept: 1000, common: 500, count: 500, worth: false),
    ])
    func aSequenceIsWrittenAgainWhenItHasGrownByAQuarter(kept: Int, common: Int, count: Int, worth: Bool) {
        let there = run(common) + Array(repeating: -1, count: kept - common)
        let asked = run(common) + Array(repeating: -2, count: count - common)
        let known = kept == 0 ? index(shortest: 100) : index([entry("a", there)], shortest: 100)
        #expect(known.isWorthKeeping(asked) == worth)
        // What was passed over counts the same.
        var passed = index(shortest: 100)
        if kept > 0 { passed.pass(over: there) }
        #expect(passed.isWorthKeeping(asked) == worth)
    }

    @Test func whereOnlyWholePrefixesHelpAnotherEndIsAnotherPrefix() {
        let kept = index([entry("a", run(500, then: -1))], shortest: 100, wholeOnly: true)
        #expect(kept.isWorthKeeping(run(500, then: -2)))
        #expect(!kept.isWorthKeeping(run(500, then: -1)))
        #expect(!kept.isWorthKeeping(run(500, then: -1) + [7]))
    }

    @Test func whatIsPassedOverIsForgottenInTheEnd() {
        var kept = index(shortest: 1)
        for number in 0..<Int32(PrefixIndex.passedLimit) + 1 { kept.pass(over: [number]) }
        #expect(kept.isWorthKeeping([0]))
        #expect(!kept.isWorthKeeping([1]))
        #expect(kept.passed.count == PrefixIndex.passedLimit)
    }

    @Test func aLongerPrefixCoversThoseItBeginsWith() {
        let kept = index([
            entry("begins", [1, 2]), entry("same", [1, 2, 3]), entry("longer", [1, 2, 3, 4]), entry("other", [2]),
        ])
        #expect(kept.covered(by: [1, 2, 3]) == ["begins", "same"])
        #expect(kept.covered(by: [5]) == [])
    }

    @Test func theLeastRecentlyUsedGoesUntilThereIsRoom() {
        var kept = index([entry("a", [1]), entry("b", [2]), entry("c", [3])])
        #expect(kept.evictions(for: 0, maximum: 300) == [])
        #expect(kept.evictions(for: 1, maximum: 300) == ["a"])
        #expect(kept.evictions(for: 101, maximum: 300) == ["a", "b"])
        #expect(kept.evictions(for: 300, maximum: 300) == ["a", "b", "c"])
        #expect(kept.evictions(for: 301, maximum: 300) == nil)
        kept.touch("a")
        #expect(kept.evictions(for: 1, maximum: 300) == ["b"])
        // What is replaced goes anyway.
        #expect(kept.evictions(for: 100, maximum: 300, sparing: ["c"]) == [])
        #expect(kept.evictions(for: 200, maximum: 300, sparing: ["b"]) == ["c"])
        // The limit was lowered.
        #expect(kept.evictions(for: 0, maximum: 150) == ["b", "c"])
        kept.add(entry("b", [2], bytes: 50))
        #expect(kept.entries.map(\.id) == ["a", "c", "b"])
        kept.remove("a")
        #expect(kept.entries.map(\.id) == ["c", "b"])
    }

    @Test(arguments: 0..<100)
    func matchesAndEvictionsAreWhatCountingGives(seed: Int) {
        var generator = SplitMix64(seed: UInt64(seed))
        func tokens() -> [Int32] {
            (0..<Int.random(in: 1..<9, using: &generator)).map { _ in Int32.random(in: 0..<2, using: &generator) }
        }
        var kept = index(shortest: 2, wholeOnly: Bool.random(using: &generator))
        for _ in 0..<40 {
            let id = "\(Int.random(in: 0..<12, using: &generator))"
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: kept.remove(id)
            case 1: kept.touch(id)
            default: kept.add(entry(id, tokens(), bytes: Int.random(in: 1..<50, using: &generator)))
            }
            #expect(Set(kept.entries.map(\.id)).count == kept.entries.count)
            #expect(Set(kept.entries.map(\.lastUse)).count == kept.entries.count)

            let prompt = tokens()
            let lengths = kept.entries.map { entry -> Int in
                let common = min(commonPrefixLength(entry.tokens, prompt), prompt.count - 1)
                return kept.wholeOnly && common < entry.tokens.count ? 0 : common
            }
            let longest = lengths.max() ?? 0
            let match = kept.bestMatch(for: prompt, limit: prompt.count - 1)
            #expect(match?.length == (longest >= 2 ? longest : nil))

            let (bytes, maximum) = (
                Int.random(in: 0..<200, using: &generator), Int.random(in: 0..<200, using: &generator)
            )
            let sparing = kept.entries.prefix(2).map(\.id)
            guard let gone = kept.evictions(for: bytes, maximum: maximum, sparing: sparing) else {
                #expect(bytes > maximum)
                continue
            }
            let candidates = kept.entries.filter { !sparing.contains($0.id) }.sorted { $0.lastUse < $1.lastUse }
            #expect(gone == candidates.prefix(gone.count).map(\.id))
            func left(without count: Int) -> Int { candidates.dropFirst(count).reduce(0) { $0 + $1.bytes } }
            #expect(left(without: gone.count) + bytes <= maximum)
            if !gone.isEmpty { #expect(left(without: gone.count - 1) + bytes > maximum) }
        }
    }
}
