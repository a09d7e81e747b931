import SwarmCore

// After a decode: tokens are drawn, sequences branch, candidates end.
extension DecodeLoop {
    func drawAll() {
        for flight in flights where !flight.isParked {
            if flight.work.wantsPromptScores { scorePrompt(of: flight) }
            if flight.trunk?.logitsPlace != nil {
                branch(flight)
            } else if let trunk = flight.trunk {
                let phase = Phase.prefilling(done: trunk.done, of: flight.work.promptTokens.count)
                send(.phase(phase), for: flight.plans.prefix(1), of: flight.work, flight: flight)
            }
            let ends = flight.lanes.compactMap { lane in draw(lane, of: flight).map { (lane, $0) } }
            guard !ends.isEmpty else { continue }
            // An end may decide the vote: until then everybody has said what there is to say.
            for lane in flight.lanes {
                if let delta = lane.flush() { send(.text(delta), for: [lane.plan], of: flight.work, flight: flight) }
            }
            for (lane, reason) in ends { finish(lane, of: flight, reason: reason) }
        }
    }

    /// The prompt is read, and what the answers begin with: every candidate becomes a sequence of its own that shares it.
    func branch(_ flight: Flight) {
        guard let trunk = flight.trunk else { return }
        let prompt = flight.work.assignment.prompt
        if flight.work.wantsPromptScores {
            send(.prompt(flight.promptScores), for: flight.plans.prefix(1), of: flight.work, flight: flight)
        }
        let stops = flight.work.assignment.request.limits.stop + prompt.extraStops
        let grammar: Result<CompiledGrammar?, SourceError> = Result { () throws(SourceError) in
            guard let grammar = prompt.grammar else { return nil }
            return try CompiledGrammar(grammar, preservedTokens: prompt.preservedTokens, model: context.model)
        }
        let forbidden = vocabulary.singleTokens(of: prompt.forbiddenTokens)
        flight.trunk = nil
        // All forks first: a candidate that cannot begin lets go of its sequence at once.
        let forks = flight.spareSequences.map { sequence in
            context.fork(trunk.sequence, to: sequence)
            return (sequence, ledger.fork(trunk.holding, length: flight.work.promptTokens.count))
        }
        flight.spareSequences = []
        for (plan, (sequence, holding)) in zip(flight.plans, [(trunk.sequence, trunk.holding)] + forks) {
            do throws(SourceError) {
                let sampler = try Sampler(
                    sampling: plan.sampling,
                    grammar: try grammar.get(),
                    promptTail: prompt.tokens.suffix(64),
                    forbidden: forbidden
                )
                let lane = try Lane(
                    plan: plan,
                    id: CandidateID(source: source, index: plan.index),
                    sequence: sequence,
                    tokens: flight.work.promptTokens,
                    holding: holding,
                    sampler: sampler,
                    stops: stops,
                    reading: prompt.reading,
                    opening: flight.work.assignment.opening,
                    isLive: flight.work.assignment.isLive
                )
                lane.logitsPlace = trunk.logitsPlace
                flight.lanes.append(lane)
            } catch {
                send(.failed(error), for: [plan], of: flight.work)
                free(sequence, holding)
            }
        }
    }

    /// Takes down how likely the prompt's tokens were, as far as it was read in this step.
    private func scorePrompt(of flight: Flight) {
        let tokens = flight.work.promptTokens
        let alternatives = flight.work.assignment.request.sampling.topLogprobs ?? 0
        if flight.promptScores.isEmpty, let first = tokens.first {
            // Nothing comes before it that could make it likely.
            let bytes = vocabulary.bytes(of: first, special: true)
            flight.promptScores = [TokenScore(token: first, bytes: bytes, logprob: .nan, selfCertainty: 0)]
        }
        for (position, place) in flight.trunk?.scoredPlaces ?? [] where position + 1 < tokens.count {
            let score = unsafe context.withLogits(at: place) { logits in
                unsafe TokenScore(of: tokens[position + 1], UnsafeBufferPointer(logits), alternatives, vocabulary)
            }
            if let score { flight.promptScores.append(score) }
        }
        flight.trunk?.scoredPlaces = []
    }

    /// Draws a candidate's next token; gives why it ends there, if it does.
    func draw(_ lane: Lane, of flight: Flight) -> FinishReason? {
        guard let place = lane.logitsPlace else { return nil }
        lane.logitsPlace = nil
        guard flight.work.maxTokens > 0 else { return .length }
        do throws(SourceError) {
            let step = try draw(lane, at: place, of: flight)
            status.generatedTokens += 1
            if let delta = step.delta { send(.text(delta), for: [lane.plan], of: flight.work, flight: flight) }
            return step.end
        } catch {
            send(.failed(error), for: [lane.plan], of: flight.work, flight: flight)
            remove(lane, from: flight)
            return nil
        }
    }

    /// A candidate has ended by itself: it stays in memory for the next turn.
    func finish(_ lane: Lane, of flight: Flight, reason: FinishReason) {
        let outcome = Outcome(reason: reason, usage: flight.usage(generated: lane.generated))
        send(.finished(outcome), for: [lane.plan], of: flight.work, flight: flight)
        flight.lanes.removeAll { $0 === lane }
        residents.keep(
            sequence: lane.sequence,
            tokens: lane.tokens,
            holding: lane.holding,
            request: flight.work.request,
            session: flight.work.session,
            candidate: lane.id.index
        )
        evictSurplus()
    }

    func draw(_ lane: Lane, at place: Int32, of flight: Flight) throws(SourceError) -> Lane.Step {
        let result: Result<Lane.Step, SourceError>? = unsafe context.withLogits(at: place) { logits in
            do throws(SourceError) {
                return .success(
                    try unsafe lane.step(
                        logits: logits,
                        vocabulary: vocabulary,
                        preserved: flight.preserved,
                        maxTokens: flight.work.maxTokens
                    )
                )
            } catch {
                return .failure(error)
            }
        }
        guard let result else { throw .backend("llama.cpp gave no logits") }
        return try result.get()
    }
}

extension TokenScore {
    /// How likely a token was by the logits of the one before it.
    fileprivate init(
        of token: Int32,
        _ logits: UnsafeBufferPointer<Float>,
        _ alternatives: Int,
        _ vocabulary: Vocabulary
    ) {
        let summary = unsafe LogitSummary(logits)
        unsafe self.init(
            token: token,
            bytes: vocabulary.bytes(of: token, special: true),
            logprob: logits[Int(token)] - summary.logSumExp,
            selfCertainty: summary.selfCertainty,
            alternatives: largestLogits(logits, count: alternatives).map {
                Alternative(
                    token: $0.token,
                    bytes: vocabulary.bytes(of: $0.token, special: true),
                    logprob: $0.logit - summary.logSumExp
                )
            }
        )
    }
}
