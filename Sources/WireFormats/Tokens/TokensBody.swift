package import SwarmCore

/// The bodies of `POST /tokenize` and `POST /detokenize`, in the words of llama-server and of vLLM.
package enum TokensBody {
    /// What is to be split into tokens.
    package struct Text: Sendable, Equatable {
        package var text: String
        /// With what the model wants at the start of a prompt.
        package var addsSpecial: Bool
        /// Markers in the text are read as special tokens.
        package var parsesSpecial: Bool
        /// Each token comes with its text.
        package var wantsPieces: Bool

        package init(
            _ text: String,
            addsSpecial: Bool = false,
            parsesSpecial: Bool = true,
            wantsPieces: Bool = false
        ) {
            self.text = text
            self.addsSpecial = addsSpecial
            self.parsesSpecial = parsesSpecial
            self.wantsPieces = wantsPieces
        }
    }

    /// Decodes the body of `POST /tokenize`.
    ///
    /// llama-server's `content` is text as it stands and vLLM's `prompt` is a prompt, with its beginning.
    /// - Throws: `malformedJSON`, or `invalidParameter` with the path of the field that is wrong.
    package static func text(_ body: [UInt8]) throws(WireError) -> Text {
        let body = try Field.body(body)
        let content = try body["content"].string()
        let prompt = try body["prompt"].string()
        guard let text = content ?? prompt else { throw body["content"].wrong("a string") }
        let older = try body["add_special_tokens"].bool()
        let pieces = try body["return_token_strs"].bool()
        return Text(
            text,
            addsSpecial: try body["add_special"].bool() ?? older ?? (content == nil),
            parsesSpecial: try body["parse_special"].bool() ?? true,
            wantsPieces: try body["with_pieces"].bool() ?? pieces ?? false
        )
    }

    /// Decodes the body of `POST /detokenize`.
    /// - Throws: `malformedJSON`, or `invalidParameter` with the path of the field that is wrong.
    package static func tokens(_ body: [UInt8]) throws(WireError) -> [Int32] {
        try TextInput.tokens(try Field.body(body)["tokens"])
    }
}

/// The replies of `POST /tokenize` and `POST /detokenize`, which both kinds of clients can read.
package enum TokensReply {
    /// The tokens of a text.
    /// - Parameter pieces: the bytes of each token, where they were asked for; those that are no text are written as
    ///   numbers.
    /// - Parameter contextLength: most tokens a request may have.
    package static func tokens(_ tokens: [Int32], pieces: [[UInt8]]? = nil, contextLength: Int) -> JSON {
        let list =
            pieces.map { pieces in
                zip(tokens, pieces).map { token, piece -> JSON in
                    let text = String(validating: piece, as: UTF8.self)
                    return [
                        "id": .integer(token),
                        "piece": text.map { .string($0) } ?? .array(piece.map { .integer($0) }),
                    ]
                }
            } ?? tokens.map { .integer($0) }
        return [
            "tokens": .array(list),
            "count": .integer(tokens.count),
            "max_model_len": .integer(contextLength),
        ]
    }

    /// The text of tokens.
    package static func text(_ text: String) -> JSON {
        ["content": .string(text), "prompt": .string(text)]
    }
}
