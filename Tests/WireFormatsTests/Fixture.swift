import Foundation
import SwarmCore
import Testing
import WireFormats

/// Recorded requests and replies of real clients.
enum Fixture {
    static func bytes(_ name: String) throws -> [UInt8] {
        let folder = try #require(Bundle.module.resourceURL)
        return [UInt8](try Data(contentsOf: folder.appending(path: "Fixtures").appending(path: name)))
    }

    static func json(_ name: String) throws -> JSON { try JSON(parsing: try bytes(name)) }

    /// The body that a request file holds beside its headers.
    static func requestBody(_ name: String) throws -> JSON {
        try #require(try json("\(name).request.json")["request"]?["body"])
    }
}

extension ChatBody {
    static let testID = RequestID(rawValue: "test")

    static func decode(_ json: JSON) throws(WireError) -> ChatBody { try decode(json.utf8, id: testID) }

    /// Decodes one user message with these fields beside it.
    static func decode(with fields: String) throws(WireError) -> ChatBody {
        try decode(Array(#"{"messages":[{"role":"user","content":"x"}],\#(fields)}"#.utf8), id: testID)
    }

    /// Decodes just these messages.
    static func decode(messages: String) throws(WireError) -> ChatBody {
        try decode(Array(#"{"messages":\#(messages)}"#.utf8), id: testID)
    }
}

extension AnswerSummary {
    static let test = AnswerSummary(
        usage: Usage(promptTokens: 12, completionTokens: 7, cachedTokens: 8, reasoningTokens: 2),
        report: VoteReport(
            kind: .number,
            method: .plurality,
            stop: .lead,
            requested: 5,
            finished: 4,
            valid: 3,
            cancelled: 1,
            lost: 0,
            agreement: 2.0 / 3,
            margin: 1.0 / 3,
            clusters: [
                VoteReport.Cluster(key: "42", votes: 2, share: 2.0 / 3, members: [0, 2]),
                VoteReport.Cluster(key: "7", votes: 1, share: 1.0 / 3, members: [1]),
            ],
            dissent: "1 of 3 said 7"
        ),
        winner: 0,
        totalTokens: 31,
        seed: 7,
        decisionSeconds: 1.8404,
        firstTokenSeconds: 0.25,
        tokensPerSecond: 19.4931
    )

    static let testReport = """
        {"kind":"number","strategy":"auto","method":"plurality","stop":"lead","n_requested":5,"n_finished":4,"n_valid":3,"n_cancelled":1,\
        "n_lost":0,"escalations":0,"agreement":0.667,"margin":0.333,"entropy":0,"low_agreement":false,"synthesised":false,"winner":0,"clusters":[\
        {"key":"42","votes":2,"share":0.667,"members":[0,2]},{"key":"7","votes":1,"share":0.333,"members":[1]}],\
        "dissent":"1 of 3 said 7","n_killed":0,"n_hedged":0,"tokens_total":31,"seed":7,"decide_ms":1840,"first_token_ms":250,\
        "tokens_per_second":19.5}
        """

    static let testUsage = """
        {"prompt_tokens":12,"completion_tokens":7,"total_tokens":19,"prompt_tokens_details":{"cached_tokens":8},\
        "completion_tokens_details":{"reasoning_tokens":2}}
        """
}

extension ChatIdentity {
    static let test = ChatIdentity(id: "chatcmpl-1", created: 1_795_305_600, model: "tiny", fingerprint: "fp_1")
}

extension TokenScore {
    static let hi = TokenScore(
        token: 5,
        bytes: [72, 105],
        logprob: -0.01,
        selfCertainty: 1,
        alternatives: [
            Alternative(token: 5, bytes: [72, 105], logprob: -0.01),
            Alternative(token: 6, bytes: [0xE2, 0x82], logprob: -.infinity),
        ]
    )
}
