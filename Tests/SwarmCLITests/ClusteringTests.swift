import Federation
import Foundation
import SwarmCLI
import Testing

@Suite("The commands of a cluster")
struct ClusteringTests {
    private func clustering(_ folder: String, _ screen: Screen, host: String = "box.example.org") -> Clustering {
        Clustering(folder: folder, terminal: screen.terminal, hostName: host)
    }

    @Test func theCodeAloneGoesToStandardOutputAndAnotherMachineJoinsWithIt() throws {
        try withFolder { folder in
            let screen = Screen(isCapable: false)
            try clustering(folder + "/one", screen).create(name: "home", replaces: false)
            let first = try #require(try ClusterFile(folder: folder + "/one").load())
            #expect(first.name == "home")
            #expect(screen.output == first.secret.joinCode + "\n")
            #expect(!screen.error.contains(first.secret.joinCode))
            #expect(!screen.error.contains("█"))
            #expect(screen.error.contains("swarm cluster join -"))
            let code = screen.output.lowercased().replacing("-", with: " ")
            try clustering(folder + "/two", Screen()).join(code, name: "swarm", replaces: false)
            #expect(try ClusterFile(folder: folder + "/two").load()?.secret == first.secret)
            #expect(FileManager.default.fileExists(atPath: folder + "/two/node.pem"))
        }
    }

    @Test func aPictureIsForTerminalsOnly() throws {
        try withFolder { folder in
            let screen = Screen()
            try clustering(folder, screen).create(name: "home", replaces: false)
            #expect(screen.error.contains("█▀▀▀▀▀█") || screen.error.contains(" ▄▄▄▄▄ "))
            #expect(!screen.output.contains("█"))
        }
    }

    @Test func aSecondClusterIsRefusedUnlessItReplaces() throws {
        try withFolder { folder in
            let clustering = clustering(folder, Screen())
            let file = ClusterFile(folder: folder)
            try clustering.create(name: "a", replaces: false)
            let first = try file.load()
            let other = ClusterSecret()
            for attempt in [
                { try clustering.create(name: "b", replaces: false) },
                { try clustering.join(other.joinCode, name: "b", replaces: false) },
            ] {
                let error = try #require(throws: (any Error).self) { try attempt() }
                #expect(words(for: error).contains("--replace"))
                #expect(try file.load() == first)
            }
            try clustering.join(other.joinCode, name: "b", replaces: true)
            #expect(try file.load() == Cluster(name: "b", secret: other))
            // Once more is no error.
            try clustering.join(other.joinCode, name: "c", replaces: false)
            #expect(try file.load()?.name == "b")
        }
    }

    @Test func showPrintsTheCodeOnlyWhenAsked() throws {
        try withFolder { folder in
            try clustering(folder, Screen()).create(name: "home", replaces: false)
            let code = try #require(try ClusterFile(folder: folder).load()).secret.joinCode
            let identity = try NodeIdentity.load(folder: folder, name: "box")
            let screen = Screen(isCapable: false)
            try clustering(folder, screen).show(hasCode: false)
            #expect(screen.output.contains("cluster      home\n"))
            #expect(screen.output.contains("node         box\n"))
            #expect(screen.output.contains("node id      \(identity.id)\n"))
            #expect(screen.output.contains("fingerprint  \(identity.fingerprint)\n"))
            #expect(!(screen.output + screen.error).contains(code))
            try clustering(folder, screen).show(hasCode: true)
            #expect(screen.output.hasSuffix(code + "\n"))
        }
    }

    @Test func leavingForgetsTheSecretAndKeepsTheNode() throws {
        try withFolder { folder in
            let clustering = clustering(folder, Screen())
            try clustering.create(name: "home", replaces: false)
            let identity = try NodeIdentity.load(folder: folder, name: "box")
            try clustering.leave()
            #expect(try ClusterFile(folder: folder).load() == nil)
            #expect(try NodeIdentity.load(folder: folder, name: "box").fingerprint == identity.fingerprint)
            for attempt in [{ try clustering.leave() }, { try clustering.show(hasCode: false) }] {
                let error = try #require(throws: (any Error).self) { try attempt() }
                #expect(words(for: error).contains("swarm cluster create"))
            }
        }
    }

    @Test(arguments: [("", "there is no join code"), ("swarm-0000", "has 4 letters"), ("swarm-!", "\"!\"")])
    func aWrongCodeChangesNothing(code: String, reason: String) throws {
        try withFolder { folder in
            let error = try #require(throws: TrustError.self) {
                try clustering(folder + "/new", Screen()).join(code, name: "swarm", replaces: true)
            }
            #expect(error.description.contains(reason))
            #expect(!FileManager.default.fileExists(atPath: folder + "/new"))
        }
    }

    @Test(arguments: ["", " a", "a\nb", String(repeating: "x", count: 64)])
    func aNameThatCannotBeShownIsRefused(name: String) throws {
        try withFolder { folder in
            #expect(throws: (any Error).self) { try clustering(folder, Screen()).create(name: name, replaces: false) }
            let left = try ClusterFile(folder: folder).load()
            #expect(left == nil)
        }
    }
}
