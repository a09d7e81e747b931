import Foundation
import GRDB

/// The one SQLite file that holds what outlives the process: votes and gate measurements.
///
/// Several processes may have it open at a time (write-ahead log): readers never wait, a writer waits up to five seconds for
/// another. It is closed soon after the last copy of this value is gone.
package struct Database: Sendable {
    /// Where the file is.
    package let path: String
    private let pool: DatabasePool

    /// Opens the file, makes it when there is none and brings its tables up to date; blocks for some milliseconds.
    ///
    /// A new folder belongs to this user only (0700), and so does a new file (0600).
    /// - Throws: when the file cannot be used, with what to do about it.
    package init(path: String) throws(StoreError) {
        self.path = path
        do {
            try Self.prepareFile(at: path)
            pool = try Self.open(path)
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// Closes the file now, after what is being read or written, and folds its side files in when no other process has it open;
    /// later uses throw.
    package func close() throws(StoreError) {
        do {
            try pool.close()
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// Reads in one transaction, off the cooperative pool.
    /// - Throws: also when the task is cancelled.
    func read<T: Sendable>(_ body: @Sendable (GRDB.Database) throws -> T) async throws(StoreError) -> T {
        do {
            return try await pool.read(body)
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// Writes in one transaction, off the cooperative pool; whole or not at all, also when the task is cancelled meanwhile.
    func write<T: Sendable>(_ body: @escaping @Sendable (GRDB.Database) throws -> T) async throws(StoreError) -> T {
        let result = await withCheckedContinuation { continuation in
            pool.asyncWrite(body) { _, result in continuation.resume(returning: result) }
        }
        do {
            return try result.get()
        } catch {
            throw StoreError(error, path: path)
        }
    }

    private static func prepareFile(at path: String) throws {
        let files = FileManager.default
        let file = URL(fileURLWithPath: path)
        if files.fileExists(atPath: path) {
            guard files.isWritableFile(atPath: path) else { throw StoreError.readOnly(path: path) }
            return
        }
        try files.createDirectory(
            at: file.deletingLastPathComponent(),
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        do {
            // Never over a file that another process made meanwhile.
            try Data().write(to: file, options: .withoutOverwriting)
        } catch let error as CocoaError where error.code == .fileWriteFileExists {
            return
        }
        // SQLite gives its side files the permissions of the file.
        try files.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    }

    /// Two processes that make the same tables at once disturb each other once for each step of the schema: then the second
    /// finds them made.
    private static func open(_ path: String) throws -> DatabasePool {
        for _ in Schema.migrator.migrations {
            do {
                return try openOnce(path)
            } catch let error as DatabaseError
                where [.SQLITE_ERROR, .SQLITE_CONSTRAINT, .SQLITE_BUSY].contains(error.resultCode)
            {}
        }
        return try openOnce(path)
    }

    private static func openOnce(_ path: String) throws -> DatabasePool {
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        // Looked at before anything is written: a pool changes the journal mode of whatever it opens.
        try DatabaseQueue(path: path, configuration: configuration).read { try Schema.check($0, path: path) }
        let pool = try DatabasePool(path: path, configuration: configuration)
        try Schema.migrator.migrate(pool)
        return pool
    }
}
