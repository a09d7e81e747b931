package import Hardware

/// Looks for the best way to run a model, where several contexts and numbers of candidates would do.
package struct FitSearch: Sendable {
    /// To be tried, the largest first, in tokens.
    package var contexts: [Int]
    /// Candidates per answer: all contexts are tried with those of the first range before any with those of the next.
    package var counts: [ClosedRange<Int>]
    /// The rest; its context and candidates are those of the search.
    package var request: FitRequest

    package init(contexts: [Int], counts: [ClosedRange<Int>], request: FitRequest = FitRequest()) {
        self.contexts = contexts
        self.counts = counts
        self.request = request
    }

    /// Enough candidates for a vote, and where these do not fit with any context a single one.
    package static func votes(of candidates: Int, atLeast fewest: Int) -> [ClosedRange<Int>] {
        let fewest = max(1, min(fewest, candidates))
        return fewest > 1 ? [fewest...candidates, 1...1] : [1...1]
    }

    /// In each range a long context before more candidates; `nil` when nothing fits.
    package func best(of model: ModelShape, on machine: Machine) -> Fit? {
        for range in counts {
            for context in contexts {
                for count in range.reversed() {
                    var request = request
                    request.context = context
                    request.candidates = count
                    let fit = Fit.of(model, on: machine, request)
                    if fit.verdict.fits { return fit }
                }
            }
        }
        return nil
    }
}
