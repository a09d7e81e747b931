import SwarmCore

/// One candidate being generated.
///
/// Belongs to the engine thread.
final class Lane {
    let plan: CandidatePlan
    let id: CandidateID
    let sequence: Int32
    /// What its sequence has in memory: prompt, then answer from its very beginning.
    var tokens: [Int32]
    var holding: CellLedger.Holding
    /// Drawn but not decoded yet.
    var next: Int32?
    /// Where its logits are in the current batch.
    var logitsPlace: Int32?
    /// Tokens drawn here; those the answer began with do not count.
    private(set) var generated = 0
    private let sampler: Sampler
    private var assembler: TextAssembler
    private var thinking: ThinkingGate
    /// Not sent yet.
    private var held: [TokenScore] = []
    private var heldText = ""
    /// How many tokens are sent together.
    ///
    /// Every event wakes a task, and on a small machine it wakes on a core that computes.
    ///
    /// The first one goes alone: it tells when generation began.
    private var piece: Int { isLive || generated <= 1 ? 1 : 16 }
    private let isLive: Bool

    /// - Parameter opening: what its answer begins with; text of it that is not certain yet comes with what is drawn.
    /// - Throws: `SourceError.grammar` when the grammar does not allow the opening.
    init(
        plan: CandidatePlan,
        id: CandidateID,
        sequence: Int32,
        tokens: [Int32],
        holding: CellLedger.Holding,
        sampler: Sampler,
        stops: [String],
        reading: AnswerReading,
        opening: [TokenScore],
        isLive: Bool
    ) throws(SourceError) {
        self.plan = plan
        self.id = id
        self.sequence = sequence
        self.tokens = tokens
        self.holding = holding
        self.sampler = sampler
        assembler = TextAssembler(stops: stops)
        thinking = ThinkingGate(reading)
        self.isLive = isLive
        for score in opening {
            try sampler.accept(score.token, isFree: thinking.isOpen)
            try follow(score.token, bytes: score.bytes)
        }
        // It was sent before.
        heldText = ""
    }

    /// What drawing a token led to.
    struct Step {
        /// Text and scores that may be sent now.
        var delta: TextDelta?
        /// Set when the candidate has ended.
        var end: FinishReason?
    }

    /// Draws the next token and takes it in.
    func step(
        logits: UnsafeMutableBufferPointer<Float>,
        vocabulary: Vocabulary,
        preserved: Set<Int32>,
        maxTokens: Int
    ) throws(SourceError) -> Step {
        // What the answer began with may have held a whole stop string.
        if assembler.stop != nil { return Step(end: .stop) }
        let draw = try unsafe sampler.draw(from: logits, isFree: thinking.isOpen)
        if vocabulary.isEnd(draw.token) {
            return Step(delta: rest(), end: .stop)
        }
        generated += 1
        let bytes = vocabulary.bytes(of: draw.token, special: preserved.contains(draw.token))
        held.append(
            TokenScore(
                token: draw.token,
                bytes: bytes,
                logprob: draw.logprob,
                selfCertainty: draw.selfCertainty,
                alternatives: draw.alternatives.map {
                    .init(token: $0.token, bytes: vocabulary.bytes(of: $0.token, special: true), logprob: $0.logprob)
                }
            )
        )
        try follow(draw.token, bytes: bytes)
        if assembler.stop != nil { return Step(delta: delta(), end: .stop) }
        if generated >= maxTokens { return Step(delta: rest(), end: .length) }
        next = draw.token
        return Step(delta: heldText.isEmpty || held.count < piece ? nil : delta(), end: nil)
    }

    /// Takes in a token the sampler knows already.
    private func follow(_ token: Int32, bytes: [UInt8]) throws(SourceError) {
        let wasThinking = thinking.isOpen
        thinking.feed(bytes)
        if wasThinking, !thinking.isOpen { try sampler.resume(after: token) }
        heldText += assembler.feed(bytes)
    }

    /// Everything not sent yet, also text held back for a stop string that did not come.
    func rest() -> TextDelta? {
        heldText += assembler.finish()
        return heldText.isEmpty && held.isEmpty ? nil : delta()
    }

    /// What can be sent now, without waiting for more.
    func flush() -> TextDelta? { heldText.isEmpty ? nil : delta() }

    private func delta() -> TextDelta {
        defer {
            held = []
            heldText = ""
        }
        return TextDelta(text: heldText, tokens: held)
    }
}
