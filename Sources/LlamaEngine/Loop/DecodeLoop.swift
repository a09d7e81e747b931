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
    /// How many ended conversations stay, and for how long they may be.
    let keeping: Residents.Keeping

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
    /// The model that makes embeddings: the same, or one of its own.
    let embeddingModel: LoadedModel
    /// Made when embeddings are first asked for.
    var embedder: EmbeddingContext?
    var embeddingJobs: [EmbeddingJob] = []
    var embeddingShare = EmbeddingShare()
    /// Prefixes kept on disk; `nil` keeps none.
    let shelf: PrefixShelf?

    init(
        context: DecodeContext,
        source: SourceID,
        mailbox: Mailbox,
        contextLength: Int,
        queueDepth: Int,
        embeddingModel: LoadedModel? = nil,
        shelf: PrefixShelf? = nil
    ) {
        self.context = context
        self.embeddingModel = embeddingModel ?? context.model
        self.shelf = shelf
        self.source = source
        self.mailbox = mailbox
        self.contextLength = contextLength
        self.queueDepth = queueDepth
        vocabulary = Vocabulary(context.model)
        hasRunningState = context.model.hasRunningState
        ledger = CellLedger(capacity: context.shape.cells)
        keeping = Residents.Keeping(
            sequences: context.shape.sequences,
            bytesPerCell: context.model.bytesPerCell,
            weights: context.model.bytes
        )
        freeSequences = (0..<Int32(context.shape.sequences)).reversed()
        status.cells = ledger.capacity
        publish()
    }

    /// Runs until told to shut down; then fails what is left and frees the memory.
    func run() {
        var mayAdmit = false
        while true {
            let hasWork = mayAdmit || !embeddingJobs.isEmpty || flights.contains { !$0.isParked }
            // Nobody waits: the time to put a prefix away.
            if !hasWork, mailbox.isEmpty { shelve() }
            for command in hasWork ? mailbox.take() : mailbox.waitAndTake() {
                guard obey(command) else { return }
            }
            admitWaiting()
            step()
            embed()
            mayAdmit = sweep() && !waiting.isEmpty
            publish()
        }
    }

    /// Lets go of requests whose last candidate has ended; `false` when there was none.
    func sweep() -> Bool {
        let count = flights.count
        flights.removeAll { flight in
            if flight.isOver { flight.work.output.finish() }
            return flight.isOver
        }
        return flights.count < count
    }

    // MARK: Commands

    /// - Returns: `false` to stop.
    func obey(_ command: Command) -> Bool {
        switch command {
        case .submit(let work): submit(work)
        case .cancel(let ticket): cancel(ticket)
        case .resume(let ticket): flights.first { $0.ticket == ticket }?.isParked = false
        case .stop(let request, let candidate): stop(candidate, of: request)
        case .settle(let request, let winner): forgetSiblings(of: winner, in: request)
        case .embed(let work): accept(work)
        case .cancelEmbedding(let ticket): cancelEmbedding(ticket)
        case .shelved: shelf?.settle()
        case .forget: forgetPrefixes()
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
        // One bad token would fail the batch for everybody.
        guard work.assignment.opening.allSatisfy({ (0..<vocabulary.size).contains(Int($0.token)) }) else {
            return refuse(work, because: .backend("the answer begins with a token this model does not have"))
        }
        guard waiting.count < queueDepth else {
            return refuse(work, because: .saturated(retryAfterSeconds: 2))
        }
        waiting.append(work)
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
