import SwarmCore

/// Decodes how tokens are to be drawn.
///
/// Ranges are OpenAI's where OpenAI has the parameter.
enum ChatSampling {
    static func decode(_ body: Field) throws(WireError) -> Sampling {
        var sampling = try draws(body)
        sampling.topLogprobs = try topLogprobs(body)
        return sampling
    }

    /// All of it but the log-probabilities, which formats ask for differently.
    static func draws(_ body: Field) throws(WireError) -> Sampling {
        var sampling = Sampling()
        sampling.temperature = try body["temperature"].number(in: 0...2)
        // −1 is how vLLM's clients say that all tokens are kept.
        sampling.topK = try body["top_k"].integer(atLeast: -1).map { max(0, $0) }
        sampling.topP = try body["top_p"].number(in: 0...1)
        sampling.minP = try body["min_p"].number(in: 0...1)
        let repetition = try body["repetition_penalty"].number(in: 0.1...10)
        sampling.repeatPenalty = try body["repeat_penalty"].number(in: 0.1...10) ?? repetition
        sampling.presencePenalty = try body["presence_penalty"].number(in: -2...2)
        sampling.frequencyPenalty = try body["frequency_penalty"].number(in: -2...2)
        sampling.logitBias = try logitBias(body["logit_bias"])
        sampling.seed = try seed(body["seed"])
        return sampling
    }

    /// Any 64-bit integer, signed or not; a negative one stands for its bit pattern.
    static func seed(_ field: Field) throws(WireError) -> UInt64? {
        guard case .number(let text)? = field.value else {
            guard field.value == nil else { throw field.wrong("a whole number") }
            return nil
        }
        if let seed = UInt64(text) { return seed }
        guard let seed = field.value?.intValue else { throw field.wrong("a whole number of 64 bits") }
        return UInt64(bitPattern: Int64(seed))
    }

    private static func logitBias(_ field: Field) throws(WireError) -> [Int32: Double] {
        var biases: [Int32: Double] = [:]
        for key in try field.object()?.value?.objectValue?.keys ?? [] {
            guard let token = Int32(key), token >= 0 else { throw field[key].invalid("expected token ids as keys") }
            biases[token] = try field[key].number(in: -100...100)
        }
        return biases
    }

    private static func topLogprobs(_ body: Field) throws(WireError) -> Int? {
        let count = try body["top_logprobs"].integer(in: 0...20)
        guard try body["logprobs"].bool() == true else {
            guard count == nil else { throw body["top_logprobs"].invalid("logprobs must be true as well") }
            return nil
        }
        return count ?? 0
    }
}
