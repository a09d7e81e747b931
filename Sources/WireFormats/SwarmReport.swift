package import SwarmCore

extension AnswerSummary {
    /// The `swarm` object of a reply: how the answer was found and what all candidates cost together.
    ///
    /// Clients that do not know it skip it. Without a vote there is only the cost. Shares have three decimals; a seed
    /// that a client's double could not hold is written as a string.
    package var swarmReport: JSON {
        var object = JSON.Object()
        if let report {
            report.write(to: &object, winner: winner)
            object["n_killed"] = .integer(killed)
            object["n_hedged"] = .integer(hedged)
        }
        if let streaming { object["streaming"] = .string(streaming.rawValue) }
        if let gate { object["gate"] = .string(gate) }
        if let context { object["context"] = context.json }
        if !sources.isEmpty {
            object["sources"] = .array(sources.map(\.json))
            let winning = sources.first { source in winner.map(source.candidates.contains) ?? false }
            object["winner_source"] = winning.map { .string($0.id.rawValue) } ?? .null
        }
        if let tools { tools.write(to: &object) }
        object["tokens_total"] = .integer(totalTokens)
        object["seed"] = seed <= 1 << 53 ? .integer(seed) : .string(String(seed))
        object["decide_ms"] = .milliseconds(decisionSeconds)
        object["first_token_ms"] = firstTokenSeconds.map { .milliseconds($0) } ?? .null
        object["tokens_per_second"] = .rounded(tokensPerSecond, to: 10)
        return .object(object)
    }
}

extension VoteReport {
    fileprivate func write(to object: inout JSON.Object, winner: Int?) {
        object["kind"] = .string(kind.rawValue)
        object["strategy"] = .string(strategy.rawValue)
        object["method"] = .string(method.rawValue)
        object["stop"] = .string(stop.rawValue)
        object["n_requested"] = .integer(requested)
        object["n_finished"] = .integer(finished)
        object["n_valid"] = .integer(valid)
        object["n_cancelled"] = .integer(cancelled)
        object["n_lost"] = .integer(lost)
        object["escalations"] = .integer(escalations)
        object["agreement"] = .rounded(agreement)
        object["margin"] = .rounded(margin)
        object["entropy"] = .rounded(entropy)
        object["low_agreement"] = .bool(isLowAgreement)
        object["synthesised"] = .bool(method == .synthesis)
        object["winner"] = winner.map { .integer($0) } ?? .null
        object["clusters"] = .array(clusters.map(\.json))
        object["dissent"] = dissent.map { .string($0) } ?? .null
    }
}

extension ContextReport {
    fileprivate var json: JSON {
        [
            "mode": .string(mode.rawValue),
            "tokens_before": .integer(tokensBefore),
            "tokens_after": .integer(tokensAfter),
            "limit": .integer(limit),
            "tools": .string(tools.rawValue),
            "tool_results_replaced": .integer(toolResultsReplaced),
            "turns_dropped": .integer(turnsDropped),
        ]
    }
}

extension ToolReport {
    fileprivate func write(to object: inout JSON.Object) {
        object["tools"] = .array(
            runs.map { run in
                [
                    "name": .string(String(run.name.prefix(64))), "status": .string(run.status.rawValue),
                    "seconds": .rounded(run.seconds),
                ]
            }
        )
        object["tool_steps"] = .integer(steps)
        object["tool_stop"] = stop.map { .string($0.rawValue) } ?? .null
    }
}

extension SourceReport {
    fileprivate var json: JSON {
        [
            "id": .string(id.rawValue),
            "model": .string(model.rawValue),
            "candidates": .array(candidates.map { .integer($0) }),
            "n_finished": .integer(finished),
            "n_lost": .integer(lost),
            "error": failure.map { .string($0) } ?? .null,
            "tokens": .integer(tokens),
            "seconds": seconds.map { .rounded($0) } ?? .null,
            "tokens_per_second": tokensPerSecond.map { .rounded($0, to: 10) } ?? .null,
        ]
    }
}

extension VoteReport.Cluster {
    /// A key can be a whole file that a tool would write: clients get its beginning.
    fileprivate var json: JSON {
        let limit = 200
        return [
            "key": .string(key.count <= limit ? key : key.prefix(limit) + "…"),
            "votes": .integer(votes),
            "share": .rounded(share),
            "members": .array(members.map { .integer($0) }),
        ]
    }
}

extension JSON {
    /// The value to a precision of one in `scale`.
    fileprivate static func rounded(_ value: Double, to scale: Double = 1000) -> JSON {
        .double((value * scale).rounded() / scale)
    }

    fileprivate static func milliseconds(_ seconds: Double) -> JSON { .double((seconds * 1000).rounded()) }
}
