import SwarmCore

// The strategies other than `auto`, selectable by name for comparison.
extension Selection {
    /// The candidate most like all others of those that may vote.
    static func similarity(_ standing: Standing) -> Selection {
        guard let medoid = Medoid(of: standing.voters.map(\.candidate.answer.comparable)) else {
            return Selection(standing.first, .single, agreement: 1, margin: 1)
        }
        return Selection(
            standing.voters[medoid.winner],
            .medoid,
            agreement: medoid.means[medoid.winner],
            margin: medoid.margin
        )
    }

    /// The candidate that ended first of those that may vote.
    static func fastest(_ standing: Standing) -> Selection {
        let winner = standing.voters.min { ($0.candidate.seconds, $0.index) < ($1.candidate.seconds, $1.index) }
        return Selection(winner ?? standing.first, .fastest, agreement: 0, margin: 0)
    }

    /// The candidate the model was surest of: by self-certainty where it is known, else by mean log-probability.
    static func confidence(_ standing: Standing) -> Selection {
        let knowsCertainty = standing.voters.contains { $0.candidate.selfCertainty != 0 }
        let best = standing.voters.max { a, b in
            let (left, right) =
                knowsCertainty
                ? (a.candidate.selfCertainty, b.candidate.selfCertainty)
                : (a.candidate.meanLogprob, b.candidate.meanLogprob)
            return left != right ? left < right : a.index > b.index
        }
        return Selection(best ?? standing.first, .confidence, agreement: 0, margin: 0)
    }

    /// The first candidate in order that can be used.
    static func firstValid(_ standing: Standing) -> Selection {
        Selection(standing.voters[0], .fallback, agreement: 0, margin: 0)
    }

    /// The best by a heuristic that knows nothing of truth.
    ///
    /// One point each for a closed code block where there is one, an end with punctuation or a fence, at least a quarter and
    /// at most four times the median length, and few repeated lines. Of equals the first.
    static func quality(_ standing: Standing) -> Selection {
        let lengths = standing.voters.map(\.candidate.answer.comparable.utf8.count).sorted()
        let median = Double(lengths[lengths.count / 2])
        let scores = standing.voters.map { vote in
            let text = vote.candidate.answer.comparable
            let length = Double(text.utf8.count)
            let lines = text.split(separator: "\n").filter { $0.utf8.count > 8 }
            let fences = text.split(separator: "\n").count { $0.trimmed().hasPrefix("```") }
            let last = text.last { !$0.isWhitespace }
            return [
                fences.isMultiple(of: 2),
                last.map { ".!?:;`)]}\"'".contains($0) || $0.isNumber } ?? false,
                length * 4 >= median && length <= median * 4,
                Set(lines).count * 2 > lines.count || lines.count < 4,
            ].count { $0 }
        }
        let best = scores.max() ?? 0
        let place = scores.firstIndex(of: best) ?? 0
        return Selection(standing.voters[place], .quality, agreement: 0, margin: 0)
    }
}

extension ParsedAnswer {
    /// Everything a client acts on, as one text.
    var comparable: String {
        toolCalls.isEmpty ? content : toolCalls.map { $0.name + " " + $0.arguments }.joined(separator: "\n")
    }
}
