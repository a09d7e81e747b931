import AsyncAlgorithms
package import Logging
package import SwarmCore
package import WireFormats

/// An OpenAI-compatible server as a source of candidates: one request for each.
package final class UpstreamSource: CandidateSource {
    /// What a server lists of its model.
    package typealias Entry = UpstreamModelEntry

    package let id: SourceID
    package let client: UpstreamClient
    private let isHead: Bool
    private let logger: Logger
    private let turnstile: Turnstile
    private let state = Locked(State())

    private struct State {
        /// Wakes the candidates that can be stopped.
        var running: [Key: AsyncStream<CandidateUpdate>.Continuation] = [:]
        /// Nothing is asked of it before.
        var restsUntil: ContinuousClock.Instant?
    }

    private struct Key: Hashable {
        var request: RequestID
        var candidate: Int
    }

    /// How long a server is left alone that cannot be reached or does not answer, while there are others.
    private static let rest = Duration.seconds(15)

    /// - Parameters:
    ///   - id: told in reports; `nil` is its host and port.
    ///   - isHead: prompts are made for its model, and there is no other to fall back on.
    package init(_ settings: UpstreamSettings, id: SourceID? = nil, isHead: Bool = false, logger: Logger) {
        self.id = id ?? SourceID(rawValue: settings.host)
        self.isHead = isHead
        self.logger = logger
        client = UpstreamClient(settings)
        turnstile = Turnstile(width: max(1, settings.limit))
    }

    package var traits: SourceTraits {
        SourceTraits(
            model: ModelID(rawValue: client.model ?? client.settings.address),
            candidates: client.settings.candidates,
            isTrusted: client.settings.isLocal
        )
    }

    /// Whether it failed a moment ago; never for a head, which then says itself what is wrong.
    package var isSaturated: Bool { state.withLock { $0.restsUntil.map { $0 > .now } ?? false } }

    /// Closes its connections; it cannot be used afterwards.
    package func shutDown() async { await client.shutDown() }

    package func candidates(for assignment: Assignment) -> CandidateStream {
        .merged(assignment.candidates.map { candidate($0, of: assignment) })
    }

    package func stop(_ request: RequestID, candidate: Int) {
        let running = state.withLock { $0.running[Key(request: request, candidate: candidate)] }
        let id = CandidateID(source: id, index: candidate)
        running?.yield(CandidateUpdate(candidate: id, event: .failed(.cancelled)))
    }

    package func settle(_ request: RequestID, winner: Int) {}

    private func candidate(_ plan: CandidatePlan, of assignment: Assignment) -> CandidateStream {
        CandidateStream { [self] in
            let key = Key(request: assignment.request.id, candidate: plan.index)
            let (stops, stop) = AsyncStream.makeStream(of: CandidateUpdate.self)
            stop.onTermination = { [self] _ in state.withLock { _ = $0.running.removeValue(forKey: key) } }
            state.withLock { $0.running[key] = stop }
            let answer = CandidateStream { [self] in
                let reading = UpstreamReading(of: self, plan, assignment)
                return CandidateStream.Iterator { await reading.next() }
            }
            var updates: AsyncMerge2Sequence<CandidateStream, AsyncStream<CandidateUpdate>>.Iterator? =
                merge(answer, stops).makeAsyncIterator()
            return CandidateStream.Iterator {
                guard let update = await updates?.next() else { return nil }
                // Whoever of the two comes first ends it; letting go of the other closes the connection.
                if update.event.isEnd { updates = nil }
                return update
            }
        }
    }

    /// What is sent for a candidate.
    func request(_ plan: CandidatePlan, of assignment: Assignment) -> UpstreamRequest {
        // Of what had to be shortened for another model, this one gets all that it has room for.
        let whole = assignment.request
        let fits = client.contextLength.map { TokenEstimate.tokens(of: whole) < $0 } ?? false
        return UpstreamRequest(
            fits ? whole : assignment.fitted,
            candidate: plan,
            model: client.model,
            maxTokens: client.settings.maxTokens,
            sendsSeed: client.settings.sendsSeed,
            knowsTokens: isHead
        )
    }

    /// Waits for a turn; whoever holds the permit has it.
    func turn() async -> Permit? { await turnstile.enter() ? Permit(turnstile) : nil }

    /// Takes note of what became of a request.
    func note(_ error: SourceError?) {
        guard let error, error != .cancelled else { return }
        logger.debug("an upstream lost a candidate", metadata: ["source": "\(id)", "error": "\(error)"])
        let rest: Duration? =
            switch error {
            case .saturated(let seconds): .seconds(seconds)
            case .backend: Self.rest
            default: nil
            }
        if let rest, !isHead { state.withLock { $0.restsUntil = .now + rest } }
    }

    /// A place among the requests that run at once, given back when it is let go of.
    final class Permit: Sendable {
        private let turnstile: Turnstile
        init(_ turnstile: Turnstile) { self.turnstile = turnstile }
        deinit { turnstile.leave() }
    }
}
