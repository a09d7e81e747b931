import Hummingbird
package import Logging
package import SwarmCore
import WireFormats

/// A server that has no model and only runs tools, for the servers that have one.
package struct ToolHost: Sendable {
    private let executor: any ToolExecutor
    private let settings: HTTPSettings
    private let logger: Logger

    package init(executor: any ToolExecutor, settings: HTTPSettings, logger: Logger) {
        self.executor = executor
        self.settings = settings
        self.logger = logger
    }

    /// Answers requests.
    var responder: any HTTPResponder<BasicRequestContext> {
        let router = Router(context: BasicRequestContext.self)
        router.add(middleware: OriginMiddleware(policy: settings.access))
        router.add(middleware: ErrorMiddleware(logger: logger, maximumBodySize: ToolRoutes.limit))
        router.add(middleware: AccessMiddleware(policy: settings.access))
        for prefix in ["", "/v1"] {
            ToolRoutes(executor: executor).add(to: router, under: prefix)
            router.get("\(prefix)/health") { _, _ in Response(json: ["status": "ok"]) }
        }
        return router.buildResponder()
    }
}
