import SwarmCore

// One decode step: what goes into the batch, and who gives way when memory runs out.
extension DecodeLoop {
    /// Most prompt tokens with logits in one step.
    private static let scoredAtOnce = 64

    func step() {
        let running = flights.filter { !$0.isParked }
        guard !running.isEmpty else { return }
        context.clear()
        let decoding = running.flatMap { flight in flight.lanes.filter { $0.next != nil }.map { (flight, $0) } }
        for (flight, lane) in decoding { extend(lane, of: flight) }
        let prefilled = addPrompts(of: running, isGenerating: !decoding.isEmpty)
        guard context.pendingCount > 0 else {
            // Prompts that wait on each other for cells; admission makes this impossible, a loop that spins would be worse.
            if let stuck = running.last(where: { $0.trunk != nil }) { fail(stuck, because: .shed) }
            return
        }
        // A step with several running states moves others about in memory: cut short, it would leave them half moved.
        let sole = flights.count > 1 || hasRunningState && decoding.count > 1 ? nil : flights.first?.ticket
        let began = ContinuousClock.now
        var outcome = mailbox.whileDecoding(soleTicket: sole) { context.decode() }
        if outcome == .full, !residents.isEmpty {
            // Memories other than the plain one may need more than one cell per token.
            while evictOne() {}
            outcome = mailbox.whileDecoding(soleTicket: sole) { context.decode() }
        }
        status.steps += 1
        switch outcome {
        case .done:
            if prefilled > 0, decoding.isEmpty {
                let seconds = (ContinuousClock.now - began).seconds
                if seconds > 0 { prefillSpeed = Double(prefilled) / seconds }
            }
            status.promptTokens += UInt64(prefilled)
            drawAll()
        case .aborted:
            // The only request in the batch was cancelled; its cancel command is in the mailbox.
            break
        case .full:
            for flight in running { fail(flight, because: .backend("the KV memory is full")) }
        case .failed(let reason):
            for flight in running { fail(flight, because: .backend(reason)) }
            while hasRunningState, evictOne() {}  // Half moved as well.
        }
    }

    /// Puts a candidate's drawn token into the batch; under memory pressure something gives way first.
    func extend(_ lane: Lane, of flight: Flight) {
        guard let token = lane.next, flight.lanes.contains(where: { $0 === lane }) else { return }
        while !ledger.extend(&lane.holding, by: 1) {
            if evictOne() { continue }
            guard relievePressure() else { return }
            guard flight.lanes.contains(where: { $0 === lane }) else { return }
        }
        lane.logitsPlace = context.add(
            token: token,
            position: lane.tokens.count,
            sequence: lane.sequence,
            wantsLogits: true
        )
        lane.tokens.append(token)
        lane.next = nil
    }

    /// Gives up one candidate: the last of the request that has most; of a lone candidate the answer ends here.
    func relievePressure() -> Bool {
        // Only candidates whose token is not in this batch yet: the batch must not name a sequence that is gone.
        let idle = flights.filter { flight in flight.lanes.contains { $0.logitsPlace == nil } }
        guard let widest = idle.max(by: { ($0.lanes.count, $0.arrival) < ($1.lanes.count, $1.arrival) }),
            let lane = widest.lanes.last(where: { $0.logitsPlace == nil })
        else { return false }
        if widest.lanes.count > 1 {
            send(.failed(.shed), for: [lane.plan], of: widest.work)
        } else {
            if let rest = lane.rest() { send(.text(rest), for: [lane.plan], of: widest.work) }
            let outcome = Outcome(reason: .length, usage: widest.usage(generated: lane.generated))
            send(.finished(outcome), for: [lane.plan], of: widest.work)
        }
        remove(lane, from: widest)
        return true
    }

    /// Puts parts of waiting prompts into the batch; gives how many tokens.
    func addPrompts(of running: [Flight], isGenerating: Bool) -> Int {
        let reading = running.filter { $0.trunk != nil }
        let prefills = reading.compactMap { flight in
            flight.trunk.map {
                Schedule.Prefill(
                    ticket: flight.ticket,
                    remaining: flight.work.promptTokens.count - $0.done,
                    arrival: flight.arrival
                )
            }
        }
        let room = context.shape.batch - context.pendingCount
        let budget = Schedule.budget(isGenerating: isGenerating, batch: room, tokensPerSecond: prefillSpeed)
        var added = 0
        for share in Schedule.shares(of: prefills, budget: min(budget, room)) {
            guard let flight = reading.first(where: { $0.ticket == share.ticket }) else { continue }
            added += addPrompt(of: flight, count: share.count)
        }
        return added
    }

    func addPrompt(of flight: Flight, count: Int) -> Int {
        guard var trunk = flight.trunk else { return 0 }
        let isScored = flight.work.wantsPromptScores
        // A row of logits per token of the vocabulary: not too many at a time.
        let count = isScored ? min(count, Self.scoredAtOnce) : count
        while !ledger.extend(&trunk.holding, by: count) {
            // Admission promised these cells; candidates that grew past their reservation give way.
            guard evictOne() || relievePressure() else { return 0 }
        }
        let prompt = flight.work.promptTokens
        for position in trunk.done..<trunk.done + count {
            let isLast = position == prompt.count - 1
            let place = context.add(
                token: prompt[position],
                position: position,
                sequence: trunk.sequence,
                wantsLogits: isLast || isScored
            )
            if isLast { trunk.logitsPlace = place }
            if isScored { trunk.scoredPlaces.append((position, place)) }
        }
        trunk.done += count
        flight.trunk = trunk
        return count
    }
}
