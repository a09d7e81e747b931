/// The loaded model's own language: its chat template, tokeniser and output parser.
package protocol ChatModel: Sendable {
    var card: ModelCard { get }

    /// Renders a request with the model's own template and tokenises it; long tool lists take milliseconds, so this does not
    /// happen on the cooperative pool.
    /// - Throws: when the template cannot express the request, a schema or grammar cannot be used, or the prompt leaves no
    ///   room for an answer.
    func render(_ request: ChatRequest) async throws(PlanError) -> Prompt

    /// Splits text into tokens.
    /// - Parameter isPrompt: with what the model wants at the start of a prompt, and markers read as special tokens.
    func tokenize(_ text: String, isPrompt: Bool) -> [Int32]

    /// The text of tokens, special ones as their markers; `nil` when one is not of this model.
    func detokenize(_ tokens: [Int32]) -> String?

    /// Takes note of how the model wrote a turn with tool calls, so that the tokens in memory are found again when a client
    /// sends the calls back in other words: parsed and serialised anew.
    /// - Parameter tokens: what was generated.
    func remember(_ answer: ParsedAnswer, tokens: [Int32], of request: ChatRequest) async

    /// The reader for answers to a prompt of this model.
    /// - Throws: when the format is not one of this model's.
    func reader(for reading: AnswerReading) throws(ReadError) -> any AnswerReader
}

/// Reads generated text back into content, reasoning and tool calls.
///
/// Used by one task at a time.
package protocol AnswerReader {
    /// Reads everything generated so far.
    ///
    /// Partial text gives what is certain; text that may yet turn out to be markup is left out.
    /// - Throws: when the text does not follow its format; it is then best taken as content.
    func read(_ text: String, isPartial: Bool) throws(ReadError) -> ParsedAnswer
}

/// Text that is its own content.
package struct PlainTextReader: AnswerReader {
    package init() {}
    package func read(_ text: String, isPartial: Bool) throws(ReadError) -> ParsedAnswer { ParsedAnswer(content: text) }
}

/// What is known about a loaded model.
package struct ModelCard: Sendable, Equatable {
    package var id: ModelID
    /// Most tokens one sequence may have here: the smaller of what it was trained for and what was configured.
    package var contextLength: Int
    /// Most tokens the model was trained for.
    package var trainedContextLength: Int
    package var parameters: UInt64
    package var fileBytes: UInt64
    /// The model's own sampling recommendation, else the engine's defaults; complete apart from seed and bias.
    package var sampling: Sampling
    /// How many candidates this machine generates at little more than the cost of one.
    package var recommendedCandidates: Int
    /// Tokens per second of so many candidates together, as measured here; empty when it was not measured.
    package var curve: [Int: Double]
    /// Tells this model's weights and quantisation from others, for what was measured of it.
    package var fingerprint: String
    /// Unix time of the model file, in seconds.
    package var created: Int
    /// Its chat template has a tool format of its own.
    package var supportsTools: Bool
    /// It was trained to fill in the middle of a text.
    package var supportsInfill: Bool
    /// Numbers in one embedding; `nil` when it makes none.
    package var embeddingLength: Int?
    /// Its tokenizer is here; else token counts are estimates, and there are no token ids.
    package var countsTokens: Bool

    package init(
        id: ModelID,
        contextLength: Int,
        trainedContextLength: Int,
        parameters: UInt64,
        fileBytes: UInt64,
        sampling: Sampling,
        recommendedCandidates: Int,
        curve: [Int: Double] = [:],
        fingerprint: String,
        created: Int,
        supportsTools: Bool = true,
        supportsInfill: Bool = false,
        embeddingLength: Int? = nil,
        countsTokens: Bool = true
    ) {
        self.id = id
        self.contextLength = contextLength
        self.trainedContextLength = trainedContextLength
        self.parameters = parameters
        self.fileBytes = fileBytes
        self.sampling = sampling
        self.recommendedCandidates = recommendedCandidates
        self.curve = curve
        self.fingerprint = fingerprint
        self.created = created
        self.supportsTools = supportsTools
        self.supportsInfill = supportsInfill
        self.embeddingLength = embeddingLength
        self.countsTokens = countsTokens
    }
}

/// Why a request cannot be answered; known before anything is generated.
package enum PlanError: Error, Sendable, Equatable {
    /// The prompt leaves no room for an answer; both in tokens.
    case contextLengthExceeded(needed: Int, limit: Int)
    /// The template, schema or grammar cannot be used; `parameter` names the field of the request.
    case unusable(parameter: String, reason: String)
    /// No memory now and too many wait already.
    case saturated(retryAfterSeconds: Int)
    /// The server is stopping.
    case stopping
}

/// Generated text that does not follow its format.
package struct ReadError: Error, Sendable, Equatable {
    package var reason: String
    package init(reason: String) { self.reason = reason }
}
