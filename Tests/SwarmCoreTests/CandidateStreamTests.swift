import SwarmCore
import Testing

struct CandidateStreamTests {
    static let id = CandidateID(source: SourceID(rawValue: "s"), index: 0)

    @Test(.timeLimit(.minutes(1)))
    func nothingStartsBeforeTheIteration() async {
        let started = Locked(0)
        let stream = CandidateStream {
            started.withLock { $0 += 1 }
            let left = Locked([CandidateEvent.phase(.queued(ahead: 0)), .failed(.cancelled)])
            return CandidateStream.Iterator {
                let event = left.withLock { $0.isEmpty ? nil : $0.removeFirst() }
                return event.map { CandidateUpdate(candidate: Self.id, event: $0) }
            }
        }
        #expect(started.withLock { $0 } == 0)
        var events: [CandidateEvent] = []
        for await update in stream { events.append(update.event) }
        #expect(started.withLock { $0 } == 1)
        #expect(events == [.phase(.queued(ahead: 0)), .failed(.cancelled)])
    }

    @Test func onlyFinishedAndFailedEndACandidate() {
        #expect(CandidateEvent.finished(Outcome(reason: .stop, usage: Usage())).isEnd)
        #expect(CandidateEvent.failed(.shed).isEnd)
        #expect(!CandidateEvent.phase(.prefilling(done: 1, of: 2)).isEnd)
        #expect(!CandidateEvent.text(TextDelta(text: "x")).isEnd)
    }

    @Test(.timeLimit(.minutes(1)))
    func aLockedValueCountsEveryChange() async {
        let counter = Locked(0)
        await withDiscardingTaskGroup { group in
            for _ in 0..<8 {
                group.addTask { for _ in 0..<1000 { counter.withLock { $0 += 1 } } }
            }
        }
        #expect(counter.withLock { $0 } == 8000)
    }
}
