import SwarmCore

/// The field `swarm`, which means the same in every wire format.
///
/// `{"n": 5, "strategy": "majority", "streaming": "burst", "strict": true, "context": "compact"}`, each of them
/// optional; `false` asks for a single candidate, `true` for the server's defaults.
struct SwarmFields {
    /// How many candidates to vote over; `nil` takes the server's default.
    var candidates: Int?
    var vote = VoteOptions()
    var contextMode: ContextMode?

    static func decode(_ swarm: Field) throws(WireError) -> SwarmFields {
        switch swarm.value {
        case nil: return SwarmFields()
        case .bool(let isOn): return SwarmFields(candidates: isOn ? nil : 1)
        case .object:
            return SwarmFields(
                candidates: try swarm["n"].integer(in: 1...32),
                vote: VoteOptions(
                    strategy: try swarm["strategy"].choice(of: VoteStrategy.self),
                    streaming: try swarm["streaming"].choice(of: StreamingPolicy.self),
                    isStrict: try swarm["strict"].bool()
                ),
                contextMode: try swarm["context"].choice(of: ContextMode.self)
            )
        default: throw swarm.wrong("a boolean or an object")
        }
    }
}
