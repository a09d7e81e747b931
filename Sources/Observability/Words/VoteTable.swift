package import Foundation
import SwarmCore

extension [VoteSummary] {
    /// A heading and a line per vote, for terminals of 80 columns and more.
    ///
    /// Ids stand without `chatcmpl-` and are cut to what fits: what is shown is enough to ask for a vote.
    package func table(width: Int, timeZone: TimeZone = .current) -> [String] {
        let heading = ["time", "kind", "method", "votes", "agreement", "stop", "tokens"]
        let columns = Columns(sides: [.left, .left, .left, .right, .right, .left, .right, .left])
        let figures = [heading] + map { $0.cells(hasYear: width >= 100, timeZone: timeZone) }
        let taken = columns.lines(figures).map(\.count).max() ?? 0
        let room = Swift.max(8, width - taken - 2)
        let ids =
            ["id"]
            + map { vote in
                let id = vote.id.hasPrefix("chatcmpl-") ? vote.id.dropFirst(9) : vote.id[...]
                return SafeText.line(String(id.prefix(room)))
            }
        return columns.lines(zip(figures, ids).map { $0 + [$1] })
    }
}

extension VoteSummary {
    fileprivate func cells(hasYear: Bool, timeZone: TimeZone) -> [String] {
        let moment = Moment.words(at, in: timeZone).prefix(16)
        let tally = votes.map { votes in valid.map { "\(votes)/\($0)" } ?? "\(votes)" }
        return [
            String(hasYear ? moment : moment.dropFirst(5)), kind.words, Short.beginning(method ?? "-", room: 10),
            tally ?? "-", agreement.map(VoteWords.percent) ?? "-", Short.beginning(stop ?? "-", room: 8),
            tokens.map(String.init) ?? "-",
        ]
    }
}
