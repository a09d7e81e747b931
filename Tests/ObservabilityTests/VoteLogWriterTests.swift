import GRDB
import InMemoryLogging
import Logging
import Observability
import SwarmCore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct VoteLogWriterTests {
    private let place: TemporaryDatabase
    private let log: VoteLog
    private let told = InMemoryLogHandler()

    init() throws {
        place = try TemporaryDatabase()
        log = VoteLog(try place.open(), logger: quiet)
    }

    private func writer(keep: Int = VoteLog.kept) -> VoteLogWriter {
        let handler = told
        return VoteLogWriter(log, keep: keep, logger: Logger(label: "test") { _ in handler })
    }

    @Test func votesAreWrittenWhileItRuns() async throws {
        let writer = writer()
        try await withThrowingTaskGroup { group in
            group.addTask { await writer.run() }
            for index in 0..<50 {
                writer.record(.numbered(index))
                while try await log.count() <= index { await Task.yield() }
            }
            writer.finish()
            try await group.waitForAll()
        }
        #expect(told.entries.isEmpty)
    }

    @Test func whatWaitsIsWrittenBeforeItFinishes() async throws {
        let writer = writer()
        for index in 0..<300 { writer.record(.numbered(index)) }
        writer.finish()
        await writer.run()
        #expect(try await log.count() == 300)
        #expect(told.entries.isEmpty)
    }

    @Test func whatWaitsIsWrittenWhenItsTaskIsCancelled() async throws {
        let writer = writer()
        await withTaskGroup { group in
            for index in 0..<300 { writer.record(.numbered(index)) }
            group.addTask { await writer.run() }
            group.cancelAll()
        }
        #expect(try await log.count() == 300)
    }

    @Test func manyMayRecordAtOnce() async throws {
        let writer = writer()
        await withTaskGroup { group in
            group.addTask { await writer.run() }
            await withTaskGroup { recorders in
                for start in 0..<10 {
                    recorders.addTask {
                        for index in 0..<50 { writer.record(.numbered(start * 50 + index)) }
                    }
                }
            }
            writer.finish()
        }
        #expect(try await log.count() == 500)
    }

    @Test func beyondTheLimitVotesAreLostAndCounted() async throws {
        let writer = writer()
        for index in 0..<1_500 { writer.record(.numbered(index)) }
        writer.finish()
        await writer.run()
        #expect(try await log.list(limit: 1).map(\.at) == [999])
        #expect(try await log.count() == 1_000)
        let entry = try #require(told.entries.first)
        #expect(told.entries.count == 1)
        #expect(entry.level == .warning)
        #expect(entry.metadata["votes"] == "500")
    }

    @Test func votesThatCannotBeWrittenAreCountedWithTheReason() async throws {
        try await DatabaseQueue(path: place.path).write { try $0.execute(sql: "DROP TABLE votes") }
        let writer = writer()
        for index in 0..<3 { writer.record(.numbered(index)) }
        writer.finish()
        await writer.run()
        let entry = try #require(told.entries.first)
        #expect(entry.metadata["votes"] == "3")
        #expect("\(entry.metadata["reason"] ?? "")".contains("no such table"))
    }

    @Test func theOldestBeyondTheBoundAreForgotten() async throws {
        let writer = writer(keep: 10)
        for index in 0..<30 { writer.record(.numbered(index)) }
        writer.finish()
        await writer.run()
        #expect(try await log.list(limit: 100).map(\.at) == Array((20..<30).reversed()))
    }

    @Test func lossesAreToldAtOnceAndThenOnceAMinute() {
        let start = ContinuousClock().now
        var losses = Losses()
        #expect(losses.due(at: start) == nil)
        losses.add(2, because: "a")
        #expect(losses.due(at: start) == .init(count: 2, reason: "a"))
        losses.add(3, because: "a")
        losses.add(1, because: "b")
        losses.add(0, because: "c")
        #expect(losses.due(at: start + .seconds(59)) == nil)
        #expect(losses.due(at: start + .seconds(60)) == .init(count: 4, reason: "b"))
        losses.add(1, because: "d")
        #expect(losses.rest() == .init(count: 1, reason: "d"))
        #expect(losses.rest() == nil)
    }
}
