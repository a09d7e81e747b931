import SwarmCore
import WireFormats

extension ResponsesBody {
    static let testID = RequestID(rawValue: "chatcmpl-t0")

    static func decode(
        _ json: JSON,
        previous: (String) -> [Message]? = { _ in nil },
        item: (String) -> JSON? = { _ in nil }
    ) throws(WireError) -> ResponsesBody {
        try decode(json.utf8, id: testID, previous: previous, item: item)
    }

    /// Decodes one user message with these fields beside it.
    static func decode(with fields: String) throws(WireError) -> ResponsesBody {
        try decode(Array(#"{"input":"x",\#(fields)}"#.utf8), id: testID, previous: { _ in nil })
    }

    /// Decodes just this input.
    static func decode(input: String) throws(WireError) -> ResponsesBody {
        try decode(Array(#"{"input":\#(input)}"#.utf8), id: testID, previous: { _ in nil })
    }
}

extension ResponsesIdentity {
    /// The response to one user message, with a freeform tool named `patch`.
    static func test(_ fields: String = #""tools":[{"type":"custom","name":"patch"}]"#) throws -> ResponsesIdentity {
        ResponsesIdentity(try ResponsesBody.decode(with: fields), created: 1_795_305_600, model: "tiny")
    }
}

/// Events of a stream as their names and data.
struct ResponsesFrames {
    var names: [String] = []
    var data: [JSON] = []
    var comments: [String] = []

    init(_ bytes: [UInt8]) throws {
        var parser = ServerSentEventParser()
        for event in parser.feed(bytes) {
            switch event {
            case .comment(let text): comments.append(text)
            case .message(let name, let text):
                names.append(name ?? "")
                data.append(try JSON(parsing: text))
            }
        }
    }
}
