import GRDB
package import Logging
package import SwarmCore

/// What tools did on this machine, in the order it was recorded.
///
/// Neither arguments nor results are in it: only their hashes.
package struct ToolLog: Sendable {
    /// How many calls are kept unless somebody says otherwise.
    package static let kept = 100_000

    private let database: Database
    private let logger: Logger

    /// - Parameter logger: hears of rows that cannot be read back; they are passed over.
    package init(_ database: Database, logger: Logger) {
        self.database = database
        self.logger = logger
    }

    /// Records calls in one transaction and forgets the oldest beyond `keep`.
    package func record(_ entries: [ToolAudit], keep: Int = ToolLog.kept) async throws(StoreError) {
        try await database.write { db in
            for entry in entries { try Self.insert(entry, into: db) }
            // By place and not by number, which costs nothing however many there are.
            try db.execute(
                sql: "DELETE FROM tools WHERE sequence <= (SELECT max(sequence) FROM tools) - ?",
                arguments: [max(0, keep)]
            )
        }
    }

    /// The newest calls first.
    /// - Parameters:
    ///   - limit: at most so many.
    ///   - tool: only calls of this one; `nil` for all.
    package func list(limit: Int = 20, tool: String? = nil) async throws(StoreError) -> [ToolAudit] {
        try await database.read { db in
            let rows = try Row.fetchAll(
                db,
                sql: "SELECT * FROM tools WHERE ?1 IS NULL OR tool = ?1 ORDER BY sequence DESC LIMIT ?2",
                arguments: [tool, max(0, limit)]
            )
            return rows.compactMap { row in
                guard let audit = ToolAudit(row) else {
                    logger.warning(
                        "a recorded call cannot be read and is passed over",
                        metadata: ["sequence": "\(row["sequence"] as Int64)"]
                    )
                    return nil
                }
                return audit
            }
        }
    }

    /// How many calls are kept.
    package func count() async throws(StoreError) -> Int {
        try await database.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM tools") ?? 0 }
    }

    private static func insert(_ entry: ToolAudit, into db: GRDB.Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO tools (at, caller, session, tool, subject, arguments_hash, result_hash, status, seconds)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            entry.time, entry.caller, entry.session.rawValue, entry.tool, entry.subject, entry.argumentsHash,
            entry.resultHash, entry.status.rawValue, entry.seconds,
        ])
    }
}

extension ToolAudit {
    fileprivate init?(_ row: Row) {
        guard let status = ToolOutcome.Status(rawValue: row["status"] as String) else { return nil }
        self.init(
            time: row["at"],
            caller: row["caller"],
            session: SessionKey(rawValue: row["session"] as String),
            tool: row["tool"],
            subject: row["subject"],
            argumentsHash: row["arguments_hash"],
            resultHash: row["result_hash"],
            status: status,
            seconds: row["seconds"]
        )
    }
}
