import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import SwarmCore
import WireFormats

/// One candidate of a server while it is read; used by one task at a time.
///
/// Letting go of it closes the connection.
final class UpstreamReading {
    private let source: UpstreamSource
    private let plan: CandidatePlan
    private let assignment: Assignment
    private var stream: UpstreamStream
    private var permit: UpstreamSource.Permit?
    private var body: HTTPClientResponse.Body.AsyncIterator?
    private var pending: ArraySlice<CandidateEvent> = []
    private var hasStarted = false

    init(of source: UpstreamSource, _ plan: CandidatePlan, _ assignment: Assignment) {
        self.source = source
        self.plan = plan
        self.assignment = assignment
        stream = UpstreamStream(
            wantsScores: assignment.request.sampling.topLogprobs != nil,
            promptTokens: assignment.prompt.tokens.count
        )
    }

    func next() async -> CandidateUpdate? {
        if !hasStarted {
            hasStarted = true
            await start()
        }
        while pending.isEmpty, body != nil { await read() }
        guard let event = pending.popFirst() else { return nil }
        if event.isEnd {
            pending = []
            (body, permit) = (nil, nil)
            if case .failed(let error) = event { source.note(error) }
        }
        return CandidateUpdate(candidate: CandidateID(source: source.id, index: plan.index), event: event)
    }

    private func start() async {
        permit = await source.turn()
        guard permit != nil else {
            pending = [.failed(.cancelled)]
            return
        }
        do throws(SourceError) {
            if source.client.model == nil { try await source.client.discover() }
            let response = try await source.client.ask(source.request(plan, of: assignment))
            if response.headers.first(name: "content-type")?.lowercased().hasPrefix("application/json") == true {
                try await readWhole(response)
            } else {
                body = response.body.makeAsyncIterator()
            }
        } catch {
            pending = [.failed(error)]
        }
    }

    private func readWhole(_ response: HTTPClientResponse) async throws(SourceError) {
        do {
            let bytes = try await response.body.collect(upTo: UpstreamStream.bodyLimit)
            pending = stream.whole(Array(bytes.readableBytesView))[...]
        } catch {
            throw source.client.failure(error)
        }
    }

    private func read() async {
        do {
            if let bytes = try await body?.next() {
                pending += stream.feed(bytes.readableBytesView)
                return
            }
            if let end = stream.end() { pending.append(end) }
        } catch {
            // An answer whose end was told is whole, whatever becomes of the connection.
            let failure = source.client.failure(error)
            if case .finished(let outcome) = stream.end() {
                pending.append(.finished(outcome))
            } else {
                pending.append(.failed(failure))
            }
        }
        body = nil
    }
}
