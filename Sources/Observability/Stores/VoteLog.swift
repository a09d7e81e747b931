import GRDB
package import Logging
package import SwarmCore

/// The votes of this machine, in the order they were logged.
package struct VoteLog: Sendable {
    /// How many votes are kept unless somebody says otherwise.
    package static let kept = 100_000

    let database: Database
    private let logger: Logger

    /// - Parameter logger: hears of rows that cannot be read back; they are passed over.
    package init(_ database: Database, logger: Logger) {
        self.database = database
        self.logger = logger
    }

    /// Logs a vote; one with the same id is replaced.
    package func record(_ entry: LoggedVote) async throws(StoreError) { try await record([entry]) }

    /// Logs votes in one transaction and forgets the oldest beyond `keep`.
    package func record(_ entries: [LoggedVote], keep: Int = VoteLog.kept) async throws(StoreError) {
        try await database.write { db in
            for entry in entries { try Self.insert(entry, into: db) }
            try Self.prune(db, keep: keep)
        }
    }

    /// The newest votes first.
    /// - Parameters:
    ///   - limit: at most so many.
    ///   - kind: only these; `nil` for all.
    ///   - before: the id, or a unique beginning of one, of the vote after which the list goes on; `nil` for the newest.
    /// - Throws: also when no vote, or more than one, has such an id.
    package func list(
        limit: Int = 20,
        kind: TurnKind? = nil,
        before: String? = nil
    ) async throws(StoreError) -> [VoteSummary] {
        try await database.read { db in
            let before = try before.map { try Self.find($0, in: db, columns: "sequence")["sequence"] as Int64 }
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT id, at, kind, report FROM votes WHERE sequence < ? AND (? IS NULL OR kind = ?)
                    ORDER BY sequence DESC LIMIT ?
                    """,
                arguments: [before ?? .max, kind?.rawValue, kind?.rawValue, max(0, limit)]
            )
            return rows.compactMap { row in
                passingOverUnreadable(row) { row throws(UnreadableRow) in
                    VoteSummary(id: row["id"], at: row["at"], kind: try row.kind(), report: try row.json("report"))
                }
            }
        }
    }

    /// One vote in full.
    /// - Parameter id: its id or a beginning that no other has, with or without `chatcmpl-`.
    /// - Throws: also when no vote, or more than one, has such an id.
    package func vote(_ id: String) async throws(StoreError) -> LoggedVote {
        let path = database.path
        return try await database.read { db in
            let row = try Self.find(id, in: db, columns: "*")
            do throws(UnreadableRow) {
                return try LoggedVote(row)
            } catch {
                throw StoreError.other(path: path, reason: "vote \(id) cannot be read: \(error.reason)")
            }
        }
    }

    /// How many votes are kept.
    package func count() async throws(StoreError) -> Int {
        try await database.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM votes") ?? 0 }
    }

    /// Forgets votes decided before a moment.
    /// - Parameter time: Unix time in seconds.
    /// - Returns: how many there were.
    @discardableResult
    package func prune(olderThan time: Int) async throws(StoreError) -> Int {
        try await database.write { db in
            try db.execute(sql: "DELETE FROM votes WHERE at < ?", arguments: [time])
            return db.changesCount
        }
    }

    /// Forgets the oldest votes so that at most a number are left.
    /// - Returns: how many there were.
    @discardableResult
    package func prune(keep: Int) async throws(StoreError) -> Int {
        try await database.write { try Self.prune($0, keep: keep) }
    }

    /// All votes, oldest first, each a line of JSON as `swarm vote` reads it.
    package func export(kind: TurnKind? = nil) -> VoteExport { VoteExport(log: self, kind: kind) }

    /// Up to 100 votes logged after `sequence`, oldest first, with the place to go on from; `nil` at the end.
    func page(after sequence: Int64, kind: TurnKind?) async throws(StoreError) -> (votes: [LoggedVote], last: Int64)? {
        try await database.read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM votes WHERE sequence > ? AND (? IS NULL OR kind = ?) ORDER BY sequence LIMIT 100
                    """,
                arguments: [sequence, kind?.rawValue, kind?.rawValue]
            )
            guard let last = rows.last else { return nil }
            let votes = rows.compactMap { passingOverUnreadable($0, LoggedVote.init) }
            return (votes, last["sequence"])
        }
    }

    private func passingOverUnreadable<T>(_ row: Row, _ read: (Row) throws(UnreadableRow) -> T) -> T? {
        do throws(UnreadableRow) {
            return try read(row)
        } catch {
            logger.warning(
                "a logged vote cannot be read and is passed over",
                metadata: ["id": "\(row["id"] as String)", "reason": "\(error.reason)"]
            )
            return nil
        }
    }

    private static func insert(_ entry: LoggedVote, into db: GRDB.Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO votes (id, at, model, kind, winner, prompt_hash, report, tools, prompt, candidates)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            entry.id, entry.at, entry.model, entry.kind.rawValue, entry.winner, entry.promptHash, entry.report.text,
            entry.tools?.text, entry.prompt.map { JSON.string($0).text }, entry.candidates.text,
        ])
    }

    /// Counts by place and not by row, which costs nothing however many there are: where votes were forgotten between others,
    /// fewer are left.
    @discardableResult
    private static func prune(_ db: GRDB.Database, keep: Int) throws -> Int {
        try db.execute(
            sql: """
                DELETE FROM votes WHERE sequence <= (SELECT max(sequence) FROM votes) - ?
                """,
            arguments: [max(0, keep)]
        )
        return db.changesCount
    }

    /// The row of the vote with this id, or with an id that begins so and is the only one.
    private static func find(_ id: String, in db: GRDB.Database, columns: String) throws -> Row {
        if let row = try Row.fetchOne(db, sql: "SELECT \(columns) FROM votes WHERE id = ?", arguments: [id]) {
            return row
        }
        let ids = try String.fetchAll(
            db,
            // No text with this beginning sorts after the last code point there is.
            sql: """
                SELECT id FROM votes WHERE id BETWEEN ?1 AND ?1 || char(1114111)
                OR id BETWEEN 'chatcmpl-' || ?1 AND 'chatcmpl-' || ?1 || char(1114111) ORDER BY id LIMIT 5
                """,
            arguments: [id]
        )
        guard ids.count <= 1 else { throw StoreError.ambiguousVote(id, ids: ids) }
        guard
            let only = ids.first,
            let row = try Row.fetchOne(db, sql: "SELECT \(columns) FROM votes WHERE id = ?", arguments: [only])
        else { throw StoreError.unknownVote(id) }
        return row
    }
}

extension LoggedVote {
    fileprivate init(_ row: Row) throws(UnreadableRow) {
        let candidates = try row.json("candidates")
        guard candidates.arrayValue != nil else { throw UnreadableRow(reason: "candidates is no JSON array") }
        self.init(
            id: row["id"],
            at: row["at"],
            model: row["model"],
            promptHash: row["prompt_hash"],
            prompt: try row.optionalJSON("prompt")?.stringValue,
            tools: try row.optionalJSON("tools"),
            kind: try row.kind(),
            winner: row["winner"],
            report: try row.json("report"),
            candidates: candidates
        )
    }
}

extension Row {
    fileprivate func kind() throws(UnreadableRow) -> TurnKind {
        guard let kind = TurnKind(rawValue: self["kind"] as String) else { throw UnreadableRow(reason: "unknown kind") }
        return kind
    }

    /// `nil` and not `JSON.null` where there is nothing.
    fileprivate func optionalJSON(_ column: String) throws(UnreadableRow) -> JSON? {
        guard self[column] as String? != nil else { return Optional.none }
        return try json(column)
    }

    fileprivate func json(_ column: String) throws(UnreadableRow) -> JSON {
        do throws(JSONSyntaxError) {
            return try JSON(parsing: self[column] as String)
        } catch {
            throw UnreadableRow(reason: "\(column) is no JSON: \(error)")
        }
    }
}
