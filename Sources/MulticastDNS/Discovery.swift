package import Logging
package import NIOCore
import NIOPosix
import SwarmCore

/// Announces services on the local network and finds those of others, by multicast DNS.
///
/// `run` does everything until its task is cancelled; then goodbyes are said. Our own services are not among those found.
package final class Discovery: Sendable {
    private let settings: DiscoverySettings
    private let responder: Responder
    private let browser: Browser
    private let eventLoops: any EventLoopGroup
    private let logger: Logger
    private let inbox = Inbox()
    private let feed = ChangeFeed()
    private let state = Locked(DiscoveryStatus())

    /// - Parameters:
    ///   - eventLoops: of SwiftNIO's own kind; those that everybody shares if none are given.
    ///   - seed: of the random delays that keep machines from speaking all at once.
    /// - Throws: when the host's name is not valid.
    package init(
        _ settings: DiscoverySettings,
        eventLoops: (any EventLoopGroup)? = nil,
        seed: UInt64 = .random(in: 0 ... .max),
        logger: Logger
    ) throws(InvalidName) {
        self.settings = settings
        self.eventLoops = eventLoops ?? MultiThreadedEventLoopGroup.singleton
        self.logger = logger
        responder = try Responder(
            host: settings.hostName,
            services: settings.advertising,
            lives: settings.lives,
            seed: seed
        )
        browser = Browser(types: settings.browsing, limits: settings.limits, seed: seed ^ 0x5EED)
    }

    /// What happens to the services that are looked for; every iteration is told everything.
    package var changes: ServiceChanges { ServiceChanges(feed: feed) }

    /// The services that are there at the moment.
    package var services: [DiscoveredService] { feed.services }

    /// How it is doing at the moment.
    package var status: DiscoveryStatus {
        var status = state.withLock { $0 }
        status.lost = inbox.lost
        return status
    }

    /// Gives one of our services another text; others hear of it within about a second.
    /// - Parameter index: the service's place in the settings.
    package func update(_ text: TextRecord, ofService index: Int = 0) { inbox.post(.text(text, service: index)) }

    /// Runs until the task is cancelled, then says goodbye.
    ///
    /// It may be called once. Interfaces that cannot be used are tried again each time the interfaces are looked at, and told in `status`.
    package func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.watchInterfaces() }
            var node = DiscoveryNode(
                settings: settings,
                responder: responder,
                browser: browser,
                eventLoops: eventLoops,
                inbox: inbox,
                logger: logger
            )
            await node.run(
                changed: { change in feed.apply(change) },
                status: { status in state.withLock { $0 = status } }
            )
            group.cancelAll()
        }
        feed.finish()
    }

    /// Looks at the interfaces again and again.
    private func watchInterfaces() async {
        let clock = ContinuousClock()
        while !Task.isCancelled {
            do {
                let interfaces = try await NIOThreadPool.singleton.runIfActive { try InterfaceReader.read() }
                inbox.post(.interfaces(interfaces))
            } catch {
                logger.debug("interfaces could not be read", metadata: ["error": "\(error)"])
            }
            try? await clock.sleep(for: settings.interfacePeriod)
        }
    }
}
