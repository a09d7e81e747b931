import Logging
import NIOCore

/// Owns the state machines and the sockets, and does what the machines say.
struct DiscoveryNode {
    private let settings: DiscoverySettings
    private var responder: Responder
    private var browser: Browser
    private let eventLoops: any EventLoopGroup
    private let inbox: Inbox
    private let logger: Logger
    private let start = ContinuousClock.now
    private var echoes = Echoes()
    private var interfaces: [NetworkInterface] = []
    private var sockets: [LinkID: LinkSocket] = [:]
    private var links: [LinkID: DiscoveryStatus.LinkStatus] = [:]
    private var alarm: (time: Duration, task: Scheduled<Void>)?

    init(
        settings: DiscoverySettings,
        responder: Responder,
        browser: Browser,
        eventLoops: any EventLoopGroup,
        inbox: Inbox,
        logger: Logger
    ) {
        self.settings = settings
        self.responder = responder
        self.browser = browser
        self.eventLoops = eventLoops
        self.inbox = inbox
        self.logger = logger
    }

    /// The machines' time.
    private var now: Duration { ContinuousClock.now - start }

    /// Runs until the task is cancelled, then says goodbye and closes everything.
    mutating func run(changed: (ServiceChange) -> Void, status: (DiscoveryStatus) -> Void) async {
        while let items = await inbox.take() {
            for item in items { await handle(item, changed) }
            await obey(responder.tick(at: now))
            await obey(browser.tick(at: now), changed)
            setAlarm()
            status(report)
        }
        alarm?.task.cancel()
        await obey(responder.stop())
        for socket in sockets.values { await socket.close() }
        sockets = [:]
        status(report)
    }

    private mutating func handle(_ item: Inbox.Item, _ changed: (ServiceChange) -> Void) async {
        switch item {
        case .datagrams(let datagrams): for datagram in datagrams { await receive(datagram) }
        case .interfaces(let new): await adopt(new, changed)
        case .text(let text, let index): await obey(responder.update(text, ofService: index, at: now))
        case .closed(let id, let socket):
            guard sockets[id]?.identity == socket else { break }
            sockets[id] = nil
            links[id]?.problem = "the socket was closed"
            await forget(id, changed)
        case .wake: alarm = nil
        }
    }

    // MARK: Interfaces

    private mutating func adopt(_ new: [NetworkInterface], _ changed: (ServiceChange) -> Void) async {
        let changes = LinkChange.between(interfaces, new, policy: settings.interfaces)
        interfaces = new
        for change in changes {
            switch change {
            case .removed(let id): await close(id, changed)
            case .changed(let id, let interface):
                let sender = links[id]?.addresses.first { $0.family == id.family }
                if id.family == .v4, sender != interface.addresses(.v4).first { await close(id, changed) }
                await open(id, interface)
            case .added(let id, let interface): await open(id, interface)
            }
        }
        // Those that could not be opened, or were closed since.
        for (id, status) in links where sockets[id] == nil && status.problem != nil {
            if let interface = new.first(where: { $0.index == id.interface }) { await open(id, interface) }
        }
    }

    /// Opens a link, or tells the machines of its new addresses.
    private mutating func open(_ id: LinkID, _ interface: NetworkInterface) async {
        let addresses = interface.addresses.map(\.address)
        var status = links[id] ?? .init(id: id, interface: interface.name, addresses: addresses)
        status.addresses = addresses
        if sockets[id] == nil {
            do {
                sockets[id] = try await LinkSocket.open(id, of: interface, on: eventLoops, inbox: inbox)
                status.problem = nil
                browser.setLink(id, interface: interface.name, at: now)
            } catch {
                let problem = "\(error)"
                if status.problem != problem {
                    let metadata: Logger.Metadata = ["interface": "\(interface.name)", "error": "\(error)"]
                    logger.debug("an interface cannot be used for discovery", metadata: metadata)
                }
                status.problem = problem
            }
        }
        links[id] = status
        guard sockets[id] != nil else { return }
        let told = addresses.filter { settings.addresses?.contains($0) ?? true }
        await obey(responder.setLink(id, addresses: told, at: now))
    }

    private mutating func close(_ id: LinkID, _ changed: (ServiceChange) -> Void) async {
        links[id] = nil
        if let socket = sockets.removeValue(forKey: id) { await socket.close() }
        await forget(id, changed)
    }

    private mutating func forget(_ id: LinkID, _ changed: (ServiceChange) -> Void) async {
        responder.removeLink(id)
        await obey(browser.removeLink(id, at: now), changed)
    }

    // MARK: Datagrams

    private mutating func receive(_ datagram: Datagram) async {
        let id = datagram.link
        guard links[id] != nil, !echoes.isEcho(datagram.bytes, on: id, at: now) else { return }
        links[id]?.received += 1
        guard LocalOrigin.isGranted(datagram, interfaces: interfaces) else {
            links[id]?.strange += 1
            return
        }
        let message: DNSMessage
        do throws(MalformedMessage) {
            message = try DNSMessage(bytes: datagram.bytes)
        } catch {
            links[id]?.malformed += 1
            return
        }
        // Responses come from the port of multicast DNS, or are none (RFC 6762 §6).
        guard !message.isResponse || datagram.source.port == Received.port else {
            links[id]?.strange += 1
            return
        }
        let received = Received(message, link: id, source: datagram.source)
        await obey(responder.receive(received, at: now))
        browser.take(received, at: now)
    }

    // MARK: Actions

    private mutating func obey(_ actions: [Responder.Action]) async {
        for action in actions {
            switch action {
            case .send(let packet): await send(packet)
            case .renamed(let old, let new):
                logger.info("name is taken", metadata: ["name": "\(old)", "new_name": "\(new)"])
            case .established(let name, let id):
                let metadata: Logger.Metadata = ["name": "\(name)", "interface": "\(links[id]?.interface ?? "")"]
                logger.debug("name is announced", metadata: metadata)
            }
        }
    }

    private mutating func obey(_ actions: [Browser.Action], _ changed: (ServiceChange) -> Void) async {
        for action in actions {
            switch action {
            case .send(let packet): await send(packet)
            case .change(let change): changed(change)
            }
        }
    }

    private mutating func send(_ packet: Outgoing) async {
        guard let socket = sockets[packet.link] else { return }
        if let destination = packet.destination {
            // A query can bear any address; an answer to it must not leave this network.
            let interface = interfaces.first { $0.index == packet.link.interface }
            guard interface?.isNear(destination.address) ?? false else { return }
        }
        echoes.expect(packet, at: now)
        do {
            try await socket.send(packet)
            links[packet.link]?.sent += 1
        } catch {
            if links[packet.link]?.failed == 0 {
                let interface = links[packet.link]?.interface ?? ""
                let metadata: Logger.Metadata = ["interface": "\(interface)", "error": "\(error)"]
                logger.debug("a packet of discovery could not be sent", metadata: metadata)
            }
            links[packet.link]?.failed += 1
        }
    }

    private mutating func setAlarm() {
        let deadline = [responder.deadline, browser.deadline].compactMap { $0 }.min()
        guard deadline != alarm?.time else { return }
        alarm?.task.cancel()
        guard let deadline else {
            alarm = nil
            return
        }
        let inbox = inbox
        let delay = TimeAmount(max(deadline - now, .milliseconds(1)))
        alarm = (deadline, eventLoops.next().scheduleTask(in: delay) { inbox.post(.wake) })
    }

    private var report: DiscoveryStatus {
        var status = DiscoveryStatus()
        status.names = responder.names
        status.isEstablished = responder.isEstablished
        status.links = links.values.sorted { $0.id < $1.id }
        status.records = browser.recordCount
        return status
    }
}

/// Whether a datagram comes from this network (RFC 6762 §11): what was sent to the group does, and what was sent to one
/// machine must have an address that is near.
enum LocalOrigin {
    static func isGranted(_ datagram: Datagram, interfaces: [NetworkInterface]) -> Bool {
        if datagram.isMulticast { return true }
        let interface = interfaces.first { $0.index == datagram.link.interface }
        return interface?.isNear(datagram.source.address) ?? false
    }
}
