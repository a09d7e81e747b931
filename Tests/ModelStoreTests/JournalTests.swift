import SwarmCore
import Testing

@testable import ModelStore

@Suite("The journal of an unfinished file")
struct JournalTests {
    let content = Journal.Content(
        repository: "bees/honey",
        file: "m.gguf",
        commit: "c",
        bytes: 1000,
        sha256: nil,
        validator: "\"v\""
    )

    @Test(arguments: 0..<50)
    func rangesAreASetOfBytes(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var ranges = ByteRanges()
        var bytes: Set<UInt64> = []
        for _ in 0..<20 {
            let start = UInt64.random(in: 0..<200, using: &random)
            let range = start..<start + UInt64.random(in: 0..<30, using: &random)
            ranges.insert(range)
            bytes.formUnion(range)
        }
        #expect(ranges.count == UInt64(bytes.count))
        #expect(Set(ranges.ranges.flatMap { Array($0) }) == bytes)
        #expect(zip(ranges.ranges, ranges.ranges.dropFirst()).allSatisfy { $0.upperBound < $1.lowerBound })
        let missing = ranges.missing(of: 150, most: 7)
        #expect(missing.allSatisfy { !$0.isEmpty && $0.count <= 7 })
        #expect(missing.flatMap { Array($0) } == (0..<150).filter { !bytes.contains($0) })
        #expect(ByteRanges(ranges.missing(of: 150, most: .max)) == ByteRanges(missing))
    }

    @Test func whatIsWrittenIsRead() throws {
        let ranges = ByteRanges([0..<10, 20..<30])
        let bytes = Journal.opening(content) + Journal.lines(ranges)
        let journal = try #require(Journal(bytes))
        #expect(journal.content == content)
        #expect(journal.ranges == ranges)
        #expect(journal.length == bytes.count)
    }

    @Test func cutAnywhereItClaimsNothingThatWasNotWritten() throws {
        let starts: [UInt64] = [0, 100, 200, 300, 400]
        let lines: [[UInt8]] = starts.map { Journal.lines(ByteRanges([$0..<$0 + 50])) }
        let all: [UInt8] = Journal.opening(content) + lines.joined()
        var ends = [Journal.opening(content).count]
        for line in lines { ends.append((ends.last ?? 0) + line.count) }
        for length in 0...all.count {
            let whole = ends.count { $0 <= length }
            let journal = Journal(Array(all.prefix(length)))
            #expect((journal == nil) == (whole == 0))
            guard let journal else { continue }
            #expect(journal.ranges.count == UInt64(50 * (whole - 1)))
            #expect(journal.length == ends[whole - 1])
        }
    }

    @Test func nothingBehindADamagedLineCounts() throws {
        let good = Journal.lines(ByteRanges([0..<10]))
        let late = Journal.lines(ByteRanges([500..<600]))
        for damage in ["\n", "\0\0\0\n", "{\"from\":5}\n", "{\"from\":9,\"to\":3}\n", "{\"from\":-1,\"to\":3}\n"] {
            let journal = try #require(Journal(Journal.opening(content) + good + Array(damage.utf8) + late))
            #expect(journal.ranges == ByteRanges([0..<10]))
        }
    }

    @Test func aClaimPastTheEndOfTheFileMakesItWorthless() {
        #expect(Journal(Journal.opening(content) + Journal.lines(ByteRanges([0..<1001]))) == nil)
    }

    @Test func theSameHashIsTheSameFileAndWithoutOneEverythingMustAgree() {
        var other = content
        #expect(content.isSame(as: other))
        other.validator = "\"w\""
        #expect(!content.isSame(as: other))
        var hashed = content
        hashed.sha256 = "a"
        #expect(!content.isSame(as: hashed))
        var moved = hashed
        moved.commit = "d"
        moved.validator = nil
        #expect(hashed.isSame(as: moved))
        moved.bytes = 999
        #expect(!hashed.isSame(as: moved))
        var weak = content
        weak.validator = nil
        #expect(!weak.isSame(as: weak))
    }

    @Test func ratesAreTakenOverTheLastSecondsAndFallWhileNothingComes() throws {
        let start = ContinuousClock.now
        var window = RateWindow()
        #expect(window.rate(at: start) == nil)
        for second in 0...20 { window.add(1000, at: start + .seconds(second)) }
        let rate = try #require(window.rate(at: start + .seconds(20)))
        #expect(abs(rate - 1000) < 200)
        #expect(try #require(window.rate(at: start + .seconds(40))) < 400)
    }
}
