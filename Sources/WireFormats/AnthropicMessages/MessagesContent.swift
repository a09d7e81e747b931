import SwarmCore

/// Reads the text out of content: a string, nothing, or a list of blocks.
///
/// What this model cannot read (images, PDF files) is refused with its path. With `notes` it becomes a short note
/// instead: a tool's result is not the user's doing, and the conversation must go on behind it. Blocks of other types
/// belong to tools that run at other servers, or are not known: they are skipped.
enum MessagesContent {
    /// The blocks' texts, a line or more each.
    static func text(_ content: Field, notes: Bool) throws(WireError) -> String {
        try texts(content, notes: notes).joined(separator: "\n")
    }

    static func texts(_ content: Field, notes: Bool) throws(WireError) -> [String] {
        if let text = content.value?.stringValue { return [text] }
        guard content.value == nil || content.value?.arrayValue != nil else {
            throw content.wrong("a string or an array")
        }
        var texts: [String] = []
        for element in try content.elements() ?? [] {
            if let text = try text(of: try element.requiredObject(), notes: notes) { texts.append(text) }
        }
        return texts
    }

    /// The text of one block; `nil` if it is none.
    static func text(of block: Field, notes: Bool) throws(WireError) -> String? {
        switch try block["type"].requiredString() {
        case "text": return try block["text"].requiredString()
        case "document": return try document(block, notes: notes)
        case "search_result":
            let head = [try block["title"].string(), try block["source"].string()]
            return (head.compactMap(\.self) + (try texts(block["content"], notes: notes))).joined(separator: "\n")
        case "image": return try unreadable("image", block, notes: notes)
        default: return nil
        }
    }

    private static func document(_ block: Field, notes: Bool) throws(WireError) -> String {
        let source = try block["source"].requiredObject()
        let text: [String]
        switch try source["type"].requiredString() {
        case "text": text = [try source["data"].requiredString()]
        case "content": text = try texts(source["content"], notes: notes)
        default: return try unreadable("document", block, notes: notes)
        }
        let head = [try block["title"].string(), try block["context"].string()]
        return (head.compactMap(\.self) + text).joined(separator: "\n")
    }

    private static func unreadable(_ kind: String, _ block: Field, notes: Bool) throws(WireError) -> String {
        guard notes else { throw .unsupported(parameter: block.path, reason: "this model reads text only") }
        return "[\(kind) left out]"
    }
}
