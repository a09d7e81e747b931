package import SwarmCore

/// The body of `POST /v1/federation/vote`: a whole request, and the candidates wanted of it.
package struct VoteBody: Sendable, Equatable {
    /// The request as the head's client sent it, conversation and tools included.
    package var request: ChatRequest
    /// 1…32, no index twice.
    package var candidates: [AskedCandidate]
    /// The node that holds the vote.
    package var head: String
    /// How often the request was handed on before; only 0 is taken, so that it cannot go in circles.
    package var hops: Int
    /// How long the head waits at most, in seconds.
    package var seconds: Int

    package init(
        request: ChatRequest,
        candidates: [AskedCandidate],
        head: String,
        hops: Int = 0,
        seconds: Int
    ) {
        self.request = request
        self.candidates = candidates
        self.head = head
        self.hops = hops
        self.seconds = seconds
    }

    /// As it is sent.
    /// - Parameter knowsTokens: the other node has the same model, so that ids of tokens mean the same there.
    /// - Throws: why the request cannot be handed on, in words.
    package func json(knowsTokens: Bool = false) throws(SourceError) -> JSON {
        var asked = request
        asked.sampling.topLogprobs = nil
        let plan = CandidatePlan(index: 0, sampling: asked.sampling)
        var chat =
            try UpstreamRequest(asked, candidate: plan, model: nil, knowsTokens: knowsTokens).body().objectValue
            ?? JSON.Object()
        for name in ["stream", "stream_options", "swarm"] { chat[name] = nil }
        return [
            "protocol": .integer(FederationProtocol.version), "id": .string(request.id.rawValue),
            "head": .string(head), "hops": .integer(hops), "seconds": .integer(seconds), "request": .object(chat),
            "candidates": .array(candidates.map(\.json)),
        ]
    }

    /// Reads such a body.
    /// - Throws: `unsupported` for another protocol and for a request that was handed on before; `malformedJSON` and
    ///   `invalidParameter` for what is wrong otherwise.
    package static func decode(_ bytes: [UInt8]) throws(WireError) -> VoteBody {
        let body = try Field.body(bytes)
        let version = try body["protocol"].integer(atLeast: 1)
        guard version == FederationProtocol.version else {
            throw .unsupported(
                parameter: "protocol",
                reason:
                    "This node speaks version \(FederationProtocol.version) of the protocol of votes, the asking one "
                    + "version \(version.map { "\($0)" } ?? "none"); update the older of the two."
            )
        }
        let hops = try body["hops"].integer(atLeast: 0) ?? 0
        guard hops == 0 else {
            throw .unsupported(parameter: "hops", reason: "A vote is not handed on from node to node.")
        }
        let chat = try body["request"].requiredObject()
        let request = try ChatBody.decode(
            Array((chat.value ?? .null).utf8),
            id: RequestID(rawValue: try body["id"].requiredString())
        ).request
        var candidates: [AskedCandidate] = []
        for field in try body["candidates"].requiredElements() { candidates.append(try AskedCandidate(field)) }
        guard (1...FederationProtocol.candidateLimit).contains(candidates.count),
            Set(candidates.map(\.index)).count == candidates.count
        else {
            throw body["candidates"].invalid(
                "expected 1 to \(FederationProtocol.candidateLimit) candidates, each with an index of its own"
            )
        }
        return VoteBody(
            request: request,
            candidates: candidates,
            head: try body["head"].requiredString(),
            hops: hops,
            seconds: try body["seconds"].integer(in: 1...86_400) ?? 60
        )
    }
}

extension AskedCandidate {
    fileprivate var json: JSON {
        var object = JSON.Object([("index", .integer(index)), ("seed", .string(String(seed)))])
        object["temperature"] = temperature.map { .double($0) }
        return .object(object)
    }

    /// Seeds are texts: not every reader of JSON keeps 64 bits.
    fileprivate init(_ field: Field) throws(WireError) {
        guard let index = try field["index"].integer(in: 0...999) else { throw field["index"].wrong("a whole number") }
        guard let seed = UInt64(try field["seed"].requiredString()) else {
            throw field["seed"].wrong("the digits of a number of 64 bits")
        }
        self.init(index: index, seed: seed, temperature: try field["temperature"].number(in: 0...2))
    }
}
