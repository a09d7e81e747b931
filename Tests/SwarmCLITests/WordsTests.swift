import SwarmCLI
import SwarmCore
import Testing

@Suite("Words")
struct WordsTests {
    private func summary(_ report: VoteReport?) -> AnswerSummary {
        AnswerSummary(
            usage: Usage(),
            report: report,
            winner: 0,
            totalTokens: 80,
            seed: 1,
            decisionSeconds: 0.214,
            firstTokenSeconds: 0.02,
            tokensPerSecond: 412.4
        )
    }

    private func report(
        _ method: VoteReport.Method,
        kind: TurnKind = .number,
        cancelled: Int = 0,
        lost: Int = 0,
        dissent: String? = nil
    ) -> VoteReport {
        VoteReport(
            kind: kind,
            method: method,
            stop: .complete,
            requested: 4,
            finished: 4,
            valid: 4,
            cancelled: cancelled,
            lost: lost,
            agreement: 0.75,
            margin: 0.5,
            clusters: [.init(key: "42", votes: 3, share: 0.75, members: [0, 1, 2])],
            dissent: dissent
        )
    }

    @Test func aVoteIsToldInOneLine() {
        #expect(summary(report(.plurality)).voteLine == "4 candidates, 3 of 4 agree (number), 0.21 s, 412 tok/s")
    }

    @Test func earlyStopsLossesAndDissentAreTold() {
        let line = summary(report(.plurality, kind: .toolCall, cancelled: 1, lost: 2, dissent: "one said\n41")).voteLine
        #expect(
            line == #"4 candidates, 3 of 4 agree (tool call), 1 stopped early, 2 lost, 0.21 s, 412 tok/s; one said\n41"#
        )
    }

    @Test func candidatesThatAllDifferDoNotAgree() {
        var report = report(.plurality)
        report.clusters = [0, 1, 2, 3].map { .init(key: "\($0)", votes: 1, share: 0.25, members: [$0]) }
        #expect(summary(report).voteLine == "4 candidates, no two of 4 agree (number), 0.21 s, 412 tok/s")
    }

    @Test func proseIsChosenByLikeness() {
        let line = summary(report(.medoid, kind: .prose)).voteLine
        #expect(line == "4 candidates, the one most like the other 3 (prose), 0.21 s, 412 tok/s")
    }

    @Test func oneCandidateHasNoVote() {
        #expect(summary(nil).voteLine == "1 candidate, 0.21 s, 412 tok/s")
    }

    @Test(arguments: [("127.0.0.1", "http://127.0.0.1:18/v1"), ("::1", "http://[::1]:18/v1")])
    func theGreetingTellsWhereAndWhat(host: String, url: String) {
        let card = ModelCard(
            id: ModelID(rawValue: "bumble"),
            contextLength: 512,
            trainedContextLength: 2048,
            parameters: 2_345_678,
            fileBytes: 2_530_464,
            sampling: Sampling(),
            recommendedCandidates: 4,
            fingerprint: "f",
            created: 0
        )
        let text = Greeting(
            model: card,
            path: "/m.gguf",
            threads: 1,
            promptThreads: 2,
            candidates: 3...8,
            curve: [4: 700.4, 1: 300],
            host: host,
            port: 18
        ).text
        #expect(text.hasPrefix("bumble is ready on \(url)\n"))
        #expect(text.contains("2.3 M parameters, 2.5 MB, /m.gguf"))
        #expect(text.contains("512 tokens, of 2048 the model can have"))
        #expect(text.contains("3 to 8 per answer"))
        #expect(text.contains("1: 300  4: 700"))
        #expect(text.contains("curl -s \(url)/chat/completions"))
    }

    @Test func errorsOfTheEngineBecomeWords() {
        #expect(words(for: SourceError.contextLength(needed: 600, limit: 512)).contains("600 tokens"))
        #expect(words(for: PlanError.contextLengthExceeded(needed: 600, limit: 512)).contains("--context"))
        #expect(words(for: CancellationError()) == "stopped")
    }
}
