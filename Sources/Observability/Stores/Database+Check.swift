import Foundation
import GRDB

extension Database {
    /// Looks whether a file is a database of this program's that holds together, and changes nothing.
    ///
    /// Reads all of it (SQLite's `quick_check`), off the cooperative pool.
    /// - Throws: what opening it would, or `damaged`.
    package static func check(_ path: String) async throws(StoreError) {
        do {
            guard FileManager.default.isReadableFile(atPath: path) else {
                throw StoreError.unopenable(path: path, reason: "it may not be read")
            }
            guard FileManager.default.isWritableFile(atPath: path) else { throw StoreError.readOnly(path: path) }
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(5)
            let findings = try await DatabaseQueue(path: path, configuration: configuration).read { database in
                try Schema.check(database, path: path)
                return try String.fetchAll(database, sql: "PRAGMA quick_check(1)")
            }
            guard findings == ["ok"] else { throw StoreError.damaged(path: path) }
        } catch {
            throw StoreError(error, path: path)
        }
    }
}
