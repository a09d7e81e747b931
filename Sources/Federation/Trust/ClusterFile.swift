import SwarmCore

/// A cluster this machine is a member of.
package struct Cluster: Sendable, Equatable {
    /// What people call it; it decides nothing.
    package var name: String
    package var secret: ClusterSecret

    package init(name: String, secret: ClusterSecret) {
        self.name = name
        self.secret = secret
    }
}

/// Where the membership is kept: `cluster.json`, for this user's eyes only (0600).
package struct ClusterFile: Sendable {
    /// Where it is, or would be.
    package let path: String

    /// - Parameter folder: that of the node's secrets; it is made (0700) when something is saved.
    package init(folder: String) { path = folder + "/cluster.json" }

    /// The cluster; `nil` when this machine is in none.
    /// - Throws: when the file is there and cannot be used, or others may read it.
    package func load() throws(TrustError) -> Cluster? {
        guard let bytes = try PrivateFile.read(path, limit: ClusterFile.limit) else { return nil }
        do {
            return try ClusterFile.cluster(bytes)
        } catch {
            throw .damaged(path: path, reason: error.reason)
        }
    }

    /// Keeps a cluster.
    /// - Parameter replacing: what is there gives way; else it is an error.
    package func save(_ cluster: Cluster, replacing: Bool = false) throws(TrustError) {
        let content: JSON = [
            "version": 1, "name": .string(cluster.name), "secret": .string(cluster.secret.joinCode),
        ]
        let bytes = Array((content.pretty() + "\n").utf8)
        if replacing {
            try PrivateFile.replace(path, with: bytes)
        } else if try !PrivateFile.create(path, with: bytes) {
            throw .hasCluster(path: path)
        }
    }

    /// Forgets the cluster.
    /// - Returns: whether there was one.
    @discardableResult
    package func remove() throws(TrustError) -> Bool { try PrivateFile.remove(path) }

    /// Most bytes of a usable file.
    private static let limit = 16 << 10

    private struct Flaw: Error { var reason: String }

    private static func cluster(_ bytes: [UInt8]) throws(Flaw) -> Cluster {
        let content: JSON
        do { content = try JSON(parsing: bytes, maximumDepth: 4) } catch {
            throw Flaw(reason: "it is no JSON (\(error))")
        }
        guard content["version"]?.intValue == 1 else { throw Flaw(reason: "its version is not 1") }
        guard let name = content["name"]?.stringValue, NodeName.isAllowed(name) else {
            throw Flaw(reason: "it has no usable name")
        }
        guard let code = content["secret"]?.stringValue, let secret = try? ClusterSecret(joinCode: code) else {
            throw Flaw(reason: "it has no usable secret")
        }
        return Cluster(name: name, secret: secret)
    }
}
