import Consensus
import SwarmCore
import Testing

/// JSON, refusals and the structures of prose.
@Suite struct VoteKindTests {
    private func verdict(_ texts: [String], _ request: ChatRequest, rules: VoteRules? = nil) throws -> Verdict {
        let candidates = texts.enumerated().map { candidate($0.offset, $0.element) }
        return try #require(Tally.replay(Ballot(candidates), request: request, rules: rules))
    }

    private func person(_ name: String, _ age: Int, _ note: String) -> String {
        #"{"name":"\#(name)","age":\#(age),"note":"\#(note)"}"#
    }

    @Test(arguments: [#"{"name":"Ann"}"#, #"{"name":"Ann","age":"1"}"#, #"{"name":"Ann","age":1.5}"#, "Ann, 1", "[]"])
    func whatDoesNotFitTheSchemaNeverWins(_ wrong: String) throws {
        let verdict = try verdict([wrong, wrong, wrong, #"{"name":"Bob","age":2}"#], AnswerPool.json.request)
        #expect(verdict.winner.index == 3)
        #expect(verdict.report.valid == 1)
    }

    @Test func equalObjectsWinHoweverTheyAreWritten() throws {
        let verdict = try verdict(
            [person("Bob", 2, "x"), #"{"age":1, "name":"Ann"}"#, #"{"name":"Ann","age":1.0}"#],
            AnswerPool.json.request
        )
        #expect(verdict.winner.index == 1)
        #expect(verdict.report.method == .plurality)
    }

    @Test func whereAllDifferTheObjectClosestToTheMajorityOfLeavesWins() throws {
        let verdict = try verdict(
            [person("Ann", 3, "x"), person("Ann", 2, "y"), person("Ann", 2, "z"), person("Bob", 2, "y")],
            AnswerPool.json.request
        )
        // Most say Ann and 2; of the candidates that say both the first is taken, whole.
        #expect(verdict.winner.index == 1)
        #expect(verdict.report.method == .leaves)
        #expect(verdict.synthesis == nil)
        #expect(abs(verdict.report.agreement - 2.0 / 3) < 1e-12)
    }

    @Test func aRefusalNeedsMoreThanHalf() throws {
        let request = testRequest("How many apples are left?")
        let no = AnswerPool.refusal
        // Two refusals are the most frequent text, and half is not enough.
        #expect(try verdict([no, no, "41", "42"], request).winner.index == 2)
        #expect(try verdict([no, no, "41", "42", "42"], request).winner.index == 3)
        let refused = try verdict([no, "41", no, "42", no], request)
        #expect(refused.winner.index == 0)
        #expect(refused.report.dissent == "1 of 5 said 41; 1 of 5 said 42")
    }

    /// A lead of three over each of two others is not yet more than half of eleven.
    @Test func aRefusalLocksOnlyWhenItIsSureOfMoreThanHalf() {
        let ask = "Could you tell me which apples you mean, and from which of the many trees in the garden they are?"
        var tally = Tally(
            request: testRequest("How many apples are left?"),
            candidates: ids(11),
            rules: VoteRules(widths: [11], usesBeta: false)
        )
        for (index, text) in (Array(repeating: AnswerPool.refusal, count: 5) + ["42", "42", ask, ask]).enumerated() {
            tally.record(candidate(index, text))
        }
        #expect(tally.decision == .undecided)
        tally.record(candidate(9, "42"))
        tally.record(candidate(10, "42"))
        #expect(tally.winner?.answer.content == "42")
    }

    @Test func aQuestionBackIsAStanceOfItsOwn() throws {
        let request = AnswerPool.prose.request
        let ask = "Could you tell me which list you mean, and what its values are? Are they all numbers?"
        let other = "Could you tell me which list this is about? I would like to know what its values are first."
        let asked = try verdict([AnswerPool.sentence, ask, other], request)
        #expect(asked.winner.index != 0)
        #expect(asked.report.dissent != nil)
        let answered = try verdict([ask, AnswerPool.sentence, AnswerPool.sentence + " That is all."], request)
        #expect(answered.winner.index != 0)
        #expect(answered.report.dissent == "1 of 3 asked back")
    }

    @Test func proseOfOneStructureIsComparedWithItsLikeOnly() throws {
        let list = "- " + AnswerPool.sentence + "\n- Then it is returned.\n- That is all."
        let longer = list + "\n- Nothing else is done with it."
        let verdict = try verdict([AnswerPool.sentence, list, longer], AnswerPool.prose.request)
        #expect(verdict.winner.index != 0)
        #expect(verdict.report.clusters[0].members == [1, 2])
        #expect(verdict.report.dissent == "1 of 3 answered in another form")
    }

    @Test func ofOtherKindsOnlyTheWantedOneVotes() throws {
        let request = testRequest("Go on.")
        let rules = VoteRules(kind: .number, widths: [3])
        #expect(try verdict(["Paris", "Paris", "42"], request, rules: rules).winner.index == 2)
        let strays = try verdict(["Rome", "Paris", "Paris"], request, rules: rules)
        #expect(strays.winner.index == 1)
        #expect(strays.report.valid == 3)
    }

    /// A later key can part what earlier ones joined; only more than all others together is safe.
    @Test func joinedNumbersDoNotLockBeforeTheyMust() throws {
        let pool = AnswerPool.largeNumbers
        let texts = ["10000000", "10000001.5", "10000001.5", "10000001", "10000001"]
        for strategy in [VoteStrategy.auto, .majority] {
            var tally = Tally(
                request: pool.request,
                candidates: ids(5),
                rules: VoteRules(strategy: strategy, widths: [5])
            )
            for (index, text) in texts.enumerated() {
                tally.record(candidate(index, text))
                if index < 4 { #expect(tally.decision == .undecided) }
            }
            #expect(tally.winner?.answer.content == "10000001.5")
        }
    }
}
