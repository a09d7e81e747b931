import Observability
import Testing

@Suite("Live status")
struct StatusTests {
    private let long = "chatcmpl-abcdefghijklmnopqrstuvwx"
    private let size = TerminalSize(width: 120, height: 24)

    private func request(
        _ id: String,
        _ tokens: [Int],
        ended: Int = 0,
        stage: StatusSnapshot.Stage = .generating
    ) -> StatusSnapshot.Request {
        StatusSnapshot.Request(id: id, stage: stage, tokens: tokens, ended: ended)
    }

    private func snapshot(_ seconds: Int, _ requests: [StatusSnapshot.Request]) -> StatusSnapshot {
        StatusSnapshot(at: .seconds(seconds), requests: requests, usedCells: 10, cells: 100)
    }

    @Test func nothingRunningShowsNothing() {
        #expect(snapshot(5, []).lines(since: [snapshot(1, [])], size: size) == [])
    }

    @Test func aVoteShowsTokensRateAndHowManyHaveEnded() {
        let before = snapshot(1, [request(long, [10, 10, 10, 10])])
        let now = snapshot(3, [request(long, [31, 28, 30, 27], ended: 2)])
        #expect(
            now.lines(since: [before], size: size)
                == ["chatcmpl-abcdefgh  4 candidates  31/28/30/27 tokens  38 tok/s swarm (19 each)  voting 2/4"]
        )
    }

    @Test func oneCandidateHasNoVote() {
        let now = snapshot(2, [request("chatcmpl-a", [60])])
        #expect(
            now.lines(since: [snapshot(1, [request("chatcmpl-a", [10])])], size: size) == [
                "chatcmpl-a  60 tokens  50 tok/s"
            ]
        )
    }

    @Test func manyCandidatesAreSummedUp() {
        let now = snapshot(2, [request("r", Array(repeating: 3, count: 12))])
        #expect(now.lines(since: [], size: size) == ["r  12 candidates  36 tokens  voting 0/12"])
    }

    @Test(arguments: [
        (StatusSnapshot.Stage.starting, "starting"), (.queued(ahead: 0), "waiting for memory"),
        (.queued(ahead: 2), "waiting for memory, 2 ahead"), (.prefilling(done: 5, of: 9), "reading the prompt 5/9"),
        (.generating, "generating"),
    ])
    func beforeTheFirstTokenTheStageIsShown(stage: StatusSnapshot.Stage, words: String) {
        #expect(snapshot(1, [request("r", [0], stage: stage)]).lines(since: [], size: size) == ["r  " + words])
    }

    @Test func aRateIsTakenFromTheEarliestSnapshotThatKnowsTheRequest() {
        let history = [snapshot(0, []), snapshot(1, [request("r", [0])]), snapshot(2, [request("r", [5])])]
        #expect(snapshot(4, [request("r", [25])]).lines(since: history, size: size) == ["r  25 tokens  10 tok/s"])
    }

    @Test func severalRequestsHaveTotals() {
        let before = snapshot(1, [request("a", [1]), request("b", [1])])
        let now = snapshot(
            2,
            [
                request("a", [11]), request("b", [21]), request("c", [0], stage: .queued(ahead: 0)),
            ]
        )
        #expect(
            now.lines(since: [before], size: size).last == "3 requests  30 tok/s in all  1 waiting  10/100 cells"
        )
    }

    @Test(arguments: 1...12, [1, 2, 10, 40, 200])
    func itFitsAnyTerminal(height: Int, width: Int) {
        let requests = (0..<8).map { request("request-\($0)", [10, 20, 30, 40]) }
        let lines = snapshot(2, requests).lines(
            since: [snapshot(1, requests)],
            size: TerminalSize(width: width, height: height)
        )
        #expect(lines.count <= max(1, height - 1))
        #expect(lines.allSatisfy { $0.count < max(2, width) })
        #expect(!lines.isEmpty)
    }

    @Test func idsFromOutsideCannotControlTheTerminal() {
        let lines = snapshot(1, [request("\u{1B}[2J\n", [1])]).lines(since: [], size: size)
        #expect(lines == [#"\u{1b}[2J\n  1 tokens"#])
    }
}
