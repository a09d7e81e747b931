import SwarmCore

/// The field `swarm`, which means the same in every wire format.
///
/// `{"n": 5, "strategy": "majority", "streaming": "burst", "strict": true, "context": "compact", "tools": "server",
/// "folder": "web"}`, each of them optional; `false` asks for a single candidate, `true` for the server's defaults.
struct SwarmFields {
    /// How many candidates to vote over; `nil` takes the server's default.
    var candidates: Int?
    var vote = VoteOptions()
    var contextMode: ContextMode?
    var toolsWish: ToolsWish?
    /// Of the workspace.
    var folder: String?

    /// Fills in what is not a matter of the single endpoint.
    func apply(to request: inout ChatRequest) {
        request.vote = vote
        request.contextMode = contextMode
        request.toolsWish = toolsWish
        request.folder = folder
    }

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
                contextMode: try swarm["context"].choice(of: ContextMode.self),
                toolsWish: try swarm["tools"].choice(of: ToolsWish.self),
                folder: try folder(swarm["folder"])
            )
        default: throw swarm.wrong("a boolean or an object")
        }
    }

    /// Where it leads is found out by whoever opens it.
    private static func folder(_ field: Field) throws(WireError) -> String? {
        guard let folder = try field.string() else { return nil }
        guard !folder.isEmpty, folder.utf8.count <= 1024 else { throw field.wrong("a path of at most 1024 bytes") }
        return folder
    }
}
