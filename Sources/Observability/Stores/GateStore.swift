import GRDB
package import Logging
package import SwarmCore

/// What was measured of each model and kind, kept between runs; one measurement for each pair.
package struct GateStore: Sendable {
    private let database: Database
    private let logger: Logger

    /// - Parameter logger: hears of rows that cannot be read back; they are passed over.
    package init(_ database: Database, logger: Logger) {
        self.database = database
        self.logger = logger
    }

    /// Keeps a measurement in place of the one of the same model and kind.
    package func save(_ measurement: GateMeasurement) async throws(StoreError) {
        try await database.write { db in
            try db.execute(
                sql: """
                    INSERT OR REPLACE INTO gates
                    (model, kind, items, measured_at, choice, gain, gain_low, gain_high, discrimination, results)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    measurement.model, measurement.kind.rawValue, measurement.items, measurement.measuredAt,
                    measurement.choice.name, measurement.gain, measurement.gainLow, measurement.gainHigh,
                    measurement.discrimination, JSON.array(measurement.results.map(\.json)).text,
                ]
            )
        }
    }

    /// The measurements of one model, by the name of their kind.
    package func measurements(model: String) async throws(StoreError) -> [GateMeasurement] {
        try await fetch("WHERE model = ?", [model])
    }

    /// Every measurement, by model and the name of the kind.
    package func all() async throws(StoreError) -> [GateMeasurement] { try await fetch("", []) }

    /// Forgets what was measured of a model.
    package func remove(model: String) async throws(StoreError) {
        try await database.write { db in
            try db.execute(sql: "DELETE FROM gates WHERE model = ?", arguments: [model])
        }
    }

    private func fetch(_ condition: String, _ arguments: StatementArguments) async throws(StoreError)
        -> [GateMeasurement]
    {
        try await database.read { db in
            let rows = try Row.fetchAll(
                db,
                sql: "SELECT * FROM gates \(condition) ORDER BY model, kind",
                arguments: arguments
            )
            return rows.compactMap { row in
                do throws(UnreadableRow) {
                    return try GateMeasurement(row)
                } catch {
                    logger.warning(
                        "a stored measurement cannot be read and is passed over; `swarm eval` makes it again",
                        metadata: [
                            "model": "\(row["model"] as String)", "kind": "\(row["kind"] as String)",
                            "reason": "\(error.reason)",
                        ]
                    )
                    return nil
                }
            }
        }
    }
}

/// A row whose values do not make sense, say after it was edited by hand.
struct UnreadableRow: Error {
    var reason: String
}

extension GateMeasurement {
    fileprivate init(_ row: Row) throws(UnreadableRow) {
        let kindName: String = row["kind"]
        let choiceName: String = row["choice"]
        let items: Int = row["items"]
        guard let kind = TurnKind(rawValue: kindName) else { throw UnreadableRow(reason: "unknown kind") }
        guard let choice = Arm(name: choiceName) else { throw UnreadableRow(reason: "unknown choice") }
        guard items > 0 else { throw UnreadableRow(reason: "no items") }
        guard let results = (try? JSON(parsing: row["results"] as String))?.arrayValue else {
            throw UnreadableRow(reason: "the results are no JSON array")
        }
        self.init(
            model: row["model"],
            kind: kind,
            items: items,
            measuredAt: row["measured_at"],
            results: try results.map { result throws(UnreadableRow) in
                guard let result = Result(result) else { throw UnreadableRow(reason: "a result lacks a figure") }
                return result
            },
            choice: choice,
            gain: row["gain"],
            gainLow: row["gain_low"],
            gainHigh: row["gain_high"],
            discrimination: row["discrimination"]
        )
    }
}

extension GateMeasurement.Result {
    fileprivate var json: JSON {
        [
            "arm": .string(arm.name), "accuracy": .double(accuracy), "low": .double(low), "high": .double(high),
            "tokens": .double(tokens), "seconds": .double(seconds),
        ]
    }

    fileprivate init?(_ json: JSON) {
        guard
            let arm = (json["arm"]?.stringValue).flatMap(GateMeasurement.Arm.init(name:)),
            let accuracy = json["accuracy"]?.doubleValue,
            let low = json["low"]?.doubleValue,
            let high = json["high"]?.doubleValue,
            let tokens = json["tokens"]?.doubleValue,
            let seconds = json["seconds"]?.doubleValue
        else { return nil }
        self.init(arm: arm, accuracy: accuracy, low: low, high: high, tokens: tokens, seconds: seconds)
    }
}
