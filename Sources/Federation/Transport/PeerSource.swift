import AsyncAlgorithms
import NIOHTTP1
package import SwarmCore
import WireFormats

/// A paired node as a source of candidates: one request for all that it is asked for at once.
package final class PeerSource: CandidateSource {
    /// What became of a vote, for the table of peers.
    package enum Outcome: Sendable, Equatable {
        case answered
        case failed(PeerFailure)
    }

    package let id: SourceID
    package let fingerprint: Fingerprint
    private let link: PeerLink
    private let own: NodeID
    private let timeout: Duration
    private let ended: @Sendable (Outcome) -> Void
    private let state: Locked<State>

    private struct State {
        var address: PeerAddress
        var traits: SourceTraits
        var isBusy = false
        var running: [RequestID: [Int: AsyncStream<Item>.Continuation]] = [:]
        var nextRun = 0
    }

    private enum Item: Sendable {
        case update(CandidateUpdate)
        case stop(Int)
    }

    /// - Parameters:
    ///   - id: told in reports.
    ///   - own: this node, the head of every vote it asks for.
    ///   - timeout: how long nothing may come of its candidates before they are given up.
    ///   - ended: is told what became of each request.
    package init(
        id: SourceID,
        fingerprint: Fingerprint,
        link: PeerLink,
        address: PeerAddress,
        traits: SourceTraits,
        own: NodeID,
        timeout: Duration,
        ended: @escaping @Sendable (Outcome) -> Void
    ) {
        self.id = id
        self.fingerprint = fingerprint
        self.link = link
        self.own = own
        self.timeout = timeout
        self.ended = ended
        state = Locked(State(address: address, traits: traits))
    }

    package var traits: SourceTraits { state.withLock { $0.traits } }

    package var isSaturated: Bool { state.withLock { $0.isBusy } }

    /// Takes over what the peer says of itself now.
    package func update(address: PeerAddress, traits: SourceTraits, isBusy: Bool) {
        state.withLock { state in
            state.address = address
            state.traits = traits
            state.isBusy = isBusy
        }
    }

    package func candidates(for assignment: Assignment) -> CandidateStream {
        CandidateStream { [self] in
            let request = assignment.request.id
            let (stops, stop) = AsyncStream.makeStream(of: Item.self)
            let run = state.withLock { state -> Int in
                state.nextRun += 1
                state.running[request, default: [:]][state.nextRun] = stop
                return state.nextRun
            }
            stop.onTermination = { [self] _ in
                state.withLock { state in
                    state.running[request]?[run] = nil
                    if state.running[request]?.isEmpty == true { state.running[request] = nil }
                }
            }
            let events = CandidateStream { [self] in
                let reading = PeerReading(of: self, assignment)
                return CandidateStream.Iterator { await reading.next() }
            }.map { Item.update($0) }
            var items: AsyncMerge2Sequence<AsyncMapSequence<CandidateStream, Item>, AsyncStream<Item>>.Iterator? =
                merge(events, stops).makeAsyncIterator()
            var open = Set(assignment.candidates.map(\.index))
            return CandidateStream.Iterator { [self] in
                while !open.isEmpty, let item = await items?.next() {
                    switch item {
                    case .update(let update):
                        guard open.contains(update.candidate.index) else { continue }
                        if update.event.isEnd { open.remove(update.candidate.index) }
                        // Letting go of the reply closes its connection.
                        if open.isEmpty { items = nil }
                        return update
                    case .stop(let index):
                        guard open.remove(index) != nil else { continue }
                        if open.isEmpty { items = nil } else { await tellStop(request, index) }
                        return CandidateUpdate(
                            candidate: CandidateID(source: id, index: index),
                            event: .failed(.cancelled)
                        )
                    }
                }
                items = nil
                return nil
            }
        }
    }

    package func stop(_ request: RequestID, candidate: Int) {
        let runs = state.withLock { $0.running[request].map { Array($0.values) } ?? [] }
        for run in runs { run.yield(.stop(candidate)) }
    }

    package func settle(_ request: RequestID, winner: Int) {}

    /// A peer that does not hear of it generates in vain: that is all.
    private func tellStop(_ request: RequestID, _ index: Int) async {
        let body: JSON = ["id": .string(request.rawValue), "candidate": .integer(index)]
        let address = state.withLock { $0.address }
        _ = try? await link.exchange(.POST, "/v1/federation/stop", at: address, body: body, within: .seconds(1))
    }

    /// Begins a vote and tells where it is read from.
    func ask(_ assignment: Assignment) async throws(PeerFailure) -> PeerReply {
        let candidates = assignment.candidates.map { plan in
            AskedCandidate(
                index: plan.index,
                seed: plan.sampling.seed ?? 0,
                temperature: asked(plan, of: assignment.request)
            )
        }
        let body = VoteBody(
            request: assignment.request,
            candidates: candidates,
            head: own.rawValue,
            seconds: max(60, Int(timeout.seconds * 10))
        )
        let json: JSON
        let knowsTokens = traits.model == nil
        do throws(SourceError) { json = try body.json(knowsTokens: knowsTokens) } catch { throw .garbage("\(error)") }
        let address = state.withLock { $0.address }
        return PeerReply(body: try await link.stream("/v1/federation/vote", at: address, body: json), timeout: timeout)
    }

    /// What a model recommends for itself is no use to another: only what was asked for, or is cooler or warmer for the vote.
    private func asked(_ plan: CandidatePlan, of request: ChatRequest) -> Double? {
        plan.index > 0 || request.sampling.temperature != nil ? plan.sampling.temperature : nil
    }

    /// Takes note of what became of a request.
    func note(_ outcome: Outcome) { ended(outcome) }
}
