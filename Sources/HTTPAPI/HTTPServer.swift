import HTTPTypes
import Hummingbird
package import Logging
package import Swarm
package import SwarmCore
import WireFormats

/// Where and how the API is served.
package struct HTTPSettings: Sendable, Equatable {
    package var host: String
    /// 0 lets the system choose, for tests.
    package var port: Int
    /// Largest request body, in bytes.
    package var maximumBodySize: Int
    /// Tells clients when the same seed may give another answer.
    package var fingerprint: String
    /// Of the program, for the description of the API.
    package var version: String
    package var access: AccessPolicy

    package init(
        host: String = "127.0.0.1",
        port: Int = 17_615,
        maximumBodySize: Int = 64 << 20,
        fingerprint: String = "local-swarm",
        version: String = "0",
        access: AccessPolicy = AccessPolicy()
    ) {
        self.host = host
        self.port = port
        self.maximumBodySize = maximumBodySize
        self.fingerprint = fingerprint
        self.version = version
        self.access = access
    }
}

/// What is asked about the other machines that vote with this one.
package enum PeerQuestion: String, Sendable, CaseIterable {
    case health, peers, diagnostics
}

/// The API over HTTP/1.1, in the dialects of OpenAI and Anthropic.
package struct HTTPServer: Sendable {
    private let swarm: Swarm
    private let settings: HTTPSettings
    private let embed: Embed
    private let engineStatus: @Sendable () -> JSON
    private let peers: (@Sendable (PeerQuestion) -> JSON)?
    private let tools: (any ToolExecutor)?
    private let logger: Logger

    /// - Parameters:
    ///   - embed: makes embeddings.
    ///   - engineStatus: what `/health` says about the engine.
    ///   - peers: tells of other machines; `nil` where none vote along.
    ///   - tools: what other servers may have carried out here; `nil` where that is nothing.
    package init(
        swarm: Swarm,
        settings: HTTPSettings,
        embed: @escaping Embed,
        engineStatus: @escaping @Sendable () -> JSON,
        peers: (@Sendable (PeerQuestion) -> JSON)? = nil,
        tools: (any ToolExecutor)? = nil,
        logger: Logger
    ) {
        self.swarm = swarm
        self.settings = settings
        self.embed = embed
        self.engineStatus = engineStatus
        self.peers = peers
        self.tools = tools
        self.logger = logger
    }

    /// Answers requests.
    var responder: any HTTPResponder<BasicRequestContext> { router().buildResponder() }

    private func router() -> Router<BasicRequestContext> {
        let router = Router(context: BasicRequestContext.self)
        router.add(middleware: OriginMiddleware(policy: settings.access))
        router.add(middleware: ErrorMiddleware(logger: logger, maximumBodySize: settings.maximumBodySize))
        router.add(middleware: AccessMiddleware(policy: settings.access))
        let answering = Answering(swarm: swarm, settings: settings, logger: logger)
        // One for all paths: it has the responses that are kept.
        let responses = ResponsesRoute(answering: answering)
        // Clients disagree on whether the base URL ends in /v1.
        for prefix in ["", "/v1"] {
            addAnswers(to: router, under: prefix, answering, responses)
            addFacts(to: router, under: prefix, answering)
            ToolRoutes(executor: tools).add(to: router, under: prefix)
        }
        return router
    }

    private func addAnswers(
        to router: Router<BasicRequestContext>,
        under prefix: String,
        _ answering: Answering,
        _ responses: ResponsesRoute
    ) {
        let chat = ChatRoute(answering: answering)
        let messages = MessagesRoute(answering: answering)
        let embeddings = EmbeddingsRoute(answering: answering, embed: embed)
        router.post("\(prefix)/chat/completions", use: chat.chat)
        router.post("\(prefix)/fim/completions", use: chat.infill)
        router.post("\(prefix)/completions", use: CompletionRoute(answering: answering).handle)
        router.post("\(prefix)/embeddings", use: embeddings.handle)
        router.post("\(prefix)/responses", use: responses.create)
        router.get("\(prefix)/responses/:id", use: responses.retrieve)
        router.delete("\(prefix)/responses/:id", use: responses.delete)
        router.post("\(prefix)/messages", use: messages.create)
        router.post("\(prefix)/messages/count_tokens", use: messages.count)
    }

    private func addFacts(to router: Router<BasicRequestContext>, under prefix: String, _ answering: Answering) {
        let models = ModelRoutes(swarm: swarm, settings: settings)
        let tokens = TokenRoutes(answering: answering)
        router.get("\(prefix)/models", use: models.list)
        router.get("\(prefix)/models/**", use: models.one)
        router.get("\(prefix)/opencode.json", use: models.opencode)
        router.get("\(prefix)/openapi.json", use: models.description)
        router.post("\(prefix)/tokenize", use: tokens.tokenize)
        router.post("\(prefix)/detokenize", use: tokens.detokenize)
        router.get("\(prefix)/health") { [swarm, engineStatus] _, _ in
            Response(json: ["status": "ok", "model": .string(swarm.model.card.id.rawValue), "engine": engineStatus()])
        }
        for question in PeerQuestion.allCases {
            router.get("\(prefix)/federation/\(question.rawValue)") { [peers] _, _ in
                Response(json: peers?(question) ?? ["status": "off"])
            }
        }
    }
}
