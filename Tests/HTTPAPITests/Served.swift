import HTTPAPI
import HTTPTestSupport
import Hummingbird
import HummingbirdTesting
import Logging
import Swarm
import SwarmCore
import SwarmTestSupport
import Testing
import WireFormats

/// Nothing beats during a test that does not ask for it.
let never = Duration.seconds(86_400)

let silentLogger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// Serves the API over a scripted source until the body returns.
func serving(
    _ source: ScriptedSource,
    model: ScriptedModel = ScriptedModel(),
    activity: Activity = Activity(),
    heartbeat: Duration = never,
    access: AccessPolicy = AccessPolicy(),
    embed: @escaping Embed = pairs,
    hands: Hands? = nil,
    logger: Logger = silentLogger,
    _ body: @escaping @Sendable (APIClient) async throws -> Void
) async throws {
    let swarm = Swarm(
        model: model,
        sources: [source],
        activity: activity,
        heartbeat: heartbeat,
        makeCallID: { "call_1" },
        hands: hands
    )
    let settings = HTTPSettings(port: 0, fingerprint: "fp_1", version: "1.2.3", access: access)
    let server = HTTPServer(
        swarm: swarm,
        settings: settings,
        embed: embed,
        engineStatus: { ["running": .integer(activity.snapshot.count)] },
        logger: logger
    )
    let door = FrontDoor(settings: settings, logger: logger)
    door.open(server) { _ in }
    try await door.application().test(.live) { client in
        try await body(APIClient(port: try #require(client.port)))
    }
}

/// Makes the same two numbers of every text.
let pairs: Embed = { inputs throws(SourceError) in
    Embeddings(vectors: inputs.map { _ in [0.6, 0.8] }, promptTokens: inputs.count)
}

/// A source whose candidates all say the same.
func unanimous(_ text: String) -> ScriptedSource {
    ScriptedSource { assignment in assignment.candidates.map { .whole($0.index, text) } }
}

/// A chat request with more members than its one message.
func asking(_ members: [(String, JSON)] = []) -> JSON {
    let messages: JSON = [["role": "user", "content": "6 * 7?"]]
    return .object(JSON.Object([(key: "messages", value: messages)] + members.map { (key: $0.0, value: $0.1) }))
}

extension ServerSentEvent {
    /// A comment that says how far a request is.
    var isSignOfLife: Bool { if case .comment(let text) = self { text.hasPrefix("keep-alive, ") } else { false } }
}
