/// What a source brings to votes beside others.
package struct SourceTraits: Sendable, Equatable {
    /// The model behind it; `nil` is the one that prompts are rendered for.
    package var model: ModelID?
    /// Its part of a vote; `nil` is as large as that of the head's own engine.
    package var candidates: Int?
    /// Programs in its answers may be run, where any may.
    package var isTrusted: Bool

    package init(model: ModelID? = nil, candidates: Int? = nil, isTrusted: Bool = true) {
        self.model = model
        self.candidates = candidates
        self.isTrusted = isTrusted
    }
}

/// What one of several sources gave to a request.
package struct SourceReport: Sendable, Equatable {
    package var id: SourceID
    package var model: ModelID
    /// Indices of the candidates it was asked for, ascending.
    package var candidates: [Int]
    /// How many of them ended by themselves.
    package var finished: Int
    /// How many were lost.
    package var lost: Int
    /// Why it lost one, in the source's own words; `nil` when it lost none.
    package var failure: String?

    package init(
        id: SourceID,
        model: ModelID,
        candidates: [Int],
        finished: Int = 0,
        lost: Int = 0,
        failure: String? = nil
    ) {
        self.id = id
        self.model = model
        self.candidates = candidates
        self.finished = finished
        self.lost = lost
        self.failure = failure
    }
}
