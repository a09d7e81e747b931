import SwarmCore
import Testing
import WireFormats

struct WireErrorTests {
    static let codes = ["429", "500", "502", "503", "504", "524"]

    static func containsRetryCode(_ error: WireError) -> Bool {
        let bytes = error.openAIEnvelope.utf8
        return codes.contains { bytes.contains($0.utf8) }
    }

    static let table: [(WireError, Int, String)] = [
        (
            .malformedJSON(JSONSyntaxError(reason: "expected ':'", offset: 12)), 400,
            #"{"error":{"message":"The request body is not valid JSON: expected ':' at byte 12.","type":"invalid_request_error","param":null,"code":"invalid_json"}}"#
        ),
        (
            .invalidParameter(name: "temperature", reason: "expected a number from 0 to 2, got -1"), 400,
            #"{"error":{"message":"Invalid value for temperature: expected a number from 0 to 2, got -1.","type":"invalid_request_error","param":"temperature","code":"invalid_value"}}"#
        ),
        (
            .unsupported(parameter: "messages[0]", reason: "this model reads text only"), 400,
            #"{"error":{"message":"Not supported: this model reads text only.","type":"invalid_request_error","param":"messages[0]","code":"unsupported_value"}}"#
        ),
        (
            .unauthenticated, 401,
            #"{"error":{"message":"Incorrect API key provided.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}"#
        ),
        (
            .modelNotFound(asked: ModelID(rawValue: "foo"), loaded: ModelID(rawValue: "bar")), 404,
            #"{"error":{"message":"The model `foo` does not exist. Loaded is `bar`.","type":"invalid_request_error","param":"model","code":"model_not_found"}}"#
        ),
        (
            .contextLengthExceeded(needed: 70211, limit: 65536), 400,
            #"{"error":{"message":"This model's maximum context length is 65536 tokens. However, your messages resulted in 70211 tokens. Please reduce the length of the messages.","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}"#
        ),
        (
            .notFound(method: "GET", path: "/v9"), 404,
            #"{"error":{"message":"There is nothing at GET /v9.","type":"invalid_request_error","param":null,"code":"not_found"}}"#
        ),
        (
            .methodNotAllowed(method: "PUT", path: "/v1/models", allowed: ["GET", "HEAD"]), 405,
            #"{"error":{"message":"/v1/models does not take PUT.","type":"invalid_request_error","param":null,"code":"method_not_allowed"}}"#
        ),
        (
            .bodyTooLarge(limit: 67_108_864), 413,
            #"{"error":{"message":"The request body is larger than 67108864 bytes.","type":"invalid_request_error","param":null,"code":"payload_too_large"}}"#
        ),
        (
            .saturated(retryAfterSeconds: 2), 503,
            #"{"error":{"message":"The server is busy. Try again later.","type":"server_error","param":null,"code":"server_busy"}}"#
        ),
        (
            .stopping, 503,
            #"{"error":{"message":"The server is stopping. Try again later.","type":"server_error","param":null,"code":"server_stopping"}}"#
        ),
        (
            .modelFailed("out of memory"), 500,
            #"{"error":{"message":"The model stopped working: out of memory.","type":"server_error","param":null,"code":"server_error"}}"#
        ),
        (
            .internalFailure, 500,
            #"{"error":{"message":"Internal error.","type":"server_error","param":null,"code":"internal_error"}}"#
        ),
    ]

    @Test(arguments: table)
    func everyErrorHasOneStatusAndOneEnvelope(error: WireError, status: Int, envelope: String) {
        #expect(error.status == status)
        #expect(error.openAIEnvelope.text == envelope)
        #expect(error.isPermanent == (status < 500))
    }

    @Test func theEnvelopesAgreeWithWhatClientsWereSeenToUnderstand() throws {
        let cases = try #require(try Fixture.json("d_errors.json")["cases"]?.arrayValue)
        let ours = [
            "context overflow": WireError.contextLengthExceeded(needed: 70211, limit: 65536),
            "unknown model": .modelNotFound(asked: ModelID(rawValue: "foo"), loaded: ModelID(rawValue: "bar")),
            "bad key": .unauthenticated, "bad parameter": .invalidParameter(name: "temperature", reason: "x"),
            "payload too large": .bodyTooLarge(limit: 1), "internal": .internalFailure,
        ]
        var compared = 0
        for known in cases {
            guard let error = known["name"]?.stringValue.flatMap({ ours[$0] }) else { continue }
            compared += 1
            #expect(error.status == known["reply"]?["status"]?.intValue)
            for key in ["type", "param", "code"] {
                #expect(error.openAIEnvelope["error"]?[key] == known["reply"]?["body"]?["error"]?[key], "\(known)")
            }
        }
        #expect(compared == ours.count)
    }

    @Test func headersTellWhenToComeBackAndWhatIsAllowed() {
        func headers(_ error: WireError) -> [String] { error.headers.map { "\($0.name): \($0.value)" } }
        #expect(headers(.saturated(retryAfterSeconds: 2)) == ["retry-after: 2", "retry-after-ms: 2000"])
        #expect(headers(.stopping) == ["retry-after: 5", "retry-after-ms: 5000"])
        #expect(headers(.unauthenticated) == ["www-authenticate: Bearer"])
        #expect(headers(.methodNotAllowed(method: "PUT", path: "/", allowed: ["GET", "HEAD"])) == ["allow: GET, HEAD"])
        #expect(headers(.internalFailure).isEmpty)
    }

    @Test func noTokenCountMakesAClientRetry() {
        let awkward = [15_031, 50_300, 70_503, 131_072, 429_500, 429_429, 1_500_000, 5_030_000, 1_048_576, 429_503_524]
        var random = SplitMix64(seed: 1)
        let counts = Array(420...530) + awkward + (0..<500).map { _ in Int.random(in: 0...2_000_000, using: &random) }
        for count in counts {
            for error in [
                WireError.contextLengthExceeded(needed: count + 7, limit: count), .bodyTooLarge(limit: count),
                .malformedJSON(JSONSyntaxError(reason: "x", offset: count)),
            ] {
                #expect(!Self.containsRetryCode(error), "\(count)")
            }
        }
        #expect(Self.containsRetryCode(.modelFailed("15031 tokens")), "what may be repeated is left alone")
    }

    @Test(arguments: [
        WireError.modelNotFound(asked: ModelID(rawValue: "gpt-503"), loaded: ModelID(rawValue: "qwen-4290")),
        .invalidParameter(name: "messages[500].content", reason: "expected a string, got 5024"),
        .unsupported(parameter: "messages[1502].content[0]", reason: "grammar 524"),
        .notFound(method: "GET", path: "/v1/504"), .methodNotAllowed(method: "PUT", path: "/429500", allowed: []),
    ])
    func noNameOfTheClientsMakesItRetry(error: WireError) {
        #expect(!Self.containsRetryCode(error))
    }

    @Test func theTextStaysReadableWhereDigitsAreBroken() {
        let error = WireError.contextLengthExceeded(needed: 15031, limit: 8192)
        let message = error.openAIEnvelope["error"]?["message"]?.stringValue ?? ""
        #expect(message.contains("maximum context length is 8192 tokens"))
        #expect(
            String(message.unicodeScalars.filter { $0 != "\u{2060}" }.map(Character.init)).contains("in 15031 tokens.")
        )
    }

    @Test func reasonsFromInsideAreMappedOnce() {
        let plans: [(PlanError, WireError)] = [
            (.contextLengthExceeded(needed: 2, limit: 1), .contextLengthExceeded(needed: 2, limit: 1)),
            (.unusable(parameter: "tools", reason: "r"), .invalidParameter(name: "tools", reason: "r")),
            (.saturated(retryAfterSeconds: 3), .saturated(retryAfterSeconds: 3)), (.stopping, .stopping),
        ]
        for (inner, outer) in plans { #expect(WireError(inner) == outer) }
        let sources: [(SourceError, WireError)] = [
            (.shed, .saturated(retryAfterSeconds: 1)),
            (.saturated(retryAfterSeconds: 3), .saturated(retryAfterSeconds: 3)),
            (.contextLength(needed: 2, limit: 1), .contextLengthExceeded(needed: 2, limit: 1)),
            (.grammar("r"), .unsupported(parameter: nil, reason: "r")), (.cancelled, .stopping),
            (.backend("r"), .modelFailed("r")),
        ]
        for (inner, outer) in sources { #expect(WireError(inner) == outer) }
    }
}
