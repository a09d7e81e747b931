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

    package init(
        time: Double,
        caller: String,
        session: SessionKey,
        tool: String,
        subject: String,
        argumentsHash: String,
        resultHash: String,
        status: ToolOutcome.Status,
        seconds: Double
    ) {
        self.time = time
        self.caller = caller
        self.session = session
        self.tool = tool
        self.subject = subject
        self.argumentsHash = argumentsHash
        self.resultHash = resultHash
        self.status = status
        self.seconds = seconds
    }
}
