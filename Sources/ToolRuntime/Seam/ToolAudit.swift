import Crypto
package import SwarmCore

/// One line of the record of what tools did: enough to find out who did what, and nothing of what they read.
package struct ToolAudit: Sendable, Equatable {
    /// Seconds since 1970.
    package var time: Double
    package var caller: String
    package var session: SessionKey
    package var tool: String
    /// The path, pattern or host that the call was about, in at most 200 characters; of a command its first word only.
    package var subject: String
    /// SHA-256 of the arguments as compact JSON, in hexadecimal.
    package var argumentsHash: String
    /// SHA-256 of the text the model was given, in hexadecimal.
    package var resultHash: String
    package var status: ToolOutcome.Status
    /// From start to end.
    package var seconds: Double

    /// - Parameters:
    ///   - time: when it ended, in seconds since 1970.
    ///   - seconds: how long it took.
    package init(_ invocation: ToolInvocation, _ outcome: ToolOutcome, time: Double, seconds: Double) {
        self.time = time
        self.seconds = seconds
        caller = invocation.caller
        session = invocation.session
        tool = String(invocation.name.prefix(64))
        subject = ToolAudit.subject(of: invocation)
        argumentsHash = ToolAudit.hash(invocation.arguments.utf8)
        resultHash = ToolAudit.hash(Array(outcome.text.utf8))
        status = outcome.status
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
