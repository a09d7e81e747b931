/// What a source brings to votes beside others.
package struct SourceTraits: Sendable, Equatable {
    /// The model behind it; `nil` is the one that prompts are rendered for.
    package var model: ModelID?
    /// Its part of a vote; `nil` is as large as that of the head's own engine.
    package var candidates: Int?
    /// Programs in its answers may be run, where any may.
    package var isTrusted: Bool
    /// Tokens per second of so many of its candidates together; empty where that is not known.
    ///
    /// Where it is known, its part is what it can generate while the head generates its own.
    package var curve: [Int: Double]

    package init(
        model: ModelID? = nil,
        candidates: Int? = nil,
        isTrusted: Bool = true,
        curve: [Int: Double] = [:]
    ) {
        self.model = model
        self.candidates = candidates
        self.isTrusted = isTrusted
        self.curve = curve
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
    /// Tokens that it generated.
    package var tokens: Int
    /// From the start of the request to the last that came of it, in seconds; `nil` when nothing came.
    package var seconds: Double?
    /// Of all its candidates together, from its first token to its last; `nil` when it gave fewer than two.
    package var tokensPerSecond: Double?

    package init(
        id: SourceID,
        model: ModelID,
        candidates: [Int],
        finished: Int = 0,
        lost: Int = 0,
        failure: String? = nil,
        tokens: Int = 0,
        seconds: Double? = nil,
        tokensPerSecond: Double? = nil
    ) {
        self.id = id
        self.model = model
        self.candidates = candidates
        self.finished = finished
        self.lost = lost
        self.failure = failure
        self.tokens = tokens
        self.seconds = seconds
        self.tokensPerSecond = tokensPerSecond
    }
}
