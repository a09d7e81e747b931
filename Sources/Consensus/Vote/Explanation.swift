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
        let cancelled = requested - finished - lost
        return VoteReport(
            kind: selection.winner.kind,
            method: selection.method,
            stop: cancelled > 0 ? .lead : .complete,
            requested: requested,
            finished: finished,
            valid: valid,
            cancelled: cancelled,
            lost: lost,
            agreement: selection.agreement,
            margin: selection.margin,
            clusters: clusters.map { cluster in
                VoteReport.Cluster(
                    key: cluster.members[0].key ?? "",
                    votes: cluster.votes,
                    share: Double(cluster.votes) / Double(valid),
                    members: cluster.members.map(\.index)
                )
            },
            dissent: dissent
        )
    }

    /// The winner's cluster first; none where nobody could vote.
    private var clusters: [Standing.Cluster] {
        guard valid > 0 else { return [] }
        let winner = selection.winner.identity
        let isWinner = { (cluster: Standing.Cluster) in cluster.members[0].identity == winner }
        return standing.clusters.filter(isWinner) + standing.clusters.filter { !isWinner($0) }
    }

    /// For example "1 of 5 said 41; 1 of 5 called read(src/b.py)", as many as fit.
    private var dissent: String? {
        var phrases: [(votes: Int, text: String)] = []
        for cluster in clusters.dropFirst() {
            let text = phrase(for: cluster.members[0])
            if let place = phrases.firstIndex(where: { $0.text == text }) {
                phrases[place].votes += cluster.votes
            } else {
                phrases.append((cluster.votes, text))
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
        return switch vote.kind {
        case .toolCall: "called " + Explanation.quote(Explanation.brief(vote.candidate.answer.toolCalls))
        case .json: "gave " + Explanation.quote(vote.key ?? vote.text)
        case .number, .choice, .short: "said " + Explanation.quote(vote.key ?? vote.text)
        case .code: isSameKind ? "wrote it differently" : "answered with code"
        case .prose: isSameKind ? "worded it differently" : "answered in prose"
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
