import Federation
import Foundation
import Testing

@Suite("The cluster on disk")
struct ClusterFileTests {
    @Test func itIsKeptForItsUserOnlyAndForgotten() throws {
        try withFolder { folder in
            let file = ClusterFile(folder: folder + "/new/cluster")
            #expect(try file.load() == nil)
            let cluster = Cluster(name: "Zu Hause", secret: ClusterSecret())
            try file.save(cluster)
            #expect(try mode(file.path) == 0o600)
            #expect(try mode(folder + "/new/cluster") == 0o700)
            #expect(try file.load() == cluster)
            #expect(try file.remove())
            #expect(try file.load() == nil)
            let wasThere = try file.remove()
            #expect(!wasThere)
        }
    }

    @Test func anotherClusterGoesInItsPlaceOnlyWhenAsked() throws {
        try withFolder { folder in
            let file = ClusterFile(folder: folder)
            let first = Cluster(name: "a", secret: ClusterSecret())
            let second = Cluster(name: "b", secret: ClusterSecret())
            try file.save(first)
            #expect(throws: TrustError.hasCluster(path: file.path)) { try file.save(second) }
            #expect(try file.load() == first)
            try file.save(second, replacing: true)
            #expect(try file.load() == second)
            #expect(try mode(file.path) == 0o600)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["cluster.json"])
        }
    }

    @Test func aFileThatOthersCanReadIsRefused() throws {
        try withFolder { folder in
            let file = ClusterFile(folder: folder)
            try file.save(Cluster(name: "a", secret: ClusterSecret()))
            try setMode(0o640, of: file.path)
            #expect(throws: TrustError.exposed(path: file.path, mode: 0o640)) { try file.load() }
        }
    }

    @Test(arguments: [
        ("", "it is no JSON"), ("[]", "its version is not 1"), (#"{"version":2}"#, "its version is not 1"),
        (#"{"version":1,"secret":"x"}"#, "it has no usable name"),
        (#"{"version":1,"name":"a\u001b","secret":"x"}"#, "it has no usable name"),
        (#"{"version":1,"name":"a","secret":"swarm-0000"}"#, "it has no usable secret"),
    ])
    func aDamagedFileIsRefusedWithTheReason(content: String, reason: String) throws {
        try withFolder { folder in
            let file = ClusterFile(folder: folder)
            try write(content, to: file.path)
            let error = try #require(throws: TrustError.self) { try file.load() }
            #expect(error.description.contains("\(file.path) is damaged: \(reason)"))
            #expect(try text(of: file.path) == content)
        }
    }
}
