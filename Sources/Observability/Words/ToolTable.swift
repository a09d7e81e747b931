package import Foundation
import SwarmCore

extension [ToolAudit] {
    /// A line per call: when, which tool, what about, how it ended, how long it took, for whom.
    package func table(timeZone: TimeZone = .current) -> [String] {
        let rows = map { audit in
            [
                String(Moment.words(Int(audit.time), in: timeZone).prefix(19)), SafeText.line(audit.tool),
                audit.status.rawValue, String(format: "%.2f s", audit.seconds),
                SafeText.line(String(audit.subject.prefix(60))), SafeText.line(audit.caller),
            ]
        }
        let heading = ["time", "tool", "status", "took", "about", "for"]
        return Columns(sides: [.left, .left, .left, .right, .left, .left]).lines([heading] + rows)
    }
}
