import Foundation
import SwarmCore
import Testing
import WireFormats

struct EmbeddingsTests {
    static func decode(_ fields: String) throws(WireError) -> EmbeddingsBody {
        try EmbeddingsBody.decode(Array("{\(fields)}".utf8))
    }

    static func reply(
        _ vectors: [[Float]],
        dimensions: Int? = nil,
        format: EmbeddingsReply.Format = .float
    ) throws -> JSON {
        try JSON(
            parsing: EmbeddingsReply.json(
                vectors: vectors,
                dimensions: dimensions,
                promptTokens: 7,
                model: "qwen3-coder-30b",
                format: format
            )
        )
    }

    @Test func theRecordedRequestsAreTakenOver() throws {
        let model = ModelID(rawValue: "qwen3-coder-30b")
        let texts = try EmbeddingsBody.decode(Fixture.requestBody("d_embeddings_base64").utf8)
        #expect(texts == EmbeddingsBody(inputs: [.text("a"), .text("b")], model: model, format: .base64))
        let tokens = try EmbeddingsBody.decode(Fixture.requestBody("d_embeddings_tokens_float").utf8)
        #expect(tokens == EmbeddingsBody(inputs: [.tokens([1, 2, 3])], model: model, dimensions: 256))
    }

    @Test(arguments: [
        (#""input":"a""#, [EmbeddingInput.text("a")]), (#""input":["a","b"]"#, [.text("a"), .text("b")]),
        (#""input":[1,2]"#, [.tokens([1, 2])]), (#""input":[[1],[2,3]]"#, [.tokens([1]), .tokens([2, 3])]),
        (#""input":" ","encoding_format":null,"dimensions":null,"user":"u""#, [.text(" ")]),
    ])
    func inputsOfAllFormsAreTakenOver(fields: String, inputs: [EmbeddingInput]) throws {
        #expect(try Self.decode(fields) == EmbeddingsBody(inputs: inputs))
    }

    @Test(arguments: [
        (#""x":1"#, "input", "expected a string or an array, got nothing"),
        (#""input":"""#, "input", #"expected some text, got """#),
        (#""input":["a",""]"#, "input[1]", #"expected some text, got """#),
        (#""input":[]"#, "input", "expected at least one text or token"),
        (#""input":[[1],[]]"#, "input[1]", "expected at least one token"),
        (#""input":["a",{}]"#, "input[1]", "expected a string or an array of tokens, got an object"),
        (#""input":"a","encoding_format":"int8""#, "encoding_format", #"expected one of float, base64, got "int8""#),
        (#""input":"a","dimensions":0"#, "dimensions", "expected a whole number of at least 1, got 0"),
        (#""input":"a","model":1"#, "model", "expected a string, got 1"),
    ])
    func aWrongFieldIsNamedWithWhatWasExpected(fields: String, name: String, reason: String) {
        #expect(throws: WireError.invalidParameter(name: name, reason: reason)) { try Self.decode(fields) }
    }

    @Test func thereAreAtMost2048Inputs() throws {
        func inputs(_ count: Int) -> String {
            #""input":["# + Array(repeating: #""a""#, count: count).joined(separator: ",") + "]"
        }
        #expect(try Self.decode(inputs(2048)).inputs.count == 2048)
        #expect(throws: WireError.invalidParameter(name: "input", reason: "expected at most 2048, got 2049")) {
            try Self.decode(inputs(2049))
        }
    }

    @Test func noMoreNumbersCanBeAskedForThanThereAre() throws {
        let body = try Self.decode(#""input":"a","dimensions":64"#)
        #expect(throws: Never.self) { try body.check(against: 64) }
        #expect(
            throws: WireError.invalidParameter(
                name: "dimensions",
                reason: "expected a whole number from 1 to 63, got 64"
            )
        ) { try body.check(against: 63) }
        #expect(throws: Never.self) { try Self.decode(#""input":"a""#).check(against: 1) }
    }

    @Test func numbersAreWrittenAsInTheRecordedReply() throws {
        let known = try Fixture.json("d_embeddings.response.json")
        let ours = try Self.reply([[0.1, -0.2, 0.3], [0, 0.5, -0.5]])
        #expect(ours == known)
    }

    @Test func theBodyIsWrittenByteForByte() {
        let bytes = EmbeddingsReply.json(
            vectors: [[1, -0.5], [1e-5, .nan]],
            promptTokens: 2,
            model: "a\"b",
            format: .float
        )
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == #"{"object":"list","data":[{"object":"embedding","index":0,"embedding":[1.0,-0.5]},{"object":"embedding","index":1,"embedding":[1e-05,null]}],"model":"a\"b","usage":{"prompt_tokens":2,"total_tokens":2}}"#
        )
    }

    @Test(arguments: 0..<40)
    func base64HoldsTheVeryNumbers(count: Int) throws {
        var random = SplitMix64(seed: UInt64(count))
        let vector = (0..<count).map { _ in Float.random(in: -1...1, using: &random) }
        let text = try #require(
            try Self.reply([vector], format: .base64)["data"]?.arrayValue?.first?["embedding"]?.stringValue
        )
        let data = try #require(Data(base64Encoded: text))
        #expect(data == Data(vector.flatMap { number in (0..<4).map { UInt8(number.bitPattern >> ($0 * 8) & 255) } }))
        let floats = try #require(try Self.reply([vector])["data"]?.arrayValue?.first?["embedding"]?.arrayValue)
        #expect(floats.compactMap { if case .number(let text) = $0 { Float(text) } else { nil } } == vector)
    }

    @Test func fewerDimensionsAreAVectorOfLengthOneAgain() throws {
        func numbers(_ vector: [Float], _ dimensions: Int?) throws -> JSON? {
            try Self.reply([vector], dimensions: dimensions)["data"]?.arrayValue?.first?["embedding"]
        }
        #expect(try numbers([3, 4, 12], 2)?.text == "[0.6,0.8]")
        #expect(try numbers([3, 4, 12], 3)?.text == "[3.0,4.0,12.0]", "what is not cut is left alone")
        #expect(try numbers([3, 4, 12], 9)?.text == "[3.0,4.0,12.0]")
        #expect(try numbers([0, 0, 1], 2)?.text == "[0.0,0.0]")
        #expect(try numbers([3, 4, 12], nil)?.text == "[3.0,4.0,12.0]")
    }
}

struct TokensTests {
    static func text(_ fields: String) throws(WireError) -> TokensBody.Text {
        try TokensBody.text(Array("{\(fields)}".utf8))
    }

    @Test(arguments: [
        (#""content":"a""#, TokensBody.Text("a")), (#""content":"""#, TokensBody.Text("")),
        (#""content":"a","prompt":"b""#, TokensBody.Text("a")),
        (
            #""content":"a","add_special":true,"parse_special":false,"with_pieces":true"#,
            TokensBody.Text("a", addsSpecial: true, parsesSpecial: false, wantsPieces: true)
        ),
        (#""model":"m","prompt":"b""#, TokensBody.Text("b", addsSpecial: true)),
        (#""prompt":"b","add_special_tokens":false,"return_token_strs":true"#, TokensBody.Text("b", wantsPieces: true)),
    ])
    func textsAreTakenOverInTheWordsOfTwoServers(fields: String, expected: TokensBody.Text) throws {
        #expect(try Self.text(fields) == expected)
    }

    @Test(arguments: [
        (#""x":1"#, "content", "expected a string, got nothing"),
        (#""content":7"#, "content", "expected a string, got 7"),
        (#""prompt":[]"#, "prompt", "expected a string, got an array"),
        (#""content":"a","with_pieces":1"#, "with_pieces", "expected a boolean, got 1"),
        (#""content":"a","add_special_tokens":1"#, "add_special_tokens", "expected a boolean, got 1"),
    ])
    func aWrongFieldIsNamedWithWhatWasExpected(fields: String, name: String, reason: String) {
        #expect(throws: WireError.invalidParameter(name: name, reason: reason)) { try Self.text(fields) }
    }

    @Test func tokensAreTakenOver() throws {
        #expect(try TokensBody.tokens(Array(#"{"tokens":[1,2]}"#.utf8)) == [1, 2])
        #expect(try TokensBody.tokens(Array(#"{"tokens":[]}"#.utf8)) == [])
        #expect(throws: WireError.invalidParameter(name: "tokens", reason: "expected an array of tokens, got nothing"))
        {
            try TokensBody.tokens(Array("{}".utf8))
        }
        #expect(throws: WireError.invalidParameter(name: "tokens[1]", reason: "expected a token id, got -2")) {
            try TokensBody.tokens(Array(#"{"tokens":[1,-2]}"#.utf8))
        }
    }

    @Test func repliesHaveTheMembersThatBothKindsOfClientsRead() {
        #expect(
            TokensReply.tokens([1, 22], contextLength: 4096).text
                == #"{"tokens":[1,22],"count":2,"max_model_len":4096}"#
        )
        #expect(
            TokensReply.tokens([1, 2], pieces: [Array("é".utf8), [0xC3]], contextLength: 9).text
                == #"{"tokens":[{"id":1,"piece":"é"},{"id":2,"piece":[195]}],"count":2,"max_model_len":9}"#
        )
        #expect(TokensReply.text("a\n").text == #"{"content":"a\n","prompt":"a\n"}"#)
    }
}
