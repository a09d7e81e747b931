import Foundation
import GRDB
import Observability
import SwarmCore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct DatabaseTests {
    private let place: TemporaryDatabase

    init() throws { place = try TemporaryDatabase() }

    private func failure(opening path: String) -> StoreError? {
        do throws(StoreError) {
            _ = try Observability.Database(path: path)
            return nil
        } catch {
            return error
        }
    }

    private func write(_ text: String) throws {
        let url = URL(fileURLWithPath: place.path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    @Test func folderAndFilesBelongToTheUserAlone() async throws {
        let database = try place.open()
        try await VoteLog(database, logger: quiet).record(.numbered(1))
        #expect(try place.permissions(of: "data") == 0o700)
        for name in ["data/swarm.db", "data/swarm.db-wal", "data/swarm.db-shm"] {
            #expect(try place.permissions(of: name) == 0o600, "\(name)")
        }
    }

    @Test func permissionsOfAFileThatIsThereAreKept() throws {
        _ = try place.open()
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: place.path)
        _ = try place.open()
        #expect(try place.permissions(of: "data/swarm.db") == 0o640)
    }

    @Test func whatWasWrittenIsThereAfterOpeningAgain() async throws {
        try await VoteLog(place.open(), logger: quiet).record(.numbered(1))
        #expect(try await VoteLog(place.open(), logger: quiet).count() == 1)
    }

    @Test func closingLeavesOneFile() async throws {
        let database = try place.open()
        let log = VoteLog(database, logger: quiet)
        try await log.record(.numbered(1))
        try database.close()
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.folder.path + "/data") == ["swarm.db"])
        await #expect(throws: StoreError.self) { try await log.count() }
    }

    @Test func manyMayOpenANewFileAtOnce() async throws {
        for round in 0..<10 {
            let path = place.folder.appendingPathComponent("\(round)/swarm.db").path
            try await withThrowingTaskGroup { group in
                for index in 0..<6 {
                    group.addTask {
                        try await VoteLog(Observability.Database(path: path), logger: quiet).record(.numbered(index))
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await VoteLog(Observability.Database(path: path), logger: quiet).count() == 6)
        }
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/sqlite3"), "needs the sqlite3 command"))
    func twoProcessesWriteAtOnce() async throws {
        let log = try VoteLog(place.open(), logger: quiet)
        let other = Process()
        other.executableURL = URL(fileURLWithPath: "/usr/bin/sqlite3")
        other.arguments = [place.path]
        let input = Pipe()
        other.standardInput = input
        try other.run()
        let inserts = (0..<200).map {
            "INSERT INTO gates VALUES ('m\($0)', 'json', 1, 1, 'greedy', 0, 0, 0, NULL, '[]');\n"
        }
        try input.fileHandleForWriting.write(contentsOf: Data((".timeout 5000\n" + inserts.joined()).utf8))
        try input.fileHandleForWriting.close()
        for index in 0..<200 { try await log.record(.numbered(index)) }
        other.waitUntilExit()
        #expect(other.terminationStatus == 0)
        #expect(try await log.count() == 200)
        #expect(try await GateStore(place.open(), logger: quiet).all().count == 200)
    }

    @Test(arguments: ["hello\n", String(repeating: "no database at all. ", count: 1_000)])
    func aFileOfSomethingElseIsLeftAlone(text: String) throws {
        try write(text)
        #expect(failure(opening: place.path) == .notADatabase(path: place.path))
        #expect(try String(contentsOfFile: place.path, encoding: .utf8) == text)
    }

    @Test func theDatabaseOfAnotherProgramIsLeftAlone() throws {
        let path = place.folder.appendingPathComponent("other.db").path
        let other = try DatabaseQueue(path: path)
        try other.write { try $0.execute(sql: "CREATE TABLE bookmarks (url TEXT)") }
        #expect(failure(opening: path) == .foreign(path: path))
        #expect(try other.read { try String.fetchOne($0, sql: "PRAGMA journal_mode") } == "delete")
    }

    @Test func aNewerVersionsFileIsLeftAlone() throws {
        _ = try place.open()
        try DatabaseQueue(path: place.path).write {
            try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('999')")
        }
        #expect(failure(opening: place.path) == .newer(path: place.path))
    }

    @Test func lostPagesAreToldAsDamage() async throws {
        let entries = (0..<500).map { LoggedVote.numbered($0) }
        let database = try place.open()
        try await VoteLog(database, logger: quiet).record(entries)
        try database.close()
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: place.path))
        let size = try file.seekToEnd()
        try file.seek(toOffset: 8_192)
        try file.write(contentsOf: Data(repeating: 0xA5, count: Int(size) - 8_192))
        try file.close()
        let path = place.path
        await #expect(throws: StoreError.damaged(path: path)) {
            for try await _ in try VoteLog(Observability.Database(path: path), logger: quiet).export() {}
        }
    }

    @Test func aFolderIsNoFile() throws {
        let path = place.folder.path
        let error = try #require(failure(opening: path))
        guard case .unopenable(path, _) = error else {
            Issue.record("\(error)")
            return
        }
    }

    @Test func aFolderThatCannotBeMadeIsTold() throws {
        let file = place.folder.appendingPathComponent("file")
        try Data("x".utf8).write(to: file)
        let error = try #require(failure(opening: file.appendingPathComponent("sub/swarm.db").path))
        #expect(error.description.contains("cannot be opened"))
    }

    @Test(.enabled(if: getuid() != 0, "the superuser may write every file"))
    func aFileWithoutWritePermissionIsTold() throws {
        _ = try place.open()
        try FileManager.default.setAttributes([.posixPermissions: 0o400], ofItemAtPath: place.path)
        #expect(failure(opening: place.path) == .readOnly(path: place.path))
    }

    @Test func aFileThatCannotGrowIsTold() throws {
        let queue = try DatabaseQueue(path: place.folder.appendingPathComponent("small.db").path)
        do {
            try queue.write { db in
                try db.execute(sql: "CREATE TABLE t (x); PRAGMA max_page_count = 4")
                try db.execute(sql: "INSERT INTO t VALUES (zeroblob(100000))")
            }
            Issue.record("it grew")
        } catch {
            #expect(StoreError(error, path: "f") == .full(path: "f"))
        }
    }

    @Test func aConnectionThatMayOnlyReadIsTold() throws {
        _ = try place.open()
        var configuration = Configuration()
        configuration.readonly = true
        do {
            try DatabaseQueue(path: place.path, configuration: configuration).write {
                try $0.execute(sql: "DELETE FROM votes")
            }
            Issue.record("it wrote")
        } catch {
            #expect(StoreError(error, path: "f") == .readOnly(path: "f"))
        }
    }

    @Test(arguments: [
        (ResultCode.SQLITE_BUSY, StoreError.busy(path: "f")), (.SQLITE_LOCKED, .busy(path: "f")),
        (.SQLITE_PERM, .readOnly(path: "f")), (.SQLITE_IOERR_WRITE, .other(path: "f", reason: "why")),
    ])
    func codesOfSQLiteHaveAMeaning(code: ResultCode, meaning: StoreError) {
        #expect(StoreError(DatabaseError(resultCode: code, message: "why"), path: "f") == meaning)
    }

    @Test(arguments: [
        StoreError.notADatabase(path: "/d/f"), .foreign(path: "/d/f"), .newer(path: "/d/f"), .damaged(path: "/d/f"),
        .full(path: "/d/f"), .readOnly(path: "/d/f"), .unopenable(path: "/d/f", reason: "why"), .busy(path: "/d/f"),
    ])
    func everyErrorSaysWhichFileAndWhatToDo(error: StoreError) {
        #expect(error.description.hasPrefix("/d/f "))
        #expect(error.description.contains(";"))
    }
}
