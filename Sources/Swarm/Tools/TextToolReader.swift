package import SwarmCore

/// Reads calls written as text out of an answer that the model's own reader has read.
///
/// A call is a line `TOOL:` with the name of a tool of the request, then `ARGUMENTS:` with one JSON object, in a fence or
/// not; a tool that requires no argument may come without them. Whatever falls short of that is content: other names,
/// prose behind the name or the object, fenced blocks of the answer. After an object that is broken nothing counts as a
/// call, as it could be a line of what was to be written.
///
/// No text may follow a call on the wire. So what stands behind one is content too, on a line of its own behind what
/// stands before; and while text still comes, no call is given at all: only its end says that nothing follows. Results
/// that the model made up, from a line `RESULT of …` on, are left out, and so are calls beyond the one a request allows.
package struct TextToolReader: AnswerReader {
    private let inner: any AnswerReader
    private let tools: TextTools

    /// - Parameter inner: tells reasoning from content.
    package init(_ inner: any AnswerReader, tools: TextTools) {
        self.inner = inner
        self.tools = tools
    }

    package func read(_ text: String, isPartial: Bool) throws(ReadError) -> ParsedAnswer {
        var answer = try inner.read(text, isPartial: isPartial)
        var scan = TextToolScan(answer.content, tools: tools, isPartial: isPartial)
        scan.run()
        answer.content = scan.content
        if !isPartial { answer.toolCalls += scan.calls }
        return answer
    }
}

extension ChatModel {
    /// The reader for answers to a prompt, whether tools are called in the model's own format or in plain text.
    /// - Throws: when the format is not one of this model's.
    package func reader(for prompt: Prompt) throws(ReadError) -> any AnswerReader {
        var reading = prompt.reading
        reading.textTools = nil
        let own = try reader(for: reading)
        return prompt.reading.textTools.map { TextToolReader(own, tools: $0) } ?? own
    }
}
