import Crypto
import Foundation
import Observability
import Swarm
import SwarmCore
import WireFormats

extension LoggedVote {
    /// A vote as it is recorded.
    ///
    /// - Parameter keepsText: prompt and tools are kept as text and not only as a hash.
    init?(_ vote: SettledVote, keepsText: Bool) {
        guard let report = vote.summary.report, let winner = vote.summary.winner else { return nil }
        let request = vote.plan.request
        let digest = SHA256.hash(data: Data(vote.plan.prompt.text.utf8))
        let question = request.messages.last { $0.role == .user }?.content
        self.init(
            id: request.id.rawValue,
            at: Int(Date().timeIntervalSince1970),
            model: vote.model.rawValue,
            promptHash: digest.map { String(format: "%02x", $0) }.joined(),
            prompt: keepsText ? question : nil,
            tools: keepsText && !request.tools.isEmpty ? .array(request.tools.map(\.wireJSON)) : nil,
            kind: report.kind,
            winner: winner,
            report: vote.summary.swarmReport,
            candidates: .array(vote.candidates.map(\.ballotJSON))
        )
    }
}

extension ToolSpec {
    /// As the chat API has it.
    fileprivate var wireJSON: JSON {
        var function = JSON.Object([("name", .string(name))])
        function["description"] = summary.map { .string($0) }
        function["parameters"] = parameters
        return ["type": "function", "function": .object(function)]
    }
}
