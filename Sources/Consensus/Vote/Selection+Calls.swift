import SwarmCore

// Turns that call tools: a whole sampled call is returned wherever one can be.
extension Selection {
    static func calls(_ standing: Standing, shapes: ToolShapes) -> Selection {
        let sameNames = standing.members(ofLevel: 3)
        let sameIdentity = standing.members(ofLevel: 4)
        var selection: Selection
        if sameIdentity.count > 1 || sameNames.count < 3 || standing.isAhead(atLevel: 3) {
            let winner = payload(sameIdentity, standing: standing)
            selection = Selection(winner, .plurality, agreement: standing.share, margin: standing.margin)
        } else if let synthesis = synthesis(sameNames, shapes: shapes) {
            let agreeing = sameNames.reduce(0) { $0 + $1.weight }
            selection = Selection(standing.first, .synthesis, agreement: agreeing / standing.total, margin: 0)
            selection.synthesis = ParsedAnswer(content: standing.first.candidate.answer.content, toolCalls: synthesis)
        } else {
            // All differ in what they act on: the one most like the others is the best guess.
            let medoid = Medoid(of: sameNames.map { $0.key ?? "" })
            selection = Selection(
                medoid.map { sameNames[$0.winner] } ?? standing.first,
                medoid == nil ? .plurality : .medoid,
                agreement: standing.share,
                margin: 0
            )
        }
        return selection.guarded(by: standing)
    }

    /// Of votes that agree on what to act on, the one whose content most agree on, or that is most like the others'.
    private static func payload(_ votes: [Vote], standing: Standing) -> Vote {
        let leaders = standing.leaders
        // Of equal calls one that needed no repair.
        let first = leaders.first { $0.isAsWritten } ?? leaders.first ?? votes[0]
        if leaders.count > 1 || votes.count < 3 || standing.isAhead(atLevel: 4) { return first }
        guard votes.contains(where: { !$0.text.isEmpty }),
            let medoid = Medoid(of: votes.map(\.text), weights: votes.map(\.weight), utility: ChrF.init)
        else {
            return first
        }
        return votes[medoid.winner]
    }

    private static func synthesis(_ votes: [Vote], shapes: ToolShapes) -> [ToolCall]? {
        let calls = votes.map(\.candidate.answer.toolCalls)
        if let call = CallSynthesis.call(from: calls, shapes: shapes) { return [call] }
        return MajorityCalls.calls(in: calls, shapes: shapes)
    }

    /// A call that changes something needs a clear majority; without one the client's own candidate is taken as it stands.
    private func guarded(by standing: Standing) -> Selection {
        guard case .calls(let shape) = winner.substance, shape.isDestructive,
            agreement + Standing.tolerance < VoteRules.destructiveShare
        else { return self }
        let leader = standing.voters.first { $0.stance == .act } ?? winner
        var selection = Selection(leader, .fallback, agreement: standing.share(of: leader), margin: margin)
        selection.isLowAgreement = true
        return selection
    }
}

extension Vote {
    fileprivate var isAsWritten: Bool { if case .calls(let shape) = substance { shape.isAsWritten } else { true } }
}

extension ToolShape {
    /// A call runs a command, whose text says what it is about.
    var isCommand: Bool {
        calls.contains { call in
            let payload = (try? JSON(parsing: call.payload))?.objectValue?.keys ?? []
            return payload.contains {
                ArgumentRole.text(name: $0, value: "", isEnumerated: false, role: .payload) == .command
            }
        }
    }
}

extension Standing {
    /// The share of the voters that gave the same answer as this one.
    func share(of vote: Vote) -> Double {
        let own = clusters.first { $0.members.contains { $0.candidate.id == vote.candidate.id } }
        return total > 0 ? (own?.weight ?? 0) / total : 0
    }
}
