import Federation
import Foundation
import SwarmCore
import Testing

@Suite("The identity of a node")
struct NodeIdentityTests {
    @Test func itIsMadeOnFirstUseAndKept() throws {
        try withFolder { folder in
            let place = folder + "/a/cluster"
            let first = try NodeIdentity.load(folder: place, name: "box")
            #expect(try mode(place + "/node.pem") == 0o600)
            #expect(try mode(place) == 0o700)
            #expect(first.fingerprint == Fingerprint(certificate: first.certificateDER))
            let second = try NodeIdentity.load(folder: place, name: "renamed")
            #expect(second.certificateDER == first.certificateDER)
            #expect(second.privateKey == first.privateKey)
            #expect(second.name == "renamed")
            #expect(try FileManager.default.contentsOfDirectory(atPath: place) == ["node.pem"])
        }
    }

    @Test func twoNodesAreNotTheSame() throws {
        #expect(try NodeIdentity(name: "box").fingerprint != NodeIdentity(name: "box").fingerprint)
    }

    /// Each opens the file and takes the lock by itself, as processes do.
    @Test func thoseThatStartAtOnceEndWithTheSameOne() throws {
        try withFolder { folder in
            let found = Locked<Set<Fingerprint>>([])
            let failures = Locked<[String]>([])
            DispatchQueue.concurrentPerform(iterations: 16) { _ in
                do {
                    let identity = try NodeIdentity.load(folder: folder + "/cluster", name: "box")
                    found.withLock { _ = $0.insert(identity.fingerprint) }
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }
            #expect(failures.withLock { $0 } == [])
            #expect(found.withLock { $0.count } == 1)
        }
    }

    @Test(arguments: [0o644, 0o660, 0o604, 0o602])
    func aKeyThatOthersCanReadIsRefused(permissions: Int) throws {
        try withFolder { folder in
            let identity = try NodeIdentity.load(folder: folder, name: "box")
            let path = folder + "/node.pem"
            try setMode(permissions, of: path)
            let error = try #require(throws: TrustError.self) { try NodeIdentity.load(folder: folder, name: "box") }
            #expect(error == .exposed(path: path, mode: permissions))
            #expect(error.description.contains("chmod 600 \(path)"))
            try setMode(0o600, of: path)
            #expect(try NodeIdentity.load(folder: folder, name: "box").fingerprint == identity.fingerprint)
        }
    }

    @Test func aDamagedFileIsRefusedAndLeftAsItIs() throws {
        try withFolder { folder in
            let path = folder + "/node.pem"
            _ = try NodeIdentity.load(folder: folder, name: "box")
            let whole = try text(of: path)
            _ = try NodeIdentity.load(folder: folder + "/other", name: "box")
            let other = try text(of: folder + "/other/node.pem")
            let border = "-----BEGIN CERTIFICATE-----"
            let parts = try #require(whole.range(of: border))
            let foreign = try #require(other.range(of: border))
            let key = String(whole[..<parts.lowerBound])
            let certificate = String(whole[parts.lowerBound...])
            for (damaged, reason) in [
                ("", "it has no private key"), (certificate, "it has no private key"), (key, "it has no certificate"),
                (key + other[foreign.lowerBound...], "its key and its certificate do not belong together"),
                (String(whole.prefix(whole.count / 2)), "it is no key and certificate in PEM"),
                (String(repeating: "x", count: 70_000), "it is larger than 65536 bytes"),
            ] {
                try write(damaged, to: path)
                let error = try #require(throws: TrustError.self) { try NodeIdentity.load(folder: folder, name: "box") }
                #expect(error == .damaged(path: path, reason: reason))
                #expect(try text(of: path) == damaged)
            }
        }
    }

    @Test func aPlaceThatCannotBeUsedIsNamed() throws {
        try withFolder { folder in
            try write("", to: folder + "/file")
            let error = try #require(throws: TrustError.self) {
                try NodeIdentity.load(folder: folder + "/file", name: "box")
            }
            #expect(error.description.contains(folder + "/file"))
            try FileManager.default.createDirectory(atPath: folder + "/node.pem", withIntermediateDirectories: true)
            #expect(throws: TrustError.damaged(path: folder + "/node.pem", reason: "it is no file")) {
                try NodeIdentity.load(folder: folder, name: "box")
            }
        }
    }

    @Test func theKeyIsInNoText() throws {
        try withFolder { folder in
            let identity = try NodeIdentity.load(folder: folder, name: "box")
            let secret = try #require(try text(of: folder + "/node.pem").split(separator: "\n").dropFirst().first)
            var dumped = ""
            dump(identity, to: &dumped)
            for text in ["\(identity)", String(reflecting: identity), dumped, "\(Optional(identity) as Any)"] {
                #expect(!text.contains(secret))
                #expect(!text.contains("PRIVATE"))
                #expect(text.contains(identity.id.rawValue))
            }
        }
    }
}
