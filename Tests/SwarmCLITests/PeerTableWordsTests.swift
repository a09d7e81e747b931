import SwarmCLI
import SwarmCore
import Testing

@Suite("The table of machines")
struct PeerTableWordsTests {
    private static let ready: JSON = [
        "name": "attic", "standing": "ready", "reason": nil, "address": "10.0.0.2:17617", "model": "bumble",
        "requests": 12, "success_rate": 0.917, "wins": 5, "latency_mean": 1.25, "latency_p95": 3,
        "tokens_per_second": 41.26, "last_error": "it said nothing for 5 s",
    ]
    private static let strange: JSON = [
        "name": "cellar", "standing": "strange", "reason": "it was not paired with yet", "address": nil, "model": nil,
    ]

    private static func words(_ line: String) -> [String] {
        line.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
    }

    @Test func everyMachineHasARowAndWhyItDoesNotVote() throws {
        let lines = PeerTableWords.lines(["peers": [Self.ready, Self.strange]])
        try #require(lines.count == 5)
        #expect(
            Self.words(lines[0])
                == ["name", "standing", "model", "votes", "ok", "won", "mean", "p95", "tok/s", "address"]
        )
        #expect(
            Self.words(lines[1])
                == ["attic", "ready", "bumble", "12", "92", "%", "5", "1.3", "s", "3.0", "s", "41.3", "10.0.0.2:17617"]
        )
        #expect(lines[2] == "  last error: it said nothing for 5 s")
        #expect(Self.words(lines[3]) == ["cellar", "strange"])
        #expect(lines[4] == "  → it was not paired with yet")
    }

    @Test func columnsStandBelowEachOther() throws {
        let lines = PeerTableWords.lines(["peers": [Self.ready, Self.strange]])
        let place = try #require(lines[0].firstRange(of: "standing")).lowerBound
        #expect(lines[1][place...].hasPrefix("ready"))
        #expect(lines[3][place...].hasPrefix("strange"))
    }

    @Test func theNodeItselfStandsBelow() {
        let node: JSON = ["name": "desk", "listening": ["10.0.0.1:17617", "[::1]:17617"], "tokens_per_second": 88.04]
        let lines = PeerTableWords.lines(["node": node, "peers": []])
        #expect(
            lines.suffix(2)
                == ["", "this node: desk, at 10.0.0.1:17617, [::1]:17617, all nodes together 88.0 tokens/s"]
        )
        let lonely = PeerTableWords.lines(["node": ["name": "desk", "listening": []]])
        #expect(lonely.last == "this node: desk, at no address")
    }

    @Test func whatOthersSaidDoesNotReachTheTerminalRaw() {
        let evil = JSON.string("x\u{1B}[2J\u{7}\n\u{202E}")
        let peer: JSON = [
            "name": evil, "standing": "resting", "model": evil, "reason": evil, "address": evil, "last_error": evil,
        ]
        let node: JSON = ["name": evil, "listening": [evil]]
        for line in PeerTableWords.lines(["node": node, "peers": [peer]]) {
            #expect(!line.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202E }, "\(line.debugDescription)")
        }
    }

    @Test(arguments: ["{}", "[]", "null", #"{"peers":7}"#, #"{"peers":[null,7,{}],"node":[]}"#])
    func anAnswerWithoutPeersIsAnEmptyTable(text: String) throws {
        let lines = PeerTableWords.lines(try JSON(parsing: text))
        #expect(lines.first?.hasPrefix("name") == true)
        #expect(!lines.contains { $0.contains("attic") })
    }
}
