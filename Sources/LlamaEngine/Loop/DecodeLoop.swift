import SwarmCore

/// The engine's one loop: takes commands, admits work, decodes one shared batch, draws tokens, sends events.
///
/// Everything in it belongs to the engine thread. Each step decodes one token of every running candidate and a bounded part
/// of the prompts that wait (continuous batching). Nothing here blocks but the decode itself and the wait for work.
final class DecodeLoop {
    let context: DecodeContext
    let vocabulary: Vocabulary
    let source: SourceID
    let mailbox: Mailbox
    private let queueDepth: Int
    private let hasRunningState: Bool
    /// Attention runs over all cells in use: old prefixes must not slow down what runs.
    private var maximumResidents: Int { max(4, context.shape.sequences / 4) }

    var ledger: CellLedger
    var residents = Residents()
    var freeSequences: [Int32]
    private var waiting: [Work] = []
    /// How many were ahead of a waiting request when its client was last told.
    private var announced: [Int: Int] = [:]
    private var flights: [Flight] = []
    private var arrivals = 0
    private var status = EngineStatus()
    private var prefillSpeed: Double?

    init(context: DecodeContext, source: SourceID, mailbox: Mailbox, queueDepth: Int) {
        self.context = context
        self.source = source
        self.mailbox = mailbox
        self.queueDepth = queueDepth
        vocabulary = Vocabulary(context.model)
        hasRunningState = context.model.hasRunningState
        ledger = CellLedger(capacity: context.shape.cells)
        freeSequences = (0..<Int32(context.shape.sequences)).reversed()
        status.cells = ledger.capacity
        publish()
    }

    /// Runs until told to shut down; then fails what is left and frees the memory.
    func run() {
        while true {
            let hasWork = flights.contains { !$0.isParked }
            for command in hasWork ? mailbox.take() : mailbox.waitAndTake() {
                guard obey(command) else { return }
            }
            admitWaiting()
            step()
            sweep()
            publish()
        }
    }

    /// Lets go of requests whose last candidate has ended.
    private func sweep() {
        flights.removeAll { flight in
            if flight.isOver { flight.work.output.finish() }
            return flight.isOver
        }
    }

    // MARK: Commands

    /// - Returns: `false` to stop.
    private func obey(_ command: Command) -> Bool {
        switch command {
        case .submit(let work): submit(work)
        case .cancel(let ticket): cancel(ticket)
        case .resume(let ticket): flights.first { $0.ticket == ticket }?.isParked = false
        case .settle(let request, let winner):
            for entry in residents.removeSiblings(of: winner, in: request) { free(entry.sequence, entry.holding) }
        case .forget: for entry in residents.removeAll() { free(entry.sequence, entry.holding) }
        case .audit(let reply): reply(audit())
        case .shutdown:
            shutDown()
            return false
        }
        return true
    }

    private func submit(_ work: Work) {
        guard waiting.count < queueDepth else {
            return refuse(work, because: .saturated(retryAfterSeconds: 2))
        }
        waiting.append(work)
    }

    /// A client left, or the vote is decided.
    private func cancel(_ ticket: Int) {
        if let place = waiting.firstIndex(where: { $0.ticket == ticket }) {
            waiting.remove(at: place).output.finish()
            announced[ticket] = nil
        } else if let place = flights.firstIndex(where: { $0.ticket == ticket }) {
            let flight = flights.remove(at: place)
            drop(flight)
            flight.work.output.finish()
        }
    }

    private func shutDown() {
        for work in waiting { refuse(work, because: .cancelled) }
        for flight in flights { fail(flight, because: .cancelled) }
        waiting = []
        flights = []
        publish()
    }

    // MARK: Admission

    private func admitWaiting() {
        var admittedOne = true
        while admittedOne, !waiting.isEmpty {
            admittedOne = false
            // In order of arrival; a later one that needs less may go ahead only by shortest-first reading, not by entry.
            guard let work = waiting.first, let flight = admit(work) else { break }
            waiting.removeFirst()
            announced[work.ticket] = nil
            flights.append(flight)
            admittedOne = true
        }
        for (ahead, work) in waiting.enumerated() where announced[work.ticket] != ahead {
            announced[work.ticket] = ahead
            send(.phase(.queued(ahead: ahead)), for: work.assignment.candidates.prefix(1), of: work)
        }
    }

    /// Makes room for a request and starts it from the longest prefix in memory; `nil` when it has to wait.
    private func admit(_ work: Work) -> Flight? {
        let prompt = work.promptTokens
        let match =
            work.mustRepeat
            ? nil
            : residents.bestMatch(
                for: prompt,
                session: work.session,
                limit: prompt.count - 1,
                wholeOnly: hasRunningState
            )
        let reused = match?.length ?? 0
        let room = Admission.Room(
            freeCells: ledger.freeCount,
            evictableCells: max(0, ledger.exclusiveCount(of: residents.entries.map(\.holding)) - reused),
            promisedCells: flights.reduce(0) { $0 + $1.promisedCells },
            sequences: freeSequences.count + residents.count - (match == nil ? 0 : 1)
        )
        let need = Admission.Need(
            newPromptCells: prompt.count - reused,
            maxTokens: work.maxTokens,
            candidates: work.candidateCount
        )
        let count = Admission.admitted(need, in: room, isAlone: flights.isEmpty)
        guard count > 0 else { return nil }
        while freeSequences.count < count {
            guard evictOne(sparing: match?.entry.sequence) else { return nil }
        }
        var sequences: [Int32] = []
        for _ in 0..<count { sequences.append(freeSequences.removeLast()) }
        let trunkSequence = sequences.removeFirst()
        var holding = CellLedger.Holding()
        if let match {
            context.fork(match.entry.sequence, to: trunkSequence, length: hasRunningState ? nil : match.length)
            holding = ledger.fork(match.entry.holding, length: match.length)
            residents.touch(match.entry.sequence)
            for sibling in residents.removeSiblings(of: match.entry) { free(sibling.sequence, sibling.holding) }
        }
        arrivals += 1
        let plans = work.assignment.candidates
        for plan in plans.dropFirst(count) { send(.failed(.shed), for: [plan], of: work) }
        return Flight(
            work: work,
            arrival: arrivals,
            plans: plans.prefix(count),
            preserved: vocabulary.singleTokens(of: work.assignment.prompt.preservedTokens),
            cachedTokens: reused,
            trunk: .init(sequence: trunkSequence, holding: holding, done: reused),
            spareSequences: sequences
        )
    }

    /// Frees the resident sequence that was not used for the longest time; `false` when there is none.
    private func evictOne(sparing spared: Int32? = nil) -> Bool {
        guard let entry = residents.removeLeastRecentlyUsed(sparing: spared) else { return false }
        free(entry.sequence, entry.holding)
        return true
    }

    // MARK: One step

    private func step() {
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
        let sole = flights.count == 1 ? flights.first?.ticket : nil
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
        }
    }

    /// Puts a candidate's drawn token into the batch; under memory pressure something gives way first.
    private func extend(_ lane: Lane, of flight: Flight) {
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
    private func relievePressure() -> Bool {
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
    private func addPrompts(of running: [Flight], isGenerating: Bool) -> Int {
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

    private func addPrompt(of flight: Flight, count: Int) -> Int {
        guard var trunk = flight.trunk else { return 0 }
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
                wantsLogits: isLast
            )
            if isLast { trunk.logitsPlace = place }
        }
        trunk.done += count
        flight.trunk = trunk
        return count
    }

    // MARK: Drawing

    private func drawAll() {
        for flight in flights where !flight.isParked {
            if flight.trunk?.logitsPlace != nil {
                branch(flight)
            } else if let trunk = flight.trunk {
                let phase = Phase.prefilling(done: trunk.done, of: flight.work.promptTokens.count)
                send(.phase(phase), for: flight.plans.prefix(1), of: flight.work, flight: flight)
            }
            for lane in flight.lanes { draw(lane, of: flight) }
        }
    }

    /// The prompt is read: every candidate becomes a sequence of its own that shares it.
    private func branch(_ flight: Flight) {
        guard let trunk = flight.trunk else { return }
        let prompt = flight.work.assignment.prompt
        let stops = flight.work.assignment.request.limits.stop + prompt.extraStops
        let grammar: Result<CompiledGrammar?, SourceError> = Result { () throws(SourceError) in
            guard let grammar = prompt.grammar else { return nil }
            return try CompiledGrammar(grammar, preservedTokens: prompt.preservedTokens, model: context.model)
        }
        flight.trunk = nil
        for (place, plan) in flight.plans.enumerated() {
            let sequence = place == 0 ? trunk.sequence : flight.spareSequences[place - 1]
            var holding = trunk.holding
            if place > 0 {
                context.fork(trunk.sequence, to: sequence)
                holding = ledger.fork(trunk.holding, length: prompt.tokens.count)
            }
            do throws(SourceError) {
                let sampler = try Sampler(
                    sampling: plan.sampling,
                    grammar: try grammar.get(),
                    promptTail: prompt.tokens.suffix(64)
                )
                let lane = Lane(
                    plan: plan,
                    id: CandidateID(source: source, index: plan.index),
                    sequence: sequence,
                    tokens: prompt.tokens,
                    holding: holding,
                    sampler: sampler,
                    stops: stops,
                    reading: prompt.reading
                )
                lane.logitsPlace = trunk.logitsPlace
                flight.lanes.append(lane)
            } catch {
                send(.failed(error), for: [plan], of: flight.work)
                free(sequence, holding)
            }
        }
        flight.spareSequences = []
    }

    private func draw(_ lane: Lane, of flight: Flight) {
        guard let place = lane.logitsPlace else { return }
        lane.logitsPlace = nil
        do throws(SourceError) {
            let step = try draw(lane, at: place, of: flight)
            status.generatedTokens += 1
            if let delta = step.delta { send(.text(delta), for: [lane.plan], of: flight.work, flight: flight) }
            guard let reason = step.end else { return }
            let outcome = Outcome(reason: reason, usage: flight.usage(generated: lane.generated))
            send(.finished(outcome), for: [lane.plan], of: flight.work, flight: flight)
            flight.lanes.removeAll { $0 === lane }
            residents.keep(
                sequence: lane.sequence,
                tokens: lane.tokens,
                holding: lane.holding,
                request: flight.work.assignment.request.id,
                session: flight.work.session,
                ticket: flight.ticket,
                candidate: lane.id.index
            )
            if residents.count > maximumResidents { _ = evictOne() }
        } catch {
            send(.failed(error), for: [lane.plan], of: flight.work, flight: flight)
            remove(lane, from: flight)
        }
    }

    private func draw(_ lane: Lane, at place: Int32, of flight: Flight) throws(SourceError) -> Lane.Step {
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

    // MARK: Ends

    private func remove(_ lane: Lane, from flight: Flight) {
        flight.lanes.removeAll { $0 === lane }
        free(lane.sequence, lane.holding)
    }

    /// Frees everything a request holds.
    private func drop(_ flight: Flight) {
        for lane in flight.lanes { free(lane.sequence, lane.holding) }
        if let trunk = flight.trunk { free(trunk.sequence, trunk.holding) }
        freeSequences.append(contentsOf: flight.spareSequences)
        flight.lanes = []
        flight.trunk = nil
        flight.spareSequences = []
    }

    private func fail(_ flight: Flight, because error: SourceError) {
        let unfinished = flight.trunk == nil ? flight.lanes.map(\.plan)[...] : flight.plans
        send(.failed(error), for: unfinished, of: flight.work)
        drop(flight)
        flight.work.output.finish()
    }

    private func refuse(_ work: Work, because error: SourceError) {
        send(.failed(error), for: work.assignment.candidates[...], of: work)
        work.output.finish()
    }

    private func free(_ sequence: Int32, _ holding: CellLedger.Holding) {
        var holding = holding
        context.release(sequence)
        ledger.truncate(&holding, to: 0)
        freeSequences.append(sequence)
    }

    // MARK: Telling

    private func send(
        _ event: CandidateEvent,
        for plans: some Sequence<CandidatePlan>,
        of work: Work,
        flight: Flight? = nil
    ) {
        for plan in plans {
            let update = CandidateUpdate(candidate: CandidateID(source: source, index: plan.index), event: event)
            let ticket = work.ticket
            let hasRoom = work.output.send(update) { [mailbox] in mailbox.post(.resume(ticket: ticket)) }
            if !hasRoom { flight?.isParked = true }
        }
    }

    private func publish() {
        status.running = flights.reduce(0) { $0 + $1.lanes.count }
        status.prefilling = flights.count { $0.trunk != nil }
        status.resident = residents.count
        status.waiting = waiting.count
        status.usedCells = ledger.usedCount
        mailbox.publish(status)
    }

    private func audit() -> EngineAudit {
        publish()
        let residentCells = Set(residents.entries.flatMap(\.holding.cells)).count
        let strays = freeSequences.filter { context.lastPosition(of: $0) != nil }
        let mismatched = residents.entries.filter { context.lastPosition(of: $0.sequence) != $0.tokens.count - 1 }
        return EngineAudit(
            status: status,
            residentCells: residentCells,
            strays: strays,
            mismatched: mismatched.map(\.sequence)
        )
    }
}

extension Duration {
    /// As a plain number of seconds.
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
