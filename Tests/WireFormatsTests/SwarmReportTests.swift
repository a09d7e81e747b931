import SwarmCore
import Testing
import WireFormats

struct SwarmReportTests {
    @Test func aVoteIsReportedWithItsClustersAndItsCost() {
        #expect(AnswerSummary.test.swarmReport.text == AnswerSummary.testReport)
    }

    @Test func withoutAVoteThereIsOnlyTheCost() {
        var summary = AnswerSummary.test
        (summary.report, summary.winner, summary.firstTokenSeconds) = (nil, nil, nil)
        #expect(
            summary.swarmReport.text
                == #"{"tokens_total":31,"seed":7,"decide_ms":1840,"first_token_ms":null,"tokens_per_second":19.5}"#
        )
    }

    @Test func whatWasShortenedIsReported() {
        var summary = AnswerSummary.test
        #expect(summary.swarmReport["context"] == nil)
        summary.context = ContextReport(
            mode: .auto,
            tokensBefore: 9000,
            tokensAfter: 2950,
            limit: 4096,
            tools: .compact,
            toolResultsReplaced: 3,
            turnsDropped: 12
        )
        #expect(
            summary.swarmReport["context"]?.text
                == #"{"mode":"auto","tokens_before":9000,"tokens_after":2950,"limit":4096,"tools":"compact","#
                + #""tool_results_replaced":3,"turns_dropped":12}"#
        )
    }

    @Test func severalSourcesAreReportedWithTheOneThatWon() {
        var summary = AnswerSummary.test
        #expect(summary.swarmReport["sources"] == nil)
        summary.sources = [
            SourceReport(id: SourceID(rawValue: "a"), model: ModelID(rawValue: "m"), candidates: [1, 3], finished: 2),
            SourceReport(
                id: SourceID(rawValue: "b"),
                model: ModelID(rawValue: "k"),
                candidates: [0, 2],
                finished: 1,
                lost: 1,
                failure: "gone",
                tokens: 12,
                seconds: 1.23456,
                tokensPerSecond: 9.87
            ),
        ]
        let report = summary.swarmReport
        #expect(report["winner_source"] == "b")
        #expect(
            report["sources"]?.text
                == #"[{"id":"a","model":"m","candidates":[1,3],"n_finished":2,"n_lost":0,"error":null,"#
                + #""tokens":0,"seconds":null,"tokens_per_second":null},"#
                + #"{"id":"b","model":"k","candidates":[0,2],"n_finished":1,"n_lost":1,"error":"gone","#
                + #""tokens":12,"seconds":1.235,"tokens_per_second":9.9}]"#
        )
        summary.winner = nil
        #expect(summary.swarmReport["winner_source"] == .null)
    }

    @Test(arguments: [
        (1 << 53, "9007199254740992"), (1 << 53 + 1, #""9007199254740993""#), (.max, #""18446744073709551615""#),
    ])
    func aSeedIsNeverRoundedByAClient(seed: UInt64, text: String) {
        var summary = AnswerSummary.test
        summary.seed = seed
        #expect(summary.swarmReport["seed"]?.text == text)
    }

    @Test func aVoteThatAgreesHasNoDissentAndNoNumberIsWrong() {
        var summary = AnswerSummary.test
        summary.report?.dissent = nil
        summary.report?.agreement = .nan
        summary.winner = nil
        #expect(summary.swarmReport["dissent"] == .null)
        #expect(summary.swarmReport["agreement"] == .null)
        #expect(summary.swarmReport["winner"] == .null)
    }

    @Test func longKeysAreCut() {
        var summary = AnswerSummary.test
        let keys = [String(repeating: "é", count: 200), String(repeating: "é", count: 201)]
        summary.report?.clusters = keys.map { VoteReport.Cluster(key: $0, votes: 1, share: 0.5, members: [0]) }
        let written = summary.swarmReport["clusters"]?.arrayValue?.map { $0["key"]?.stringValue }
        #expect(written == [keys[0], keys[0] + "…"])
    }
}
