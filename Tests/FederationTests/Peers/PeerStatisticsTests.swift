import Federation
import SwarmCore
import Testing

@Suite("What peers did")
struct PeerStatisticsTests {
    private static func report(
        finished: Int = 1,
        failure: String? = nil,
        seconds: Double? = nil,
        rate: Double? = nil
    ) -> SourceReport {
        SourceReport(
            id: SourceID(rawValue: "attic"),
            model: ModelID(rawValue: "m"),
            candidates: [1, 3],
            finished: finished,
            lost: failure == nil ? 0 : 2 - finished,
            failure: failure,
            seconds: seconds,
            tokensPerSecond: rate
        )
    }

    private static func noted(_ reports: [SourceReport]) -> PeerStatistics {
        var statistics = PeerStatistics()
        for report in reports { statistics.note(report, hasWon: false, time: 7) }
        return statistics
    }

    @Test func votesAreCountedByWhatCameOfThem() {
        var statistics = Self.noted([
            Self.report(finished: 2), Self.report(finished: 1, failure: "gone"),
            Self.report(finished: 0, failure: "late"), Self.report(finished: 0),
        ])
        statistics.note(Self.report(), hasWon: true, time: 8)
        #expect((statistics.requests, statistics.succeeded, statistics.failed, statistics.wins) == (5, 3, 1, 1))
        #expect(statistics.successRate == 0.75)
        #expect(statistics.lastError == "late")
        #expect(statistics.lastErrorTime == 7)
    }

    @Test func beforeTheFirstVoteNothingIsKnown() {
        let statistics = PeerStatistics()
        #expect(statistics.successRate == nil)
        #expect(statistics.meanLatency == nil)
        #expect(statistics.p95Latency == nil)
        #expect(statistics.tokensPerSecond == nil)
    }

    @Test(arguments: [(1, 1.0), (19, 19), (20, 19), (21, 20), (100, 95)] as [(Int, Double)])
    func ninetyFiveOfAHundredVotesTookNoLonger(count: Int, expected: Double) {
        let latencies = (1...count).map(Double.init).reversed()
        #expect(Self.noted(latencies.map { Self.report(seconds: $0) }).p95Latency == expected)
    }

    @Test func theNewestLatenciesCount() throws {
        let statistics = Self.noted((0..<300).map { Self.report(seconds: $0 < 100 ? 1000 : 2) })
        #expect(statistics.latencies.count == PeerStatistics.kept)
        #expect(statistics.meanLatency == 2)
    }

    @Test func aVoteToWhichItGaveNothingHasNoLatency() {
        #expect(Self.noted([Self.report(finished: 0, failure: "late", seconds: 60)]).latencies.isEmpty)
    }

    @Test func theSpeedFollowsWhatIsMeasured() throws {
        #expect(Self.noted([Self.report(rate: 10)]).tokensPerSecond == 10)
        let speed = try #require(Self.noted([10, 20].map { Self.report(rate: $0) }).tokensPerSecond)
        #expect(abs(speed - 12) < 1e-9)
        let settled = try #require(Self.noted((0..<60).map { _ in Self.report(rate: 20) }).tokensPerSecond)
        #expect(abs(settled - 20) < 1e-9)
    }

    @Test func longErrorsAreCut() {
        var statistics = PeerStatistics()
        statistics.note(error: String(repeating: "x", count: 5000), time: 1)
        #expect(statistics.lastError?.count == 300)
        #expect(statistics.requests == 0)
    }

    @Test func whatIsStoredComesBack() throws {
        let statistics = Self.noted((0..<30).map { Self.report(failure: "gone", seconds: Double($0) / 8, rate: 12.5) })
        let stored = try JSON(parsing: statistics.stored.utf8)
        #expect(PeerStatistics(stored: stored) == statistics)
        #expect(PeerStatistics(stored: PeerStatistics().stored) == PeerStatistics())
    }

    @Test func whatMakesNoSenseCountsAsNothing() {
        #expect(PeerStatistics(stored: .null) == PeerStatistics())
        let odd: JSON = [
            "requests": -3, "succeeded": "7", "failed": [], "wins": 0.5, "latencies": ["x", nil],
            "tokens_per_second": "1", "last_error": 7, "last_error_time": "now",
        ]
        #expect(PeerStatistics(stored: odd) == PeerStatistics())
        let many: JSON = ["latencies": .array(Array(repeating: 1, count: 5000))]
        #expect(PeerStatistics(stored: many).latencies.count == PeerStatistics.kept)
    }
}
