import GRDB
import InMemoryLogging
import Logging
import Observability
import SwarmCore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct VoteLogTests {
    private let place: TemporaryDatabase
    private let log: VoteLog
    private let told = InMemoryLogHandler()

    init() throws {
        place = try TemporaryDatabase()
        let handler = told
        log = VoteLog(try place.open(), logger: Logger(label: "test") { _ in handler })
    }

    private func error(_ body: () async throws(StoreError) -> some Any) async -> StoreError? {
        do throws(StoreError) {
            _ = try await body()
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [nil, "What is\n6 × 7? \u{1B}[31m\u{0}"])
    func aVoteComesBackAsItWas(prompt: String?) async throws {
        let vote = LoggedVote.numbered(1, kind: .toolCall, prompt: prompt)
        try await log.record(vote)
        let read = try await log.vote(vote.id)
        #expect(read == vote)
        #expect(read.report.text == vote.report.text)
    }

    @Test func theListHasTheNewestFirstWithItsFigures() async throws {
        try await log.record((1...5).map { .numbered($0) })
        let list = try await log.list(limit: 3)
        #expect(list.map(\.at) == [5, 4, 3])
        let first = try #require(list.first)
        #expect(first.id == LoggedVote.numbered(5).id)
        #expect(first.method == "plurality")
        #expect(first.votes == 3)
        #expect(first.valid == 4)
        #expect(first.agreement == 0.75)
        #expect(first.stop == "lead")
        #expect(first.candidates == 5)
        #expect(first.tokens == 80)
    }

    @Test func theListCanBeOfOneKindAndGoOn() async throws {
        try await log.record((1...6).map { .numbered($0, kind: $0.isMultiple(of: 2) ? .json : .code) })
        #expect(try await log.list(kind: .json).map(\.at) == [6, 4, 2])
        #expect(try await log.list(limit: 2, before: LoggedVote.numbered(4).id).map(\.at) == [3, 2])
        #expect(try await log.list(kind: .json, before: LoggedVote.numbered(4).id).map(\.at) == [2])
        #expect(try await log.list(limit: 0).isEmpty)
    }

    @Test func theBeginningOfAnIdIsEnoughWhenNoOtherHasIt() async throws {
        var vote = LoggedVote.numbered(1)
        for id in ["chatcmpl-abc1", "chatcmpl-abc2", "chatcmpl-ab", "other", "100%_x"] {
            vote.id = id
            try await log.record(vote)
        }
        #expect(try await log.vote("chatcmpl-abc2").id == "chatcmpl-abc2")
        #expect(try await log.vote("abc2").id == "chatcmpl-abc2")
        #expect(try await log.vote("chatcmpl-ab").id == "chatcmpl-ab")
        #expect(try await log.vote("o").id == "other")
        #expect(try await log.vote("100%").id == "100%_x")
        #expect(
            await error { () throws(StoreError) in try await log.vote("abc") }
                == .ambiguousVote("abc", ids: ["chatcmpl-abc1", "chatcmpl-abc2"])
        )
        for id in ["zzz", "%", "a_c", "ther"] {
            #expect(await error { () throws(StoreError) in try await log.vote(id) } == .unknownVote(id))
        }
        #expect(await error { () throws(StoreError) in try await log.list(before: "zzz") } == .unknownVote("zzz"))
    }

    @Test func aVoteWithTheSameIdTakesThePlaceOfTheOldOne() async throws {
        var vote = LoggedVote.numbered(1)
        try await log.record(vote)
        vote.winner = 3
        try await log.record(vote)
        #expect(try await log.count() == 1)
        #expect(try await log.vote(vote.id).winner == 3)
    }

    @Test func theExportIsReadBackAsTheInputOfAReplay() async throws {
        let votes = (1...250).map { LoggedVote.numbered($0, prompt: $0.isMultiple(of: 2) ? "a\nb" : nil) }
        try await log.record(votes)
        var lines: [String] = []
        for try await line in log.export() { lines.append(line) }
        #expect(lines.count == 250)
        for (line, vote) in zip(lines, votes) {
            #expect(!line.contains("\n"))
            let json = try JSON(parsing: line)
            #expect(json["id"] == .string(vote.id))
            #expect(json["prompt"] == vote.prompt.map { .string($0) })
            #expect(json["tools"] == vote.tools)
            // A replay is to find the kind again.
            #expect(json["kind"] == nil)
            #expect(json["candidates"] == vote.candidates)
        }
    }

    @Test func theExportCanBeOfOneKind() async throws {
        try await log.record((1...210).map { .numbered($0, kind: $0 > 200 ? .json : .code) })
        var exported: [JSON?] = []
        for try await line in log.export(kind: .json) { exported.append(try JSON(parsing: line)["id"]) }
        #expect(exported == (201...210).map { .string(LoggedVote.numbered($0).id) })
    }

    @Test func tenThousandVotesAreKeptAndPruned() async throws {
        try await log.record((1...10_000).map { .numbered($0) })
        #expect(try await log.count() == 10_000)
        #expect(try await log.list(limit: 1).map(\.at) == [10_000])
        #expect(try await log.prune(olderThan: 1_001) == 1_000)
        #expect(try await log.prune(keep: 100) == 8_900)
        #expect(try await log.count() == 100)
        #expect(try await log.list(limit: 1_000).map(\.at) == Array((9_901...10_000).reversed()))
        #expect(try await log.prune(keep: 100) == 0)
        #expect(try await log.prune(keep: 0) == 100)
    }

    @Test func recordingForgetsTheOldestBeyondTheBound() async throws {
        for start in [1, 11, 21] { try await log.record((start..<start + 10).map { .numbered($0) }, keep: 15) }
        #expect(try await log.list(limit: 100).map(\.at) == Array((16...30).reversed()))
    }

    @Test(arguments: ["kind = 'poem'", "report = '{'", "candidates = '{}'", "candidates = ''"])
    func aRowEditedByHandIsPassedOverAndTold(edit: String) async throws {
        try await log.record((1...3).map { .numbered($0) })
        try await DatabaseQueue(path: place.path).write {
            try $0.execute(sql: "UPDATE votes SET \(edit) WHERE at = 2")
        }
        var lines = 0
        for try await _ in log.export() { lines += 1 }
        #expect(lines == 2)
        #expect(told.entries.map(\.metadata["id"]) == ["\(LoggedVote.numbered(2).id)"])
        let error = try #require(await error { () throws(StoreError) in try await log.vote(LoggedVote.numbered(2).id) })
        #expect(error.description.contains("cannot be read"))
    }

    @Test func aReadIsOverWhenItsTaskIsCancelled() async throws {
        let log = log
        let error = await withTaskGroup(of: StoreError?.self) { group in
            group.cancelAll()
            group.addTask {
                do throws(StoreError) {
                    _ = try await log.count()
                    return nil
                } catch {
                    return error
                }
            }
            return await group.next() ?? nil
        }
        #expect(error == .cancelled)
    }
}
