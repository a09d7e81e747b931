import Federation
import SwarmCore
import Testing

@Suite("Messages of pairing")
struct PairingMessageTests {
    private let nonce = String(repeating: "ab", count: 32)

    @Test func aHelloIsWrittenAsSpecified() {
        let hello = PairingHello(name: "box", nonce: [UInt8](repeating: 0xAB, count: 32))
        #expect(hello.json.text == #"{"version":1,"name":"box","nonce":"\#(nonce)"}"#)
    }

    @Test(arguments: [
        ("", "it is no JSON"), ("[]", "it is an array"), ("{}", "it has no version"),
        (#"{"version":1}"#, "name is not 1 to 63 bytes without control characters"),
        (#"{"version":1,"name":""}"#, "name is not 1 to 63 bytes without control characters"),
        (#"{"version":1,"name":"a\nb"}"#, "name is not 1 to 63 bytes without control characters"),
        (#"{"version":1,"name":"a"}"#, "nonce is not 64 hexadecimal digits"),
        (#"{"version":1,"name":"a","nonce":"ab"}"#, "nonce is not 64 hexadecimal digits"),
        (#"{"version":1,"name":"a","nonce":7}"#, "nonce is not 64 hexadecimal digits"),
        (String(repeating: "[", count: 100), "it is no JSON"),
        (String(repeating: " ", count: 5000), "it is longer than 4096 bytes"),
    ])
    func whatIsNoHelloIsToldWithTheReason(text: String, reason: String) {
        #expect(throws: PairingError.malformed(reason)) { try PairingHello(parsing: text.utf8) }
    }

    @Test func theVersionIsLookedAtFirst() {
        #expect(throws: PairingError.version(theirs: 2, ours: 1)) {
            try PairingHello(parsing: #"{"version":2,"greeting":"hi"}"#.utf8)
        }
        #expect(throws: PairingError.version(theirs: 0, ours: 1)) {
            try PairingChallenge(parsing: #"{"version":0}"#.utf8)
        }
    }

    @Test func aProofOfAnotherLengthIsNone() {
        let short = String(repeating: "00", count: 31)
        for text in [#"{"nonce":"\#(nonce)","proof":"\#(short)"}"#, #"{"nonce":"\#(nonce)"}"#, "{}"] {
            #expect(throws: PairingError.self) { try PairingProof(parsing: text.utf8) }
        }
        #expect(throws: PairingError.self) { try PairingAccepted(parsing: #"{"accepted":false}"#.utf8) }
    }

    @Test func unknownMembersAreIgnored() throws {
        let text = #"{"later":[1],"version":1,"name":"a","nonce":"\#(nonce)"}"#
        #expect(try PairingHello(parsing: text.utf8).name == "a")
    }

    @Test func aRefusalIsUnderstoodByTheOtherSide() {
        let one = Fingerprint(certificate: [1])
        let two = Fingerprint(certificate: [2])
        for error in [
            PairingError.wrongSecret, .expired, .replayed, .itself, .tooManyAttempts(retryAfter: .seconds(7)),
            .swapped(expected: one, found: two),
        ] {
            #expect(PairingError(refusal: Array(error.json.text.utf8)) == error)
        }
        let old = PairingError.version(theirs: 1, ours: 2)
        #expect(PairingError(refusal: Array(old.json.text.utf8)) == .version(theirs: 2, ours: 1))
        #expect(old.description.contains("update the other one"))
        for text in [
            "", "{}", #"{"error":{"code":"new"}}"#, #"{"error":{"code":"too_many_attempts","retry_after":-1}}"#,
        ] {
            #expect(PairingError(refusal: Array(text.utf8)) == nil)
        }
    }
}
