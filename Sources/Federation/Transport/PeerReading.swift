import AsyncHTTPClient
import NIOCore
import SwarmCore
import WireFormats

/// A reply that is told bit by bit.
struct PeerReply {
    let body: HTTPClientResponse.Body
    /// How long nothing may come of it.
    let timeout: Duration
}

/// The candidates of one peer for one vote, while they are read; used by one task at a time.
///
/// Letting go of it closes the connection.
final class PeerReading {
    private let source: PeerSource
    private let assignment: Assignment
    private var reading: VoteReading
    private var body: HTTPClientResponse.Body.AsyncIterator?
    private var pending: ArraySlice<(Int, CandidateEvent)> = []
    private var hasStarted = false
    private var timeout = Duration.zero
    private var lastProgress = ContinuousClock.now

    init(of source: PeerSource, _ assignment: Assignment) {
        self.source = source
        self.assignment = assignment
        reading = VoteReading(
            candidates: assignment.candidates.map(\.index),
            promptTokens: assignment.prompt.tokens.count
        )
    }

    func next() async -> CandidateUpdate? {
        if !hasStarted {
            hasStarted = true
            await start()
        }
        while pending.isEmpty, body != nil { await read() }
        guard let (index, event) = pending.popFirst() else { return nil }
        return CandidateUpdate(candidate: CandidateID(source: source.id, index: index), event: event)
    }

    private func start() async {
        do throws(PeerFailure) {
            let reply = try await source.ask(assignment)
            timeout = reply.timeout
            lastProgress = .now
            body = reply.body.makeAsyncIterator()
        } catch {
            fail(error)
        }
    }

    private func read() async {
        do {
            guard let bytes = try await body?.next() else {
                fail(.broken("it broke off in the middle of its candidates"))
                return
            }
            let events = reading.feed(bytes.readableBytesView)
            pending += events[...]
            if !events.isEmpty { lastProgress = .now }
            if reading.isOver {
                body = nil
                let lost = events.compactMap { event in
                    if case .failed(.backend(let reason)) = event.1 { reason } else { nil }
                }
                source.note(lost.first.map { .failed(.garbage($0)) } ?? .answered)
            } else if ContinuousClock.now - lastProgress > timeout {
                fail(.silent(Int(timeout.seconds)))
            }
        } catch {
            fail(PeerLink.failure(error))
        }
    }

    private func fail(_ failure: PeerFailure) {
        body = nil
        pending += reading.end(failure.source)[...]
        if failure != .cancelled { source.note(.failed(failure)) }
    }
}
