package import SwarmCore

/// Makes requests fit the loaded model's context, and says what it did.
package struct ContextFitting {
    /// A request that fits.
    package struct Fitted: Sendable {
        /// The request that was rendered.
        package let request: ChatRequest
        package let prompt: Prompt
        /// What was shortened; `nil` when the prompt is of the request as it was sent.
        package let report: ContextReport?
    }

    /// Tokens that are kept free for an answer where the client does not limit it to fewer.
    private static let answerRoom = 1024

    private let mode: ContextMode
    private let contextLength: Int
    private let count: (String) -> Int

    /// - Parameters:
    ///   - contextLength: tokens that prompt and answer may have together.
    ///   - count: tokens of a text, by the loaded model's tokeniser.
    package init(mode: ContextMode, contextLength: Int, count: @escaping (String) -> Int) {
        self.mode = mode
        self.contextLength = contextLength
        self.count = count
    }

    /// Tokens an answer must have room for: what the client allows it, at most 1024 and at most a quarter of the context.
    package static func room(for limits: Limits, contextLength: Int) -> Int {
        max(1, min(limits.maxTokens ?? answerRoom, answerRoom, contextLength / 4))
    }

    /// Renders a request, as it was sent if it fits, else shortened step by step.
    ///
    /// At most eight renderings. Where no step leaves the whole room for an answer, the one that leaves most is taken.
    /// - Throws: what `render` throws for the request as it was sent, if no shorter one fits either.
    package func fit(
        _ request: ChatRequest,
        render: (ChatRequest) async throws(PlanError) -> Prompt
    ) async throws(PlanError) -> Fitted {
        guard mode != .full, request.completion == nil else {
            return Fitted(request: request, prompt: try await render(request), report: nil)
        }
        let budget = contextLength - Self.room(for: request.limits, contextLength: contextLength)
        var ladder = ContextLadder(
            request,
            mode: mode,
            budget: budget,
            contextLength: contextLength,
            count: count
        )
        let asSent = try await Self.measure(request, render)
        var tokens = asSent.tokens
        var best = asSent.prompt.map { (step: ladder.step, prompt: $0) }
        while let step = ladder.next(after: tokens) {
            // A template may refuse what is shorter; then what there was before has to do.
            guard let measured = try? await Self.measure(step.request, render) else { break }
            tokens = measured.tokens
            guard let prompt = measured.prompt else { continue }
            // Of those that fit the last one counts: more was cut before than had to be.
            if tokens <= budget || tokens < best?.prompt.tokens.count ?? .max { best = (step, prompt) }
        }
        guard let best else {
            throw .contextLengthExceeded(needed: asSent.tokens, limit: asSent.limit ?? contextLength)
        }
        return Fitted(
            request: best.step.request,
            prompt: best.prompt,
            report: report(of: best.step, best.prompt, before: asSent.tokens)
        )
    }

    private func report(of step: ContextStep, _ prompt: Prompt, before: Int) -> ContextReport? {
        if step.isUnchanged { return nil }
        return ContextReport(
            mode: mode,
            tokensBefore: before,
            tokensAfter: prompt.tokens.count,
            limit: contextLength,
            tools: step.tools,
            toolResultsReplaced: step.toolResultsReplaced,
            turnsDropped: step.turnsDropped
        )
    }

    /// A rendering, or how long it would have been.
    private struct Measured {
        var tokens: Int
        var prompt: Prompt?
        var limit: Int?
    }

    private static func measure(
        _ request: ChatRequest,
        _ render: (ChatRequest) async throws(PlanError) -> Prompt
    ) async throws(PlanError) -> Measured {
        do throws(PlanError) {
            let prompt = try await render(request)
            return Measured(tokens: prompt.tokens.count, prompt: prompt)
        } catch {
            guard case .contextLengthExceeded(let needed, let limit) = error else { throw error }
            return Measured(tokens: needed, limit: limit)
        }
    }
}
