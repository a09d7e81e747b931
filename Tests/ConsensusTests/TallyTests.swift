import Consensus
import SwarmCore
import Testing

@Suite struct TallyTests {
    private func verdict(_ candidates: [Candidate], format: ResponseFormat = .text) throws -> Verdict {
        try #require(Tally.replay(Ballot(candidates), request: request(format: format)))
    }

    private func verdict(_ texts: String...) throws -> Verdict {
        try verdict(texts.enumerated().map { candidate($0.offset, $0.element) })
    }

    @Test func theMostFrequentAnswerWinsHoweverItIsWritten() throws {
        let verdict = try verdict("41", "The answer is 42.", "\\boxed{42}", "42.0", "7")
        #expect(verdict.winner.index == 1)
        #expect(verdict.report.method == .plurality)
        #expect(verdict.report.kind == .number)
        #expect(verdict.report.agreement == 0.6)
        #expect(abs(verdict.report.margin - 0.4) < 1e-12)
        #expect(verdict.report.clusters.map(\.key) == ["42", "41", "7"])
        #expect(verdict.report.clusters.map(\.members) == [[1, 2, 3], [0], [4]])
        #expect(verdict.report.dissent == "1 of 5 said 41; 1 of 5 said 7")
    }

    @Test func tiesGoToTheClusterWithTheLowestIndex() throws {
        #expect(try verdict("1", "2", "2", "1").winner.index == 0)
        #expect(try verdict("3", "2", "2", "1", "1").winner.index == 1)
        #expect(try verdict("1", "2", "3").winner.index == 0)
    }

    @Test func theKindIsVotedOnFirst() throws {
        let verdict = try verdict([
            calling(0, "read", #"{"path":"a"}"#), candidate(1, "Yes"), candidate(2, "Yes"),
            calling(3, "read", #"{"path":"b"}"#), calling(4, "read", #"{"path":"src/b.py"}"#),
        ])
        #expect(verdict.report.kind == .toolCall)
        #expect(verdict.report.method == .medoid)
        #expect(verdict.report.clusters.count == 4)
        #expect(verdict.report.clusters[0].members == [verdict.winner.index])
    }

    @Test func equalCallsWinByCount() throws {
        let verdict = try verdict([
            calling(0, "read", #"{"path":"src/b.py"}"#), calling(1, "read", #"{"n":1,"path":"a"}"#),
            calling(2, "read", #"{"path":"a","n":1.0}"#), calling(3, "read", #"{"path": "src/b.py"}"#),
            calling(4, "read", #"{"path":"a","n":1}"#),
        ])
        #expect(verdict.winner.index == 1)
        #expect(verdict.report.method == .plurality)
        #expect(verdict.report.dissent == "2 of 5 called read(src/b.py)")
    }

    @Test func codeAndProseGoToTheMedoid() throws {
        let prose = "The list is walked once from the front, and the largest value seen so far is kept until the end."
        let verdict = try verdict(
            "Something quite unlike all of it, long enough to be no short answer, to be sure of that.",
            prose,
            prose + " Then it is returned.",
            prose + " It is returned then."
        )
        #expect(verdict.report.method == .medoid)
        #expect(verdict.winner.index != 0)
        // One structure, so one cluster: nobody dissents.
        #expect(verdict.report.clusters.map(\.members) == [[0, 1, 2, 3]])
        #expect(verdict.report.clusters[0].key.isEmpty)
        #expect(verdict.report.dissent == nil)
    }

    @Test func aSingleCandidateWinsAlone() throws {
        let report = try verdict("anything").report
        #expect(report.method == .single)
        #expect(report.agreement == 1)
        #expect(report.dissent == nil)
    }

    @Test func degenerateCandidatesDoNotWin() throws {
        let loop = String(repeating: "again and again ", count: 8)
        #expect(try verdict("", "", "", "5").winner.index == 3)
        #expect(try verdict(loop, loop, "5").winner.index == 2)
        let cut = [candidate(0, "9", .length), candidate(1, "9", .length), candidate(2, "5")]
        let verdict = try verdict(cut)
        #expect(verdict.winner.index == 2)
        #expect(verdict.report.valid == 1)
        #expect(verdict.report.finished == 3)
        #expect(verdict.report.method == .plurality)
    }

    @Test func flawedCandidatesWinOnlyAmongThemselves() throws {
        let cut = try verdict([candidate(0, "9", .length), candidate(1, "5", .length), candidate(2, "5", .length)])
        #expect(cut.winner.index == 1)
        #expect(cut.report.valid == 3)
        let empty = try verdict("", "  ")
        #expect(empty.winner.index == 0)
        #expect(empty.report.method == .fallback)
        #expect(empty.report.valid == 0)
        #expect(empty.report.clusters.isEmpty)
    }

    @Test func answersThatDoNotParseDoNotVote() throws {
        let json = try verdict(
            [candidate(0, "{oops"), candidate(1, "{oops"), candidate(2, #"{"a":1}"#)],
            format: .jsonObject
        )
        #expect(json.winner.index == 2)
        #expect(try verdict([calling(0, "f", "{"), calling(1, "f", "{"), calling(2, "f", "{}")]).winner.index == 2)
    }

    @Test func theVoteLocksWhenTheLeadExceedsWhatIsOutstanding() throws {
        var tally = Tally(request: request(), candidates: ids(5))
        tally.record(candidate(3, "42"))
        tally.record(candidate(1, "42"))
        #expect(tally.decision == .undecided)
        tally.record(candidate(2, "42"))
        guard case .locked(let verdict) = tally.decision else {
            Issue.record("3 to 0 with 2 outstanding cannot be overturned")
            return
        }
        #expect(verdict.winner.index == 1)
        #expect(tally.winner == candidate(1, "42"))
        #expect(verdict.report.stop == .lead)
        #expect(verdict.report.cancelled == 2)
        tally.record(candidate(0, "42"))
        #expect(tally.decision == .locked(verdict))
    }

    @Test func lostCandidatesAreNotWaitedFor() {
        var tally = Tally(request: request(), candidates: ids(3))
        tally.lose(ids(3)[0], because: .shed)
        tally.record(candidate(1, "42"))
        #expect(tally.decision == .undecided)
        tally.record(candidate(2, "42"))
        guard case .locked(let verdict) = tally.decision else {
            Issue.record("all have ended")
            return
        }
        #expect(verdict.report.lost == 1)
        #expect(verdict.report.stop == .complete)
        #expect(verdict.report.agreement == 1)
    }

    @Test func whenAllAreLostTheLastErrorIsTheReason() {
        var tally = Tally(request: request(), candidates: ids(2))
        tally.lose(ids(2)[0], because: .shed)
        #expect(!tally.isExhausted)
        tally.lose(ids(2)[1], because: .backend("gone"))
        #expect(tally.isExhausted)
        #expect(tally.failure == .backend("gone"))
        #expect(tally.decision == .undecided)
        #expect(tally.winner == nil)
    }

    @Test func strangersAndRepetitionsAreIgnored() {
        var tally = Tally(request: request(), candidates: ids(3))
        tally.record(candidate(7, "1"))
        tally.record(candidate(0, "1"))
        tally.record(candidate(0, "1"))
        tally.lose(ids(1)[0], because: .shed)
        #expect(tally.decision == .undecided)
        #expect(tally.failure == nil)
    }

    @Test func dissentFitsOneLine() throws {
        let long = (0..<60).map { "word\($0)" }.joined(separator: "\n")
        let calls = (0..<5).map {
            calling($0, "read", JSON.object(JSON.Object([("path", .string("\($0)" + long))])).text)
        }
        let winner = [calling(5, "read", #"{"path":"a"}"#), calling(6, "read", #"{"path":"a"}"#)]
        let dissent = try #require(try verdict(calls + winner).report.dissent)
        #expect(dissent.count <= 120)
        #expect(!dissent.contains("\n"))
        #expect(dissent.hasPrefix("1 of 7 called read(0word0 word1"))
    }
}
