import MulticastDNS
import SwarmCore
import Testing

/// Machines on one link whose time is a number: packets arrive at once, or are lost, and nobody waits for anything.
struct VirtualNetwork {
    struct Node {
        var responder: Responder
        var browser: Browser
        var endpoint: Endpoint
        var isOn = true
        var changes: [ServiceChange] = []
        var renames: [String] = []
    }

    struct Sent {
        var time: Duration
        var from: Int
        var to: Endpoint?
        var message: DNSMessage
    }

    private(set) var nodes: [Node] = []
    private(set) var now = Duration.zero
    private(set) var sent: [Sent] = []
    /// Of a hundred deliveries, how many are lost.
    var loss = 0
    private var random: SplitMix64

    init(seed: UInt64 = 1) { random = SplitMix64(seed: seed) }

    /// Adds a machine and switches it on.
    mutating func add(
        host: String,
        _ services: [Service] = [],
        browsing: [ServiceType] = [swarmType],
        lives: Lives = Lives()
    ) throws {
        let number = UInt8(nodes.count + 1)
        var node = Node(
            responder: try Responder(host: host, services: services, lives: lives, seed: random.next()),
            browser: Browser(types: browsing, seed: random.next()),
            endpoint: machine(number)
        )
        let actions = node.responder.setLink(eth0, addresses: [machine(number).address], at: now)
        node.browser.setLink(eth0, interface: "eth0", at: now)
        nodes.append(node)
        try perform(actions, of: nodes.count - 1)
    }

    /// Cuts a machine off without a word, or connects it again.
    mutating func setOn(_ index: Int, _ isOn: Bool) { nodes[index].isOn = isOn }

    mutating func stop(_ index: Int) throws {
        let actions = nodes[index].responder.stop()
        try perform(actions, of: index)
    }

    mutating func update(_ text: TextRecord, of index: Int) throws {
        let actions = nodes[index].responder.update(text, ofService: 0, at: now)
        try perform(actions, of: index)
    }

    mutating func setAddresses(_ addresses: [IPAddress], of index: Int) throws {
        let actions = nodes[index].responder.setLink(eth0, addresses: addresses, at: now)
        try perform(actions, of: index)
    }

    /// A datagram from a machine that is none of these.
    mutating func inject(_ message: DNSMessage, from source: Endpoint) throws {
        for index in nodes.indices { try deliver(Received(message, link: eth0, source: source), to: index) }
    }

    /// Lets time pass until then.
    mutating func run(until end: Duration) throws {
        var steps = 0
        while let next = nodes.flatMap({ [$0.responder.deadline, $0.browser.deadline] }).compactMap({ $0 }).min(),
            next <= end
        {
            steps += 1
            try #require(steps < 200_000, "the machines do not come to rest")
            now = max(now, next)
            for index in nodes.indices {
                let (spoken, asked) = (nodes[index].responder.tick(at: now), nodes[index].browser.tick(at: now))
                try perform(spoken, of: index)
                try perform(asked, of: index)
            }
        }
        now = end
    }

    private mutating func perform(_ actions: [Responder.Action], of index: Int) throws {
        for action in actions {
            switch action {
            case .send(let packet): try transmit(packet, from: index)
            case .renamed(_, let name): nodes[index].renames.append(name)
            case .established: break
            }
        }
    }

    private mutating func perform(_ actions: [Browser.Action], of index: Int) throws {
        for action in actions {
            switch action {
            case .send(let packet): try transmit(packet, from: index)
            case .change(let change): nodes[index].changes.append(change)
            }
        }
    }

    private mutating func transmit(_ packet: Outgoing, from index: Int) throws {
        guard nodes[index].isOn else { return }
        let message = try packet.message
        sent.append(Sent(time: now, from: index, to: packet.destination, message: message))
        let received = Received(message, link: eth0, source: nodes[index].endpoint)
        for other in nodes.indices where other != index && nodes[other].isOn {
            if let destination = packet.destination, destination != nodes[other].endpoint { continue }
            if Int.random(in: 0..<100, using: &random) < loss { continue }
            try deliver(received, to: other)
        }
    }

    private mutating func deliver(_ received: Received, to index: Int) throws {
        guard nodes[index].isOn else { return }
        let spoken = nodes[index].responder.receive(received, at: now)
        let heard = nodes[index].browser.receive(received, at: now)
        try perform(spoken, of: index)
        try perform(heard, of: index)
    }
}
