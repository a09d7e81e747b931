import Consensus
import SwarmCore
import Testing

@Suite struct VoteToolTests {
    private func ballot(_ answers: [ParsedAnswer]) -> [Candidate] {
        answers.enumerated().map { candidate($0.offset, $0.element.content, calls: $0.element.toolCalls) }
    }

    private func verdict(
        _ answers: ParsedAnswer...,
        choice: ToolChoice = .auto,
        tools: [ToolSpec] = AnswerPool.tools
    ) throws -> Verdict {
        let request = testRequest("Go.", tools: tools, choice: choice)
        return try #require(Tally.replay(Ballot(ballot(answers)), request: request))
    }

    private func acting(_ name: String, _ arguments: String) -> ParsedAnswer {
        AnswerPool.acting(AnswerPool.call(name, arguments))
    }

    private func reading(_ path: String) -> ParsedAnswer { acting("read_file", #"{"path":"\#(path)"}"#) }

    private func writing(_ path: String, _ content: String) -> ParsedAnswer {
        acting("write_file", #"{"path":"\#(path)","content":"\#(content)"}"#)
    }

    private let text = ParsedAnswer(content: "There is nothing to do here as far as I can see, so I leave it at that.")

    @Test func whetherToActComesFirst() throws {
        // Three acts of three sorts outvote two equal texts.
        let acts = try verdict(text, text, reading("a"), reading("b"), acting("weather", #"{"city":"Rome"}"#))
        #expect(acts.winner.index == 2)
        #expect(acts.report.kind == .toolCall)
        let texts = try verdict(text, reading("a"), reading("a"), text, text)
        #expect(texts.report.kind == .prose)
        #expect(texts.winner.index == 0)
    }

    @Test func thenWhichToolsAreCalledInWhateverOrder() throws {
        let (a, b) = (AnswerPool.call("read_file", #"{"path":"a"}"#), AnswerPool.call("read_file", #"{"path":"b"}"#))
        let both = try verdict(
            reading("a"),
            AnswerPool.acting(a, b),
            AnswerPool.acting(b, a),
            reading("b"),
            AnswerPool.acting(a, b)
        )
        #expect(both.winner.index == 1)
        #expect(both.report.clusters[0].members == [1, 2, 4])
        let rome = acting("weather", #"{"city":"Rome"}"#)
        // Two equal calls of one tool lose to three calls of another.
        #expect(try verdict(rome, rome, reading("a"), reading("b"), reading("b")).winner.index == 3)
    }

    @Test func thenWhatTheyAreAbout() throws {
        let verdict = try verdict(reading("a.py"), reading("./src//b.py"), reading("c.py"), reading("src/b.py"))
        #expect(verdict.winner.index == 3 || verdict.winner.index == 1)
        #expect(verdict.report.method == .plurality)
        #expect(verdict.report.agreement == 0.5)
        #expect(verdict.report.clusters[0].members == [1, 3])
    }

    @Test func ofCallsAboutTheSameTheContentMostLikeTheOthersWins() throws {
        let verdict = try verdict(
            writing("a", "something else entirely"),
            writing("a", "let x = 1; print(x)"),
            writing("a", "let x = 1; print(x);"),
            writing("a", "let x = 1; print(x) ;")
        )
        #expect(verdict.winner.index != 0)
        #expect(verdict.report.method == .plurality)
        #expect(verdict.report.agreement == 1)
        #expect(!verdict.report.isLowAgreement)
        let counted = try self.verdict(writing("a", "x"), writing("a", "y"), writing("a", "y"))
        #expect(counted.winner.index == 1)
    }

    @Test func ofEqualCallsOneThatNeededNoRepairWins() throws {
        let verdict = try verdict(
            acting("weather", #"{"city":"Rome","unit":"c",}"#),
            acting("weather", #"{"city":"Rome","unit":"C"}"#)
        )
        #expect(verdict.winner.index == 1)
        #expect(verdict.report.agreement == 1)
    }

    @Test func aCallThatChangesSomethingNeedsThreeFifths() throws {
        let split = try verdict(writing("c", "x"), writing("a", "x"), writing("a", "x"), writing("b", "x"), text)
        // Two of five agree: the first that acts is taken as it stands.
        #expect(split.winner.index == 0)
        #expect(split.report.method == .fallback)
        #expect(split.report.isLowAgreement)
        #expect(abs(split.report.agreement - 0.2) < 1e-12)
        let clear = try verdict(writing("c", "x"), writing("a", "x"), writing("a", "x"), writing("a", "x"), text)
        #expect(clear.winner.index == 1)
        #expect(!clear.report.isLowAgreement)
        let textFirst = try verdict(text, writing("c", "x"), writing("a", "x"), writing("a", "x"), writing("b", "x"))
        #expect(textFirst.winner.index == 1)
        #expect(textFirst.report.isLowAgreement)
    }

    @Test func aCallThatOnlyLooksDoesNot() throws {
        let verdict = try verdict(reading("c"), reading("a"), reading("a"), reading("b"), text)
        #expect(verdict.winner.index == 1)
        #expect(!verdict.report.isLowAgreement)
    }

    /// A command is all there is to agree on.
    @Test func commandsThatDifferDoNotAgree() throws {
        func running(_ command: String) -> ParsedAnswer { acting("bash", #"{"command":"\#(command)"}"#) }
        let split = try verdict(running("ls"), running("rm -r build"), running("rm -rf build"), running("make clean"))
        #expect(split.report.isLowAgreement)
        #expect(split.winner.index == 0)
        let agreed = try verdict(running("ls"), running("make  clean"), running("make clean"), running("make clean"))
        #expect(agreed.winner.index == 1)
        #expect(!agreed.report.isLowAgreement)
        #expect(agreed.report.agreement == 0.75)
    }

    @Test(arguments: [[3, 5, 8], [3]])
    func aSplitOverAChangeAsksForMoreWhileItMay(_ widths: [Int]) throws {
        let answers = ["c", "a", "b"].map { writing($0, "x") }
        var tally = Tally(
            request: testRequest("Go.", tools: AnswerPool.tools),
            candidates: ids(3),
            rules: VoteRules(widths: widths)
        )
        for candidate in ballot(answers) { tally.record(candidate) }
        if widths.count > 1 {
            guard case .escalate(let plan) = tally.decision else {
                Issue.record("\(tally.decision)")
                return
            }
            #expect(plan.additional == 2)
            tally.decline()
        }
        guard case .locked(let verdict) = tally.decision else {
            Issue.record("\(tally.decision)")
            return
        }
        #expect(verdict.winner.index == 0)
        #expect(verdict.report.isLowAgreement)
    }

    @Test func filesWrittenInOtherWordsAskForNoMore() throws {
        var tally = Tally(
            request: testRequest("Go.", tools: AnswerPool.tools),
            candidates: ids(3),
            rules: VoteRules(widths: [3, 5, 8])
        )
        for candidate in ballot([writing("a", "one"), writing("a", "two"), writing("a", "two and a half")]) {
            tally.record(candidate)
        }
        guard case .locked(let verdict) = tally.decision else {
            Issue.record("\(tally.decision)")
            return
        }
        #expect(verdict.report.stop == .agreed)
        #expect(verdict.report.agreement == 1)
    }

    private let search = [
        ToolSpec(
            name: "search",
            parameters: AnswerPool.object(
                ["city": ["type": "string"], "stars": ["type": "integer"], "pool": ["type": "boolean"]],
                ["city", "stars", "pool"]
            )
        )
    ]

    private func searching(_ city: String, _ stars: Int, _ pool: Bool) -> ParsedAnswer {
        acting("search", #"{"city":"\#(city)","stars":\#(stars),"pool":\#(pool)}"#)
    }

    @Test func argumentsAreJoinedOnlyWhereNoTwoAgreeAndEachHasAMajority() throws {
        let joined = try verdict(
            searching("Rome", 3, true),
            searching("Rome", 4, false),
            searching("Bari", 4, true),
            tools: search
        )
        #expect(joined.report.method == .synthesis)
        let call = try #require(joined.synthesis?.toolCalls.first)
        #expect(try JSON(parsing: call.arguments) == ["city": "Rome", "stars": 4, "pool": true])
        #expect(joined.synthesis?.toolCalls.count == 1)
        // Two agree: they win, and nothing is put together.
        let pair = try verdict(
            searching("Bari", 4, true),
            searching("Rome", 3, true),
            searching("Rome", 3, true),
            tools: search
        )
        #expect(pair.winner.index == 1)
        #expect(pair.synthesis == nil)
        // No majority for the stars.
        let split = try verdict(
            searching("Rome", 3, true),
            searching("Rome", 4, false),
            searching("Bari", 5, true),
            tools: search
        )
        #expect(split.synthesis == nil)
        #expect(split.report.method == .medoid)
        // Two candidates are no majority over each other.
        let two = try verdict(searching("Rome", 3, true), searching("Rome", 4, true), tools: search)
        #expect(two.synthesis == nil)
        #expect(two.winner.index == 0)
    }

    @Test func aJoinedCallThatChangesSomethingStillNeedsAgreement() throws {
        let book = [ToolSpec(name: "book_room", parameters: search[0].parameters)]
        let calls = [("Rome", 3, true), ("Rome", 4, false), ("Bari", 4, true)].map {
            acting("book_room", #"{"city":"\#($0.0)","stars":\#($0.1),"pool":\#($0.2)}"#)
        }
        let verdict = try verdict(calls[0], calls[1], calls[2], text, text, tools: book)
        // Three of five are joined: 0.6 is enough; no single one of them is agreed on by more than itself.
        #expect(verdict.synthesis != nil || verdict.report.isLowAgreement)
    }

    @Test(arguments: ["{", #"{"path":1}"#, #"{"file":"a"}"#, "[]"])
    func callsThatDoNotFitTheirSchemaDoNotVote(_ arguments: String) throws {
        let wrong = acting("read_file", arguments)
        let verdict = try verdict(wrong, wrong, wrong, reading("a"))
        #expect(verdict.winner.index == 3)
        #expect(verdict.report.valid == 1)
        #expect(try self.verdict(acting("nothing", "{}"), acting("nothing", "{}"), reading("a")).winner.index == 2)
    }

    @Test func callsAreNoVotesWhereNoneMayBeMade() throws {
        #expect(try verdict(reading("a"), reading("a"), text, choice: .none).winner.index == 2)
    }

    @Test func onlyTheNamedToolMayBeCalled() throws {
        let rome = acting("weather", #"{"city":"Rome"}"#)
        #expect(try verdict(reading("a"), reading("a"), rome, choice: .named("weather")).winner.index == 2)
        #expect(try verdict(text, text, rome, choice: .named("weather")).winner.index == 2)
        #expect(try verdict(text, text, rome, choice: .required).winner.index == 2)
        #expect(try verdict(text, text, rome).winner.index == 0)
        // With nothing else there, texts vote among themselves.
        let other = ParsedAnswer(content: "No.")
        let texts = try verdict(other, text, text, choice: .required)
        #expect(texts.winner.index == 1)
        #expect(texts.report.valid == 3)
    }

    @Test func editsOfAKnownFileCountByWhatTheyLeave() throws {
        let schema: JSON = [
            "type": "object",
            "properties": [
                "filePath": ["type": "string"], "oldString": ["type": "string"], "newString": ["type": "string"],
            ],
            "required": ["filePath", "oldString", "newString"],
        ]
        let edit = { (old: String, new: String) in
            let arguments: JSON = ["filePath": "a.py", "oldString": .string(old), "newString": .string(new)]
            return ParsedAnswer(toolCalls: [ToolCall(id: "", name: "edit", arguments: arguments.text)])
        }
        let read = ToolCall(id: "c", name: "read", arguments: #"{"filePath":"a.py"}"#)
        let request = ChatRequest(
            id: RequestID(rawValue: "r"),
            messages: [
                Message(role: .user, content: "Return 2."), Message(role: .assistant, content: "", toolCalls: [read]),
                Message(role: .tool, content: "def f():\n    return 1\n", toolCallID: "c"),
            ],
            tools: [ToolSpec(name: "edit", parameters: schema), ToolSpec(name: "read")]
        )
        // The last two leave the same text, one by a word and one by a line; the first finds nothing to replace.
        let answers = [edit("return 3", "return 2"), edit("1", "2"), edit("    return 1", "    return 2")]
        let verdict = try #require(Tally.replay(Ballot(ballot(answers)), request: request))
        #expect(verdict.winner.index == 1)
        #expect(verdict.report.clusters.first?.members == [1, 2])
    }
}
