import SwarmCore
import Testing

@testable import Federation

@Suite("The cluster's secret and its join code")
struct ClusterSecretTests {
    /// Reckoned by another program.
    private static let known = [
        (Array(0..<16) as [UInt8], "swarm-000G-40R4-0M30-E209-185G-R38E-1X6W"),
        ([UInt8](repeating: 0, count: 16), "swarm-0000-0000-0000-0000-0000-0000-016D"),
        ([UInt8](repeating: 255, count: 16), "swarm-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZXWF"),
    ]

    @Test(arguments: known) func aKnownCodeIsWrittenAndRead(bytes: [UInt8], code: String) throws {
        #expect(JoinCode.text(bytes) == code)
        #expect(try JoinCode.secret(code) == bytes)
        #expect(try ClusterSecret(joinCode: code).joinCode == code)
    }

    @Test func everySecretComesBack() throws {
        var seen: Set<String> = []
        for _ in 0..<200 {
            let secret = ClusterSecret()
            let back = try ClusterSecret(joinCode: secret.joinCode)
            #expect(back == secret)
            seen.insert(secret.joinCode)
        }
        #expect(seen.count == 200)
    }

    @Test(arguments: [
        "swarm-000g-40r4-0m30-e209-185g-r38e-1x6w", "SWARM 000G 40R4 0M30 E209 185G R38E 1X6W",
        "000G40R40M30E209185GR38E1X6W", "  swarm-ooog-4OR4-om3o-E2O9-I85G-R38E-lX6W\n",
        "swarm–000G–40R4–0M30–E209–185G–R38E–1X6W",
    ])
    func theCodeMayBeTypedInManyWays(code: String) throws {
        #expect(try JoinCode.secret(code) == Array(0..<16))
    }

    /// A code that begins like the prefix is still a code.
    @Test func aCodeMayBeginLikeThePrefix() throws {
        var generator = SplitMix64(seed: 5)
        var bytes = (0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) }
        // S, W, A, R, M are 25, 28, 10, 24 and 20.
        bytes.replaceSubrange(0..<4, with: [0b1100_1111, 0b0001_0101, 0b1000_1010, bytes[3] & 0x7F])
        let code = JoinCode.text(bytes)
        #expect(code.hasPrefix("swarm-SWAR-M"))
        #expect(try JoinCode.secret(code) == bytes)
        #expect(try JoinCode.secret(String(code.dropFirst(6))) == bytes)
    }

    @Test func everyWrongCharacterAndEverySwapOfNeighboursIsFound() throws {
        var generator = SplitMix64(seed: 1)
        let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
        for _ in 0..<5 {
            let bytes = (0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let letters = Array(JoinCode.text(bytes).dropFirst(6).filter { $0 != "-" })
            for place in letters.indices {
                for wrong in alphabet where wrong != letters[place] {
                    var other = letters
                    other[place] = wrong
                    #expect(throws: JoinCodeError.mistyped) { try JoinCode.secret(String(other)) }
                }
                guard place > 0, letters[place] != letters[place - 1] else { continue }
                var other = letters
                other.swapAt(place, place - 1)
                #expect(throws: JoinCodeError.mistyped) { try JoinCode.secret(String(other)) }
            }
        }
    }

    @Test(arguments: [
        ("", JoinCodeError.empty), ("swarm-", .empty), (" - ", .empty), ("swarm-000G", .length(4)),
        ("swarm-000G-40R4-0M30-E209-185G-R38E-1X6", .length(27)),
        ("swarm-000G-40R4-0M30-E209-185G-R38E-1X6WW", .length(29)),
        ("swarm-000G-40R4-0M30-E209-185G-R38E-1X6U", .character("U")), ("swarm-000!", .character("!")),
        ("swarm-000G-40R4-0M30-E209-185G-R38E-1X6V", .mistyped),
    ])
    func whatIsNoCodeIsToldApart(text: String, error: JoinCodeError) throws {
        #expect(throws: TrustError.joinCode(error)) { try ClusterSecret(joinCode: text) }
    }

    @Test func anErrorRepeatsNeitherTheCodeNorControls() throws {
        let code = String(ClusterSecret().joinCode.dropLast())
        let error = try #require(throws: TrustError.self) { try ClusterSecret(joinCode: code) }
        #expect(!error.description.contains(code.dropFirst(6).prefix(4)))
        let control = try #require(throws: TrustError.self) { try ClusterSecret(joinCode: "swarm-\u{1B}") }
        #expect(control.description.contains("U+1B"))
        #expect(!control.description.contains("\u{1B}"))
    }

    @Test func theSecretIsInNoText() throws {
        let secret = try ClusterSecret(joinCode: Self.known[0].1)
        var dumped = ""
        dump(Cluster(name: "home", secret: secret), to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), dumped, "\(Optional(secret) as Any)"] {
            #expect(text.contains("a cluster secret"))
            #expect(!text.contains("000G"))
            #expect(!text.contains("15"))
        }
    }

    /// Reckoned by another program.
    @Test func thePublicNameIsDerivedOneWay() throws {
        #expect(try ClusterSecret(joinCode: Self.known[0].1).clusterID == "fa19edfc06089995")
        #expect(ClusterSecret().clusterID != ClusterSecret().clusterID)
    }
}
