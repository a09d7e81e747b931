import SwarmCore

/// Who wins a standing that is settled.
struct Selection {
    let winner: Vote
    let method: VoteReport.Method
    /// 0…1; what it means depends on the method, see `VoteReport.agreement`.
    let agreement: Double
    /// 0…1; what it means depends on the method, see `VoteReport.margin`.
    let margin: Double
    /// An answer put together from several candidates.
    var synthesis: ParsedAnswer?
    /// The winner changes something and too few agreed on it.
    var isLowAgreement = false
    /// Groups of programs that do the same, by index; `nil` where nothing was run.
    var functional: [[Int]]?

    init(_ winner: Vote, _ method: VoteReport.Method, agreement: Double, margin: Double) {
        self.winner = winner
        self.method = method
        self.agreement = agreement
        self.margin = margin
    }

    /// Chooses by the rules of the leading kind.
    /// - Parameter isOnly: no other candidate ended by itself or is still running.
    static func auto(
        _ standing: Standing,
        isOnly: Bool,
        shapes: ToolShapes,
        schema: JSONSchema?,
        evidence: CodeEvidence?
    ) -> Selection {
        let first = standing.first
        if isOnly { return Selection(first, .single, agreement: 1, margin: 1) }
        guard standing.flaw.mayVote else { return Selection(first, .fallback, agreement: 0, margin: 0) }
        switch first.kind {
        case .toolCall: return calls(standing, shapes: shapes)
        case .json: return json(standing, schema: schema)
        case .code where first.key == nil:
            return code(standing, evidence: evidence)
        case .prose: return prose(standing)
        case .number, .choice, .short, .code: return plurality(standing)
        }
    }

    /// The most frequent answer; with nothing equal, the first.
    static func plurality(_ standing: Standing) -> Selection {
        Selection(standing.first, .plurality, agreement: standing.share, margin: standing.margin)
    }

    private static func json(_ standing: Standing, schema: JSONSchema?) -> Selection {
        let contenders = standing.members(ofLevel: 2)
        if standing.leaders.count > 1 || contenders.count < 3 || standing.isAhead(atLevel: 2) {
            return plurality(standing)
        }
        let values = contenders.map { vote in
            if case .json(let value) = vote.substance { value } else { JSON.null }
        }
        guard let voted = LeafVote(forms: values, schema: nil) else { return plurality(standing) }
        return Selection(
            contenders[voted.closest],
            .leaves,
            agreement: voted.likeness,
            margin: 0
        )
    }

    private static func prose(_ standing: Standing) -> Selection {
        let contenders = standing.leaders
        let weights = contenders.map(\.weight)
        guard let medoid = Medoid(of: contenders.map(\.text), weights: weights, utility: ProseSimilarity.init) else {
            return plurality(standing)
        }
        return Selection(
            contenders[medoid.winner],
            .medoid,
            agreement: medoid.means[medoid.winner],
            margin: medoid.margin
        )
    }

    private static func code(_ standing: Standing, evidence: CodeEvidence?) -> Selection {
        let contenders = standing.leaders
        // Programs are like each other when their canonical texts are.
        guard
            let similarities = Medoid(
                of: contenders.map(\.text),
                weights: contenders.map(\.weight),
                utility: ChrF.init
            )?.means
        else { return plurality(standing) }
        let score = CodeScore(
            contenders.indices.map { place in
                CodeScore.Candidate(
                    similarity: similarities[place],
                    finding: evidence?.findings[contenders[place].candidate.id],
                    length: contenders[place].text.utf8.count
                )
            }
        )
        guard let best = score.order.first else { return plurality(standing) }
        let method: VoteReport.Method =
            switch score.basis {
            case .similarity: .medoid
            case .examples: .examples
            case .outputs: .outputs
            case .tests: .tests
            }
        let margin = score.order.count > 1 ? score.scores[best] - score.scores[score.order[1]] : 0
        var selection = Selection(
            contenders[best],
            method,
            agreement: score.agreement,
            margin: min(1, max(0, margin))
        )
        if evidence != nil, !score.clusters.isEmpty {
            selection.functional = score.clusters.map { $0.map { contenders[$0].index } }
        }
        return selection
    }
}
