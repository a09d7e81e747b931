import SwarmCore
import Testing
import WireFormats

struct AnthropicErrorTests {
    @Test(arguments: [
        (WireError.malformedJSON(JSONSyntaxError(reason: "x", offset: 1)), "invalid_request_error"),
        (.invalidParameter(name: "top_p", reason: "x"), "invalid_request_error"),
        (.unsupported(parameter: nil, reason: "x"), "invalid_request_error"),
        (.methodNotAllowed(method: "PUT", path: "/", allowed: []), "invalid_request_error"),
        (.unauthenticated, "authentication_error"), (.forbidden("x"), "permission_error"),
        (.modelNotFound(asked: ModelID(rawValue: "a"), loaded: ModelID(rawValue: "b")), "not_found_error"),
        (.notFound(method: "GET", path: "/"), "not_found_error"), (.bodyTooLarge(limit: 1), "request_too_large"),
        (.saturated(retryAfterSeconds: 2), "overloaded_error"), (.stopping, "overloaded_error"),
        (.modelFailed("x"), "api_error"), (.internalFailure, "api_error"),
    ])
    func everyErrorHasAType(error: WireError, type: String) {
        let message = JSON.string(error.message).text
        #expect(
            error.anthropicEnvelope(requestID: ChatBody.testID).text
                == #"{"type":"error","error":{"type":"\#(type)","message":\#(message)},"request_id":"test"}"#
        )
    }

    @Test func anOverflowIsToldInTheWordsThatClientsKnow() throws {
        let known = try Fixture.json("d_errors.json")["anthropic"]
        let error = WireError.contextLengthExceeded(needed: 70211, limit: 65536)
        #expect(error.status == known?["status"]?.intValue)
        #expect(error.anthropicEnvelope(requestID: RequestID(rawValue: "req_1")) == known?["body"])
    }

    @Test func noTokenCountMakesAClientRetry() {
        for count in [15_031, 50_300, 70_503, 429_500, 1_500_000] {
            let bytes = WireError.contextLengthExceeded(needed: count, limit: 429).anthropicEnvelope().utf8
            #expect(!WireErrorTests.codes.contains { bytes.contains($0.utf8) }, "\(count)")
        }
        let repeatable = WireError.modelFailed("15031 tokens").anthropicEnvelope()["error"]?["message"]?.stringValue
        #expect(repeatable?.contains("15031") == true)
    }

    @Test func insideAStreamNoRequestIsNamed() {
        #expect(
            WireError.stopping.anthropicEnvelope().text
                == #"{"type":"error","error":{"type":"overloaded_error","message":"The server is stopping. Try again later."}}"#
        )
    }
}
