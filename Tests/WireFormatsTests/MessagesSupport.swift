import SwarmCore
import Testing
import WireFormats

extension MessagesBody {
    static func decode(_ json: JSON) throws(WireError) -> MessagesBody { try decode(json.utf8, id: ChatBody.testID) }

    /// Decodes one user message with these fields beside it.
    static func decode(with fields: String) throws(WireError) -> MessagesBody {
        try decode(Array(#"{"messages":[{"role":"user","content":"x"}],\#(fields)}"#.utf8), id: ChatBody.testID)
    }

    /// Decodes just these messages.
    static func messages(_ messages: String) throws(WireError) -> [Message] {
        try decode(Array(#"{"messages":\#(messages)}"#.utf8), id: ChatBody.testID).request.messages
    }
}

extension MessagesIdentity {
    static let test = MessagesIdentity(id: "msg_1", model: "claude-tiny")
}

extension AnswerSummary {
    /// Twelve tokens of prompt, of which eight were in memory.
    static let testMessagesUsage = """
        {"input_tokens":4,"cache_creation_input_tokens":0,"cache_read_input_tokens":8,"output_tokens":7,\
        "output_tokens_details":{"thinking_tokens":2}}
        """
}
