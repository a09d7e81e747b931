import SwarmCore

/// An assignment on its way to the engine thread.
struct Work: Sendable {
    /// Unique per engine.
    var ticket: Int
    var assignment: Assignment
    /// What is read before anything is drawn: the prompt, then what the answers begin with.
    let promptTokens: [Int32]
    /// Most tokens each candidate may generate; within the context.
    var maxTokens: Int
    var output: Output

    init(ticket: Int, assignment: Assignment, maxTokens: Int, output: Output) {
        self.ticket = ticket
        self.assignment = assignment
        promptTokens = assignment.prompt.tokens + assignment.opening.map(\.token)
        self.maxTokens = maxTokens
        self.output = output
    }

    var request: RequestID { assignment.request.id }
    var session: SessionKey? { assignment.request.session }
    var candidateCount: Int { assignment.candidates.count }

    /// The same seed must give the same texts, whatever ran before: the request has the engine to itself.
    var isStrict: Bool { assignment.request.vote.isStrict == true }

    /// A completion begins its reply with the prompt and the scores of its tokens.
    var wantsPromptScores: Bool {
        assignment.request.completion?.echoes == true && assignment.request.sampling.topLogprobs != nil
            && assignment.opening.isEmpty
    }

    /// The client asked for the same text every time: strictly, or with a seed for a whole answer of one candidate.
    ///
    /// Kernels for one token and for many round differently, so a prompt that is partly in memory gives logits that differ in
    /// their last bits from one that is read afresh, and sooner or later another token.
    var mustRepeat: Bool {
        isStrict || assignment.request.sampling.seed != nil && candidateCount == 1 && assignment.opening.isEmpty
    }
}

/// What the engine thread can be told.
enum Command: Sendable {
    case submit(Work)
    case cancel(ticket: Int)
    /// One candidate of a request is not wanted any more.
    case stop(request: RequestID, candidate: Int)
    /// The reader of an assignment has caught up.
    case resume(ticket: Int)
    /// A vote chose one candidate of a request: the others need not be kept.
    case settle(request: RequestID, winner: Int)
    case embed(EmbeddingWork)
    case cancelEmbedding(ticket: Int)
    /// A prefix was written to disk, or could not be.
    case shelved
    /// Forget every resident sequence.
    case forget
    /// Check the books against llama.cpp's memory.
    case audit(@Sendable (EngineAudit) -> Void)
    case shutdown
}

/// What an engine is doing; read by status displays and health checks.
package struct EngineStatus: Sendable, Equatable {
    /// Sequences being generated.
    package var running = 0
    /// Prompts being read.
    package var prefilling = 0
    /// Finished sequences kept for their prefix.
    package var resident = 0
    /// Assignments waiting for memory.
    package var waiting = 0
    package var usedCells = 0
    package var cells = 0
    /// Decode steps since the start.
    package var steps: UInt64 = 0
    /// Prompt tokens decoded since the start.
    package var promptTokens: UInt64 = 0
    /// Tokens generated since the start.
    package var generatedTokens: UInt64 = 0
}

/// The engine's books next to what llama.cpp says; the two must agree.
package struct EngineAudit: Sendable, Equatable {
    package var status: EngineStatus
    /// Cells held by resident sequences; equals `status.usedCells` when nothing runs.
    package var residentCells: Int
    /// Sequences that llama.cpp still remembers although the books say they are free.
    package var strays: [Int32]
    /// Sequences whose length in memory differs from the books.
    package var mismatched: [Int32]
}
