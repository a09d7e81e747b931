import Foundation
import GRDB
import Observability
import SwarmCore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ToolLogTests {
    private let place: TemporaryDatabase
    private let log: ToolLog

    init() throws {
        place = try TemporaryDatabase()
        log = ToolLog(try place.open(), logger: quiet)
    }

    private static func audit(_ number: Int, tool: String = "read", status: ToolOutcome.Status = .done) -> ToolAudit {
        ToolAudit(
            time: 1_790_000_000.5 + Double(number),
            caller: "chatcmpl-\(number)",
            session: SessionKey(rawValue: "s"),
            tool: tool,
            subject: "src/\(number).py",
            argumentsHash: "aa",
            resultHash: "bb",
            status: status,
            seconds: 0.25
        )
    }

    @Test func callsAreReadBackTheNewestFirst() async throws {
        let audits = [
            Self.audit(1), Self.audit(2, tool: "bash", status: .failed), Self.audit(3, status: .refused),
            Self.audit(4, status: .asks),
        ]
        try await log.record(audits)
        #expect(try await log.list() == audits.reversed())
        #expect(try await log.list(limit: 2) == [audits[3], audits[2]])
        #expect(try await log.list(tool: "bash") == [audits[1]])
        #expect(try await log.list(tool: "webfetch").isEmpty)
    }

    @Test func onlySoManyAreKept() async throws {
        for number in 0..<10 { try await log.record([Self.audit(number)], keep: 4) }
        #expect(try await log.count() == 4)
        #expect(try await log.list().map(\.caller) == (6..<10).reversed().map { "chatcmpl-\($0)" })
    }

    @Test func aRowThatMakesNoSenseIsPassedOver() async throws {
        try await log.record([Self.audit(1), Self.audit(2)])
        try await DatabaseQueue(path: place.path).write { db in
            try db.execute(sql: "UPDATE tools SET status = 'great' WHERE sequence = 1")
        }
        #expect(try await log.list().map(\.caller) == ["chatcmpl-2"])
    }

    @Test func whatWaitsIsWrittenBeforeTheWriterFinishes() async throws {
        let writer = ToolLogWriter(log, logger: quiet)
        for number in 0..<300 { writer.record(Self.audit(number)) }
        writer.finish()
        await writer.run()
        #expect(try await log.count() == 300)
    }

    @Test func theTableHasALinePerCallAndNothingRaw() throws {
        var audit = Self.audit(1)
        audit.subject = "a\u{1B}[31m\nb"
        let zone = try #require(TimeZone(identifier: "UTC"))
        let lines = [audit].table(timeZone: zone)
        #expect(lines.count == 2)
        #expect(lines[0].contains("tool") && lines[0].contains("status"))
        #expect(lines[1].contains("read") && lines[1].contains("done") && lines[1].contains("0.25 s"))
        #expect(!lines[1].contains("\u{1B}"))
    }
}
