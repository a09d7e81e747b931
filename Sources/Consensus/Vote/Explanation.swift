import SwarmCore

/// Puts into words and numbers why a candidate won.
struct Explanation {
    /// Most characters of the line on dissent.
    static let dissentLength = 120
    /// Most characters of one answer quoted in it.
    private static let quoteLength = 60

    let standing: Standing
    let selection: Selection

    private var valid: Int { standing.flaw.mayVote ? standing.voters.count : 0 }

    /// The report for a client; of the `requested` candidates those that neither finished nor were lost are cancelled.
    func report(requested: Int, finished: Int, lost: Int) -> VoteReport {
        let clusters = clusters
        return VoteReport(
            kind: selection.winner.kind,
            method: selection.method,
            stop: .complete,
            requested: requested,
            finished: finished,
            valid: valid,
            cancelled: requested - finished - lost,
            lost: lost,
            agreement: selection.agreement,
            margin: selection.margin,
            entropy: valid > 0 ? standing.entropy : 0,
            isLowAgreement: selection.isLowAgreement,
            clusters: clusters.map { cluster in
                VoteReport.Cluster(
                    key: cluster.members[0].key ?? "",
                    votes: cluster.members.count,
                    share: standing.total > 0 ? cluster.weight / standing.total : 0,
                    members: cluster.members.map(\.index)
                )
            },
            dissent: dissent(clusters)
        )
    }

    /// The winner's cluster first; none where nobody could vote.
    private var clusters: [Standing.Cluster] {
        guard valid > 0 else { return [] }
        var clusters = standing.clusters
        if let functional = selection.functional {
            let byIndex = Dictionary(uniqueKeysWithValues: standing.voters.map { ($0.index, $0) })
            let grouped = Set(functional.joined())
            let others = clusters.flatMap { cluster in
                let rest = cluster.members.filter { !grouped.contains($0.index) }
                return cluster.members.contains { grouped.contains($0.index) }
                    ? rest.map { Standing.Cluster(members: [$0]) }
                    : rest.isEmpty ? [] : [Standing.Cluster(members: rest)]
            }
            clusters = functional.map { Standing.Cluster(members: $0.compactMap { byIndex[$0] }) } + others
        }
        let winner = selection.winner.candidate.id
        let isWinner = { (cluster: Standing.Cluster) in cluster.members.contains { $0.candidate.id == winner } }
        return clusters.filter(isWinner) + clusters.filter { !isWinner($0) }
    }

    /// For example "1 of 5 said 41; 1 of 5 called read(src/b.py)", as many as fit.
    private func dissent(_ clusters: [Standing.Cluster]) -> String? {
        var phrases: [(votes: Int, text: String)] = []
        for cluster in clusters.dropFirst() {
            let text = phrase(for: cluster.members[0])
            if let place = phrases.firstIndex(where: { $0.text == text }) {
                phrases[place].votes += cluster.members.count
            } else {
                phrases.append((cluster.members.count, text))
            }
        }
        var line = ""
        for phrase in phrases {
            let next = (line.isEmpty ? "" : "; ") + "\(phrase.votes) of \(valid) \(phrase.text)"
            guard line.count + next.count <= Explanation.dissentLength else { break }
            line += next
        }
        return line.isEmpty ? nil : line
    }

    private func phrase(for vote: Vote) -> String {
        let isSameKind = vote.kind == selection.winner.kind
        if vote.stance != selection.winner.stance {
            if vote.stance == .refuse { return "refused" }
            if vote.stance == .ask { return "asked back" }
        }
        return switch vote.kind {
        case .toolCall: "called " + Explanation.quote(Explanation.brief(vote.candidate.answer.toolCalls))
        case .json: "gave " + Explanation.quote(vote.key ?? vote.text)
        case .number, .choice, .short: "said " + Explanation.quote(vote.key ?? vote.text)
        case .code: isSameKind ? "wrote code that does otherwise" : "answered with code"
        case .prose: isSameKind ? "answered in another form" : "answered in prose"
        }
    }

    /// Calls with the values of their arguments only, such as `read(src/b.py)`.
    private static func brief(_ calls: [ToolCall]) -> String {
        let briefs = calls.map { call in
            let arguments = CanonicalKey.arguments(of: call)?.members ?? []
            return call.name + "(" + arguments.map { $0.value.stringValue ?? $0.value.text }.joined(separator: ", ")
                + ")"
        }
        return briefs.joined(separator: " + ")
    }

    /// The text on one line, cut with an ellipsis where it is long.
    private static func quote(_ text: String) -> String {
        let line = text.prefix(4 * quoteLength).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return line.count <= quoteLength ? line : line.prefix(quoteLength - 1) + "…"
    }
}
