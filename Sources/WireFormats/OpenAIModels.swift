package import SwarmCore

/// The replies of `GET /v1/models` and `GET /v1/models/{id}`.
///
/// Clients read the limits under different names, so that several fields say the same.
package enum OpenAIModels {
    /// The list of loaded models.
    package static func list(_ cards: [ModelCard]) -> JSON {
        [
            "object": "list",
            "data": .array(cards.map(model)),
            "has_more": false,
            "first_id": cards.first.map { .string($0.id.rawValue) } ?? .null,
            "last_id": cards.last.map { .string($0.id.rawValue) } ?? .null,
        ]
    }

    /// One model.
    package static func model(_ card: ModelCard) -> JSON {
        let context = JSON.integer(card.contextLength)
        let output = JSON.integer(outputTokens(contextLength: card.contextLength))
        return [
            "id": .string(card.id.rawValue),
            "object": "model",
            "created": .integer(card.created),
            "owned_by": "local-swarm",
            "type": "model",
            "display_name": .string(card.id.rawValue),
            "created_at": .string(timestamp(unixSeconds: card.created)),
            "context_length": context,
            "max_context_length": .integer(card.trainedContextLength),
            "max_model_len": context,
            "context_window": context,
            "max_output_tokens": output,
            "max_completion_tokens": output,
            "loaded": true,
            "capabilities": [
                "tools": .bool(card.supportsTools), "reasoning": false, "vision": false, "contextWindow": context,
            ],
            "architecture": ["input_modalities": ["text"], "output_modalities": ["text"]],
            "parameters": .integer(card.parameters),
            "file_bytes": .integer(card.fileBytes),
            "recommended_candidates": .integer(card.recommendedCandidates),
            "supported_parameters": .array(supportedParameters(card).map { .string($0) }),
        ]
    }

    /// The output limit that is published: a quarter of the context, at most 8192 tokens.
    ///
    /// It is advice, not a bound: clients subtract it from the context to decide when to shorten a conversation, and
    /// the whole context here would make them do so on every turn.
    static func outputTokens(contextLength: Int) -> Int { max(1, min(8192, contextLength / 4)) }

    private static func supportedParameters(_ card: ModelCard) -> [String] {
        let tools = card.supportsTools ? ["tools", "tool_choice", "parallel_tool_calls"] : []
        return tools + [
            "response_format", "temperature", "top_p", "top_k", "min_p", "repeat_penalty", "presence_penalty",
            "frequency_penalty", "logit_bias", "seed", "stop", "max_tokens", "n", "logprobs", "top_logprobs",
            "reasoning_effort", "swarm",
        ]
    }

    /// RFC 3339 in UTC, by the calendar arithmetic of Hinnant, "chrono-compatible low-level date algorithms", 2013.
    static func timestamp(unixSeconds: Int) -> String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let seconds = max(0, unixSeconds)
        // Days since 1 March of the year 0, in 400-year eras: the leap day is then the last day of a year.
        let day = seconds / 86_400 + 719_468
        let dayOfEra = day % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = day / 146_097 * 400 + yearOfEra + (month <= 2 ? 1 : 0)
        let date = "\(year)-\(two(month))-\(two(dayOfYear - (153 * monthFromMarch + 2) / 5 + 1))"
        return "\(date)T\(two(seconds / 3600 % 24)):\(two(seconds / 60 % 60)):\(two(seconds % 60))Z"
    }
}
