import Consensus
import Federation
import Logging
import NIOCore
import NIOPosix
import Swarm
import SwarmCore
import SwarmTestSupport

let silentLogger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// A peer book that lasts as long as its test.
actor MemoryBook: PeerBook {
    private var peers: [NodeID: PinnedPeer] = [:]
    private var kept: [NodeID: PeerStatistics] = [:]
    private var believed: [BeliefKey: Belief] = [:]

    init(_ peers: [PinnedPeer] = []) {
        for peer in peers { self.peers[peer.id] = peer }
    }

    func pinned() -> [PinnedPeer] { Array(peers.values) }
    func pin(_ peer: PinnedPeer) { peers[peer.id] = peer }
    func forget(_ id: NodeID) { peers[id] = nil }
    func moved(_ id: NodeID, to address: PeerAddress) { peers[id]?.address = address }
    func statistics() -> [NodeID: PeerStatistics] { kept }
    func save(_ statistics: [NodeID: PeerStatistics]) { kept = statistics }
    func beliefs() -> [BeliefKey: Belief] { believed }
    func save(_ beliefs: [BeliefKey: Belief]) { believed = beliefs }
}

/// A node on the loopback interface, with a scripted source in place of an engine.
struct TestNode: Sendable {
    let name: String
    let identity: NodeIdentity
    let source: ScriptedSource
    let federation: Federation
    let swarm: Swarm
    let book: MemoryBook
    let address: PeerAddress

    init(
        _ name: String,
        in cluster: Cluster,
        identity: NodeIdentity? = nil,
        peers: [PeerAddress] = [],
        book: MemoryBook = MemoryBook(),
        timeout: Int = 60,
        model: ScriptedModel = ScriptedModel(),
        models: SharedModels = .none,
        logger: Logger = silentLogger,
        source: ScriptedSource
    ) async throws {
        self.name = name
        let identity = try identity ?? NodeIdentity(name: name)
        self.identity = identity
        self.source = source
        self.book = book
        let port = try await freePort()
        address = PeerAddress(host: "127.0.0.1", port: port)
        let federation = Federation(
            identity: identity,
            cluster: cluster,
            settings: FederationSettings(
                name: name,
                port: port,
                hosts: ["127.0.0.1"],
                given: peers,
                usesDiscovery: false,
                timeout: timeout,
                version: "1.2.3"
            ),
            book: book,
            models: models,
            unixTime: { 1_700_000_000 },
            logger: logger
        )
        self.federation = federation
        let local = source.id
        swarm = Swarm(
            model: model,
            sources: [source],
            joining: { federation.sources },
            votes: VoteSettings(accuracies: { federation.accuracies($0, local: local) }),
            record: { federation.note($0, local: local) },
            heartbeat: .milliseconds(100)
        ) { "call_1" }
    }

    /// Waits until so many peers can vote.
    /// - Returns: whether they came in time.
    func sees(_ count: Int, within limit: Duration = .seconds(10)) async -> Bool {
        await eventually(within: limit) { federation.sources.count == count }
    }
}

/// Runs nodes while the body runs.
func running(_ nodes: [TestNode], _ body: @escaping @Sendable () async throws -> Void) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
        for node in nodes { group.addTask { await node.federation.run(serving: node.swarm) } }
        group.addTask { try await body() }
        // The nodes run until they are cancelled, so the first to end is the body.
        try await group.next()
        group.cancelAll()
    }
}

/// Looks again and again whether something has come true.
func eventually(within limit: Duration, _ condition: @Sendable () async -> Bool) async -> Bool {
    let end = ContinuousClock.now + limit
    while ContinuousClock.now < end {
        if await condition() { return true }
        try? await Task.sleep(for: .milliseconds(20))
    }
    return await condition()
}

/// A port of the loopback interface that nobody has at the moment.
func freePort() async throws -> Int {
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton).bind(
        host: "127.0.0.1",
        port: 0
    ).get()
    let port = channel.localAddress?.port ?? 0
    try await channel.close()
    return port
}

/// All candidates say the same.
func saying(_ text: String) -> ScriptedSource {
    ScriptedSource(id: "local") { assignment in assignment.candidates.map { .whole($0.index, text) } }
}

extension ChatRequest {
    static func asking(_ question: String = "6 * 7?", candidates: Int? = 4, tools: [ToolSpec] = []) -> ChatRequest {
        ChatRequest(
            id: RequestID(rawValue: "request-\(UInt64.random(in: 0 ... .max))"),
            messages: [Message(role: .user, content: question)],
            tools: tools,
            policy: .vote(candidates: candidates)
        )
    }
}

extension Swarm {
    /// What a client is told, and the end of it.
    func told(_ request: ChatRequest) async throws -> (content: String, calls: [String], summary: AnswerSummary) {
        var content = ""
        var calls: [String] = []
        let summary = try await answer(try await plan(request), logger: silentLogger) { event in
            switch event {
            case .delta(_, .content(let text)): content += text
            case .delta(_, .toolCall(_, _, let name)): calls.append(name)
            case .delta(_, .toolArguments(_, let text)): calls[calls.count - 1] += text
            default: break
            }
        }
        return (content, calls, summary)
    }
}
