import GRDB

/// The tables of the database, as steps from one version to the next.
enum Schema {
    /// "swrm": marks the file as ours (sqlite.org/fileformat2.html, application id).
    private static let applicationID = 0x7377_726D

    /// Steps are only ever added.
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { db in
            // Strict tables: a column holds its type, so that reading a row cannot fail on it.
            // The prompt is a JSON string, since SQLite's text ends at its first NUL.
            try db.execute(
                sql: """
                    PRAGMA application_id = \(applicationID);
                    CREATE TABLE gates (
                        model TEXT NOT NULL,
                        kind TEXT NOT NULL,
                        items INTEGER NOT NULL,
                        measured_at INTEGER NOT NULL,
                        choice TEXT NOT NULL,
                        gain REAL NOT NULL,
                        gain_low REAL NOT NULL,
                        gain_high REAL NOT NULL,
                        discrimination REAL,
                        results TEXT NOT NULL,
                        PRIMARY KEY (model, kind)
                    ) STRICT;
                    CREATE TABLE votes (
                        sequence INTEGER PRIMARY KEY,
                        id TEXT NOT NULL UNIQUE,
                        at INTEGER NOT NULL,
                        model TEXT NOT NULL,
                        kind TEXT NOT NULL,
                        winner INTEGER NOT NULL,
                        prompt_hash TEXT NOT NULL,
                        report TEXT NOT NULL,
                        tools TEXT,
                        prompt TEXT,
                        candidates TEXT NOT NULL
                    ) STRICT;
                    CREATE INDEX votes_at ON votes (at);
                    """
            )
        }
        migrator.registerMigration("2") { db in
            try db.execute(
                sql: """
                    CREATE TABLE tools (
                        sequence INTEGER PRIMARY KEY,
                        at REAL NOT NULL,
                        caller TEXT NOT NULL,
                        session TEXT NOT NULL,
                        tool TEXT NOT NULL,
                        subject TEXT NOT NULL,
                        arguments_hash TEXT NOT NULL,
                        result_hash TEXT NOT NULL,
                        status TEXT NOT NULL,
                        seconds REAL NOT NULL
                    ) STRICT;
                    """
            )
        }
        migrator.registerMigration("3") { db in
            try db.execute(
                sql: """
                    CREATE TABLE peers (
                        fingerprint TEXT NOT NULL PRIMARY KEY,
                        cluster TEXT NOT NULL,
                        name TEXT NOT NULL,
                        paired_at REAL NOT NULL,
                        address TEXT,
                        statistics TEXT NOT NULL
                    ) STRICT;
                    CREATE TABLE beliefs (
                        node TEXT NOT NULL,
                        model TEXT NOT NULL,
                        kind TEXT NOT NULL,
                        agreed REAL NOT NULL,
                        differed REAL NOT NULL,
                        PRIMARY KEY (node, model, kind)
                    ) STRICT;
                    """
            )
        }
        return migrator
    }

    /// - Throws: when the database is another program's or of a newer version.
    static func check(_ db: GRDB.Database, path: String) throws {
        guard try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") != 0 else { return }
        // A process that is just making the file has made GRDB's own table before ours.
        let tables = try String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE type = 'table'")
        guard tables != ["grdb_migrations"] else { return }
        guard try Int.fetchOne(db, sql: "PRAGMA application_id") == applicationID else {
            throw StoreError.foreign(path: path)
        }
        guard try !migrator.hasBeenSuperseded(db) else { throw StoreError.newer(path: path) }
    }
}
