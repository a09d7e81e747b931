/// What one source is asked to generate for one request.
package struct Assignment: Sendable {
    package var request: ChatRequest
    /// The request as it was shortened for the prompt; for sources with a context too small for all of it.
    package var fitted: ChatRequest
    /// The request rendered for the head's model; a source with another model renders the request itself.
    package var prompt: Prompt
    package var candidates: [CandidatePlan]
    /// What every candidate's answer begins with: it continues from here, and its events hold only what it adds.
    package var opening: [TokenScore]
    /// Somebody reads the text as it is generated; otherwise a source may hand it over in larger pieces.
    package var isLive: Bool

    package init(
        request: ChatRequest,
        fitted: ChatRequest? = nil,
        prompt: Prompt,
        candidates: [CandidatePlan],
        opening: [TokenScore] = [],
        isLive: Bool = true
    ) {
        self.request = request
        self.fitted = fitted ?? request
        self.prompt = prompt
        self.candidates = candidates
        self.opening = opening
        self.isLive = isLive
    }
}

/// One candidate to be generated.
package struct CandidatePlan: Sendable, Equatable {
    package var index: Int
    /// Complete: every `nil` of the request is resolved, and the seed is the candidate's own.
    package var sampling: Sampling

    package init(index: Int, sampling: Sampling) {
        self.index = index
        self.sampling = sampling
    }
}

/// Yields the candidates of a request: the local engine, a peer, an upstream server.
package protocol CandidateSource: Sendable {
    var id: SourceID { get }

    /// What it brings to votes.
    var traits: SourceTraits { get }

    /// So many wait already that a new request would be refused; advisory, it may have changed when the request arrives.
    var isSaturated: Bool { get }

    /// Generates the assigned candidates.
    ///
    /// Nothing starts before the sequence is iterated, and ending the iteration for whatever reason cancels every
    /// candidate that still runs. Each assigned candidate gets exactly one end event; then the sequence ends.
    func candidates(for assignment: Assignment) -> CandidateStream

    /// Ends one running candidate of a request, as cancelled; the others go on.
    func stop(_ request: RequestID, candidate: Int)

    /// Tells which candidate of a request was chosen, so that the others need not be remembered.
    func settle(_ request: RequestID, winner: Int)
}

extension CandidateSource {
    package var traits: SourceTraits { SourceTraits() }
}

/// The events of one assignment.
///
/// A slow reader holds up its own candidates and nobody else's.
package struct CandidateStream: AsyncSequence, Sendable {
    package typealias Element = CandidateUpdate
    package typealias Failure = Never

    private let start: @Sendable () -> Iterator

    /// - Parameter start: begins the work; called once, by the iteration. It returns the way to get the next event.
    package init(start: @escaping @Sendable () -> Iterator) {
        self.start = start
    }

    package func makeAsyncIterator() -> Iterator { start() }

    package struct Iterator: AsyncIteratorProtocol {
        package typealias Element = CandidateUpdate
        package typealias Failure = Never

        private let produce: () async -> CandidateUpdate?

        /// - Parameter produce: waits for the next event; `nil` at the end, and at once when its task is cancelled.
        package init(produce: @escaping () async -> CandidateUpdate?) {
            self.produce = produce
        }

        package mutating func next() async -> CandidateUpdate? { await produce() }

        package mutating func next(isolation actor: isolated (any Actor)?) async -> CandidateUpdate? {
            await produce()
        }
    }
}
