import Foundation
import Observability
import SwarmCore
import Testing

@Suite
struct WordsTests {
    private let utc = TimeZone.gmt
    private let hostile = "\u{1B}[2J\u{9B}1m\u{202E}\r\n\u{7}"

    private func summary(id: String = "chatcmpl-AbCdEfGhIjKlMnOpQrStUvWx", kind: TurnKind = .toolCall) -> VoteSummary {
        VoteSummary(id: id, at: 1_795_404_654, kind: kind, report: LoggedVote.numbered(1).report)
    }

    private func isSafe(_ lines: [String]) -> Bool { !lines.joined().unicodeScalars.contains(where: SafeText.acts) }

    @Test func aTableFitsAnOldTerminal() {
        #expect(
            [summary()].table(width: 80, timeZone: utc) == [
                "time         kind       method     votes  agreement  stop  tokens  id",
                "11-23 03:30  tool call  plurality    3/4       75 %  lead      80  AbCdEfGhIjKlM",
            ]
        )
    }

    @Test func aTableUsesAWideTerminal() {
        let line = [summary()].table(width: 120, timeZone: utc).last
        #expect(
            line == "2026-11-23 03:30  tool call  plurality    3/4       75 %  lead      80  AbCdEfGhIjKlMnOpQrStUvWx"
        )
    }

    @Test(arguments: [80, 90, 100, 120], TurnKind.allCases)
    func noLineOfATableIsWiderThanTheTerminal(width: Int, kind: TurnKind) {
        let report: JSON = [
            "method": "confidence", "stop": "complete", "agreement": 1, "tokens_total": 999_999, "n_valid": 16,
            "clusters": [["votes": 16]],
        ]
        let full = VoteSummary(id: "chatcmpl-AbCdEfGhIjKlMnOpQrStUvWx", at: 0, kind: kind, report: report)
        let lines = [full, summary(kind: kind)].table(width: width, timeZone: utc)
        #expect(lines.allSatisfy { $0.count <= width })
        #expect(lines.dropFirst().allSatisfy { $0.contains("AbCdEfGh") })
    }

    @Test func aVoteWithoutFiguresHasDashes() throws {
        let bare = VoteSummary(id: "x", at: 0, kind: .prose, report: [:])
        let line = try #require([bare].table(width: 80, timeZone: utc).last)
        #expect(line.split(separator: " ") == ["01-01", "00:00", "prose", "-", "-", "-", "-", "-", "x"])
    }

    @Test func aVoteIsExplained() {
        var vote = LoggedVote.numbered(1, prompt: "What is\n6 × 7?")
        vote.at = 1_795_404_654
        #expect(
            vote.explanation(width: 100, timeZone: utc).joined(separator: "\n") == """
                vote        chatcmpl-1x1
                decided     2026-11-23 03:30:54, model bumble
                question    What is 6 × 7?
                decision    number, the most frequent answer; agreement 75 %, margin 50 %
                stopped     the lead exceeded everything that could still come in
                candidates  5 asked for, 4 finished, 4 could vote, 1 stopped early
                tokens      80
                dissent     one said 41

                75 %  3 votes  42
                  * #0  The answer is 42.
                    #1  42
                    #3  look({"at":"\\n"})

                25 %  1 vote  41
                    #2  I say 41, because …

                without a vote
                    #4  it goes on  (length)
                """
        )
    }

    @Test func aQuestionThatIsNotKeptIsNamedByItsHash() {
        let lines = LoggedVote.numbered(1).explanation(width: 100, timeZone: utc)
        #expect(lines.contains("question    not kept, SHA-256 " + String(repeating: "0a", count: 32)))
    }

    @Test func aLongQuestionKeepsItsBeginningAndItsEnd() throws {
        let vote = LoggedVote.numbered(1, prompt: "You are " + String(repeating: "very ", count: 500) + "kind. 6 × 7?")
        let text = vote.explanation(width: 80, timeZone: utc).joined(separator: "\n")
        #expect(text.contains("question    You are very"))
        #expect(text.contains("…"))
        #expect(text.contains("kind. 6 × 7?\n"))
    }

    @Test func candidatesAreKnownByTheirOwnIndex() {
        var vote = LoggedVote.numbered(1)
        vote.winner = 7
        vote.report = ["clusters": [["key": "a", "votes": 1, "share": 1, "members": [7, 9]]]]
        vote.candidates = [["text": "seven", "index": 7]]
        let lines = vote.explanation(width: 80, timeZone: utc)
        #expect(lines.suffix(3) == ["100 %  1 vote  a", "  * #7  seven", "    #9  -"])
    }

    @Test(arguments: [40, 80, 120])
    func whatAModelWroteNeitherActsNorOverflows(width: Int) {
        let long = hostile + String(repeating: "long \(hostile)", count: 50)
        var vote = LoggedVote.numbered(1, prompt: long)
        vote.id = long
        vote.model = hostile
        vote.report = [
            "method": .string(long), "stop": .string(long), "dissent": .string(long),
            "clusters": [["key": .string(long), "votes": 1, "share": 1, "members": [0]]],
        ]
        vote.candidates = [
            ["text": .string(long), "finish": .string(long)],
            ["tool_calls": [["name": .string(long), "arguments": .string(long)]]],
        ]
        let explanation = vote.explanation(width: width, timeZone: utc)
        #expect(isSafe(explanation))
        #expect(explanation.allSatisfy { $0.count <= width })
        #expect(
            isSafe([VoteSummary(id: long, at: 0, kind: .code, report: vote.report)].table(width: width, timeZone: utc))
        )
        #expect(isSafe([GateMeasurement.measured(model: long)].table(timeZone: utc)))
        #expect(isSafe([StoreError.ambiguousVote(long, ids: [long]).description]))
    }

    @Test func theGateTableTellsWhatIsUsedAndWhy() {
        #expect(
            [GateMeasurement.measured()].table(timeZone: utc).joined(separator: "\n") == """
                model m1
                tool call, 120 items, measured 2026-11-23
                           accuracy     95 % interval  tokens  seconds
                  greedy     91.0 %  [85.0 %, 93.3 %]    31.2     0.20  used
                  swarm-5    86.0 %  [80.0 %, 92.0 %]   150.0     0.30
                  off: swarm-5 did not beat greedy: -5.0 points
                  self-certainty was higher for the right answer in 62 % of pairs
                """
        )
    }

    @Test func theReasonSaysWhetherTheSwarmPays() {
        let on = GateMeasurement.measured(choice: .swarm(5), swarm: 0.95)
        #expect(on.reason == "on: swarm-5 beats the best single candidate by +4.0 points [+0.0, +8.0]")
        let unsure = GateMeasurement.measured(swarm: 0.92)
        #expect(unsure.reason == "off: swarm-5 did not clearly beat greedy: +1.0 points")
        var alone = GateMeasurement.measured()
        alone.results.removeLast()
        #expect(alone.reason == "off: no swarm was measured")
    }

    @Test func oneModelIsNamedOnce() {
        let lines = [GateMeasurement.measured(), .measured(kind: .json), .measured(model: "m2")].table(timeZone: utc)
        #expect(lines.filter { $0.hasPrefix("model ") } == ["model m1", "model m2"])
    }
}
