import GRDB
package import SwarmCore

/// The nodes that were paired with, and what was learned of them.
package struct PeerStore: Sendable {
    /// One paired node.
    package struct Peer: Sendable, Equatable {
        /// Of its certificate, in 64 hexadecimal digits.
        package var fingerprint: String
        /// The public name of the cluster in which it was paired with: outside of it the pairing counts for nothing.
        package var cluster: String
        package var name: String
        /// Seconds since 1970.
        package var pairedAt: Double
        /// Where it was reached last, as `HOST:PORT`; `nil` before it was.
        package var address: String?
        /// An object; what it means is the business of those who wrote it.
        package var statistics: JSON

        package init(
            fingerprint: String,
            cluster: String = "",
            name: String,
            pairedAt: Double,
            address: String? = nil,
            statistics: JSON = .object(JSON.Object())
        ) {
            self.fingerprint = fingerprint
            self.cluster = cluster
            self.name = name
            self.pairedAt = pairedAt
            self.address = address
            self.statistics = statistics
        }
    }

    /// How often a node with a model was found to be right about a kind of answer, and how often not, weighted by age.
    package struct Belief: Sendable, Equatable {
        package var node: String
        package var model: String
        package var kind: String
        package var agreed: Double
        package var differed: Double

        package init(node: String, model: String, kind: String, agreed: Double, differed: Double) {
            self.node = node
            self.model = model
            self.kind = kind
            self.agreed = agreed
            self.differed = differed
        }
    }

    private let database: Database

    package init(_ database: Database) { self.database = database }

    /// All paired nodes, by name.
    package func peers() async throws(StoreError) -> [Peer] {
        try await database.read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM peers ORDER BY name, fingerprint").map { row in
                Peer(
                    fingerprint: row["fingerprint"],
                    cluster: row["cluster"],
                    name: row["name"],
                    pairedAt: row["paired_at"],
                    address: row["address"],
                    statistics: (try? JSON(parsing: row["statistics"] as String)) ?? .object(JSON.Object())
                )
            }
        }
    }

    /// Keeps a node; what was learned of one that is there already stays.
    package func pin(_ peer: Peer) async throws(StoreError) {
        try await database.write { db in
            try db.execute(
                sql: """
                    INSERT INTO peers (fingerprint, cluster, name, paired_at, address, statistics) VALUES (?, ?, ?, ?, ?, ?)
                    ON CONFLICT (fingerprint) DO UPDATE SET cluster = excluded.cluster, name = excluded.name,
                    paired_at = excluded.paired_at, address = coalesce(excluded.address, address)
                    """,
                arguments: [
                    peer.fingerprint, peer.cluster, peer.name, peer.pairedAt, peer.address, peer.statistics.text,
                ]
            )
        }
    }

    /// Takes note of where a node was reached.
    package func move(_ fingerprint: String, to address: String) async throws(StoreError) {
        try await database.write { db in
            try db.execute(
                sql: "UPDATE peers SET address = ? WHERE fingerprint = ?",
                arguments: [address, fingerprint]
            )
        }
    }

    /// Forgets a node, and what was learned of it.
    /// - Returns: whether it was there.
    @discardableResult
    package func forget(_ fingerprint: String) async throws(StoreError) -> Bool {
        try await database.write { db in
            try db.execute(
                sql: "DELETE FROM beliefs WHERE node = ?",
                arguments: [String(fingerprint.prefix(16))]
            )
            try db.execute(sql: "DELETE FROM peers WHERE fingerprint = ?", arguments: [fingerprint])
            return db.changesCount > 0
        }
    }

    /// Keeps what was counted, by the first 16 digits of fingerprints; of nodes that were forgotten meanwhile it is dropped.
    package func save(statistics: [String: JSON]) async throws(StoreError) {
        try await database.write { db in
            for (node, value) in statistics {
                try db.execute(
                    sql: "UPDATE peers SET statistics = ? WHERE substr(fingerprint, 1, 16) = ?",
                    arguments: [value.text, node]
                )
            }
        }
    }

    /// Everything that is believed of nodes.
    package func beliefs() async throws(StoreError) -> [Belief] {
        try await database.read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM beliefs ORDER BY node, model, kind").map { row in
                Belief(
                    node: row["node"],
                    model: row["model"],
                    kind: row["kind"],
                    agreed: row["agreed"],
                    differed: row["differed"]
                )
            }
        }
    }

    /// Keeps beliefs in place of those about the same.
    package func save(beliefs: [Belief]) async throws(StoreError) {
        try await database.write { db in
            for belief in beliefs {
                try db.execute(
                    sql: "INSERT OR REPLACE INTO beliefs (node, model, kind, agreed, differed) VALUES (?, ?, ?, ?, ?)",
                    arguments: [belief.node, belief.model, belief.kind, belief.agreed, belief.differed]
                )
            }
        }
    }
}
