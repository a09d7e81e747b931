import Crypto
package import SwarmCore

extension ToolAudit {
    /// - Parameters:
    ///   - time: when it ended, in seconds since 1970.
    ///   - seconds: how long it took.
    package init(_ invocation: ToolInvocation, _ outcome: ToolOutcome, time: Double, seconds: Double) {
        self.init(
            time: time,
            caller: String(invocation.caller.prefix(200)),
            session: SessionKey(rawValue: String(invocation.session.rawValue.prefix(200))),
            tool: String(invocation.name.prefix(64)),
            subject: ToolAudit.subject(of: invocation),
            argumentsHash: ToolAudit.hash(invocation.arguments.utf8),
            resultHash: ToolAudit.hash(Array(outcome.text.utf8)),
            status: outcome.status,
            seconds: seconds
        )
    }

    /// Commands and addresses may carry tokens, so that only their beginning is kept.
    private static func subject(of invocation: ToolInvocation) -> String {
        guard let name = ToolName(rawValue: invocation.name) else { return "" }
        switch try? ToolRequest(name: invocation.name, arguments: invocation.arguments) {
        case .bash(let command):
            let word = command.split(whereSeparator: \.isWhitespace).first ?? ""
            // A setting before the command may be a secret too.
            let isPlain = word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "./_-".contains($0)) }
            return isPlain ? String(word.prefix(200)) : ""
        case .webfetch(let url, _): return (try? WebAddress(url)).map { String($0.host.text.prefix(200)) } ?? ""
        case .read(let path, _, _), .write(let path, _), .edit(let path, _, _, _), .list(let path),
            .grep(_, let path, _), .glob(_, let path):
            return String(path.prefix(200))
        case .skill(let name): return String(name.prefix(200))
        case .todowrite, .todoread, .question, nil: return name.rawValue
        }
    }

    private static func hash(_ bytes: [UInt8]) -> String {
        SHA256.hash(data: bytes).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
