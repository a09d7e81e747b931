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
    let queueDepth: Int
    /// Most tokens one sequence may have.
    let contextLength: Int
    let hasRunningState: Bool
    /// Attention runs over all cells in use: old prefixes must not slow down what runs.
    var maximumResidents: Int { max(4, context.shape.sequences / 4) }

    var ledger: CellLedger
    var residents = Residents()
    var freeSequences: [Int32]
    var waiting: [Work] = []
    /// How many were ahead of a waiting request when its client was last told.
    var announced: [Int: Int] = [:]
    var flights: [Flight] = []
    var arrivals = 0
    var status = EngineStatus()
    var prefillSpeed: Double?

    init(context: DecodeContext, source: SourceID, mailbox: Mailbox, contextLength: Int, queueDepth: Int) {
        self.context = context
        self.source = source
        self.mailbox = mailbox
        self.contextLength = contextLength
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
    func sweep() {
        flights.removeAll { flight in
            if flight.isOver { flight.work.output.finish() }
            return flight.isOver
        }
    }

    // MARK: Commands

    /// - Returns: `false` to stop.
    func obey(_ command: Command) -> Bool {
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

    func submit(_ work: Work) {
        // Where positions are learned, llama.cpp aborts the process beyond the last one: nothing gets past this line.
        guard work.promptTokens.count + max(1, work.maxTokens) <= contextLength else {
            return refuse(work, because: .contextLength(needed: work.promptTokens.count, limit: contextLength))
        }
        guard waiting.count < queueDepth else {
            return refuse(work, because: .saturated(retryAfterSeconds: 2))
        }
        waiting.append(work)
    }

    /// A client left, or the vote is decided.
    func cancel(_ ticket: Int) {
        if let place = waiting.firstIndex(where: { $0.ticket == ticket }) {
            waiting.remove(at: place).output.finish()
            announced[ticket] = nil
        } else if let place = flights.firstIndex(where: { $0.ticket == ticket }) {
            let flight = flights.remove(at: place)
            drop(flight)
            flight.work.output.finish()
        }
    }

    func shutDown() {
        for work in waiting { refuse(work, because: .cancelled) }
        for flight in flights { fail(flight, because: .cancelled) }
        waiting = []
        flights = []
        publish()
    }

    // MARK: Ends

    func remove(_ lane: Lane, from flight: Flight) {
        flight.lanes.removeAll { $0 === lane }
        free(lane.sequence, lane.holding)
    }

    /// Frees everything a request holds.
    func drop(_ flight: Flight) {
        for lane in flight.lanes { free(lane.sequence, lane.holding) }
        if let trunk = flight.trunk { free(trunk.sequence, trunk.holding) }
        freeSequences.append(contentsOf: flight.spareSequences)
        flight.lanes = []
        flight.trunk = nil
        flight.spareSequences = []
    }

    func fail(_ flight: Flight, because error: SourceError) {
        let unfinished = flight.trunk == nil ? flight.lanes.map(\.plan)[...] : flight.plans
        send(.failed(error), for: unfinished, of: flight.work)
        drop(flight)
        flight.work.output.finish()
    }

    func refuse(_ work: Work, because error: SourceError) {
        send(.failed(error), for: work.assignment.candidates[...], of: work)
        work.output.finish()
    }

    func free(_ sequence: Int32, _ holding: CellLedger.Holding) {
        var holding = holding
        context.release(sequence)
        ledger.truncate(&holding, to: 0)
        freeSequences.append(sequence)
    }

    // MARK: Telling

    func send(
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

    func publish() {
        status.running = flights.reduce(0) { $0 + $1.lanes.count }
        status.prefilling = flights.count { $0.trunk != nil }
        status.resident = residents.count
        status.waiting = waiting.count
        status.usedCells = ledger.usedCount
        mailbox.publish(status)
    }

    func audit() -> EngineAudit {
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
