import SwarmCore

/// Claims the names of this process's services, announces them and answers questions about them (RFC 6762 §6–§10).
///
/// A state machine: it is told what happened and when, returns what to do, and wants to be woken at `deadline`. Times
/// count from a moment of the owner's choice.
package struct Responder: Sendable {
    /// What the owner is to do or to know.
    package enum Action: Equatable, Sendable {
        case send(Outgoing)
        /// Somebody else has the name.
        case renamed(from: String, to: String)
        /// On one link the name is ours and was announced.
        case established(String, LinkID)
    }

    var own: OwnRecords
    var claims: [Claim]
    var links: [LinkID: ResponderLink] = [:]
    var random: SplitMix64
    /// Unique records we had a moment ago: another of our interfaces may still hear them.
    private var former: [(record: ResourceRecord, until: Duration)] = []
    private var hasStopped = false

    static let probes = 3
    static let probeGap = Duration.milliseconds(250)
    static let announcements = 3

    /// - Parameters:
    ///   - host: the label of this machine in `.local`; claimed only if there are services.
    ///   - seed: of the random delays.
    /// - Throws: when the host's name is not valid.
    package init(host: String, services: [Service], lives: Lives = Lives(), seed: UInt64) throws(InvalidName) {
        guard HostName.isValid(host) else { throw host.isEmpty ? .empty : .labelTooLong }
        own = OwnRecords(services: services, lives: lives)
        claims = services.isEmpty ? [] : [Claim(.host, wish: host)]
        claims += services.enumerated().map { Claim(.service($0.offset), wish: $0.element.name) }
        random = SplitMix64(seed: seed)
    }

    /// When to call `tick`, if nothing else happens before.
    package var deadline: Duration? { links.values.compactMap(\.deadline).min() }

    /// The names at present: the host's first, then those of the services in their order.
    package var names: [String] { claims.map(\.name) }

    /// Whether every name is ours on every link.
    package var isEstablished: Bool {
        !links.isEmpty && links.values.allSatisfy { $0.progress.allSatisfy { !$0.isProbing } }
    }

    // MARK: Events

    /// A link came up, or its addresses are now these.
    package mutating func setLink(_ id: LinkID, addresses: [IPAddress], at now: Duration) -> [Action] {
        guard !claims.isEmpty, !hasStopped else { return [] }
        guard var link = links[id] else {
            let start = now + milliseconds(0...250)
            let progress = claims.map { _ in Progress.probing(sent: 0, next: start) }
            links[id] = ResponderLink(addresses: addresses, progress: progress)
            return []
        }
        guard link.addresses != addresses else { return [] }
        let before = records(of: 0, on: link)
        link.addresses = addresses
        links[id] = link
        return replaced(before, of: 0, on: id, at: now)
    }

    /// A link went away; nothing can be said on it any more.
    package mutating func removeLink(_ id: LinkID) { links[id] = nil }

    /// A service's text is now this; it is announced on all links (RFC 6762 §8.4).
    /// - Parameter index: the service's place among those given at the start.
    package mutating func update(_ text: TextRecord, ofService index: Int, at now: Duration) -> [Action] {
        guard own.services.indices.contains(index), own.services[index].text != text, !hasStopped else { return [] }
        let before = links.mapValues { records(of: index + 1, on: $0) }
        own.services[index].text = text
        return before.sorted { $0.key < $1.key }.flatMap { replaced($0.value, of: index + 1, on: $0.key, at: now) }
    }

    /// A message came in.
    package mutating func receive(_ received: Received, at now: Duration) -> [Action] {
        guard received.message.counts, links[received.link] != nil, !hasStopped else { return [] }
        if received.message.isResponse {
            return hear(received, at: now)
        }
        yield(to: received, at: now)
        return answer(received, at: now)
    }

    /// The time has come for something.
    package mutating func tick(at now: Duration) -> [Action] {
        guard !hasStopped else { return [] }
        former.removeAll { $0.until <= now }
        return links.keys.sorted().flatMap { id -> [Action] in
            finish(id, at: now)
            return advance(id, at: now) + speak(id, at: now)
        }
    }

    /// Takes everything back (RFC 6762 §10.1); nothing is sent after that.
    package mutating func stop() -> [Action] {
        guard !hasStopped else { return [] }
        hasStopped = true
        let actions = links.sorted { $0.key < $1.key }.flatMap { id, link -> [Action] in
            var goodbyes: [ResourceRecord] = []
            for (index, progress) in link.progress.enumerated() where !progress.isProbing {
                for record in records(of: index, on: link) where !goodbyes.contains(where: record.isSame) {
                    goodbyes.append(record)
                }
            }
            return multicast(goodbyes.map { $0.living(0) }, on: id)
        }
        links = [:]
        return actions
    }

    // MARK: Records

    var host: DomainName { OwnRecords.host(claims.first?.name ?? "") }

    /// The name that a claim is about.
    func name(of claim: Claim) -> DomainName {
        switch claim.kind {
        case .host: host
        case .service(let index): OwnRecords.instance(claim.name, of: own.services[index])
        }
    }

    func unique(of index: Int, on link: ResponderLink) -> [ResourceRecord] {
        own.unique(claims[index], host: host, addresses: link.addresses)
    }

    func records(of index: Int, on link: ResponderLink) -> [ResourceRecord] {
        unique(of: index, on: link) + own.shared(claims[index])
    }

    /// Whether it is what we say on any link, or said a moment ago: several interfaces may be on one network.
    func isOurs(_ record: ResourceRecord, claim index: Int) -> Bool {
        former.contains { $0.record.isSame(as: record) }
            || links.values.contains { unique(of: index, on: $0).contains(where: record.isSame) }
    }

    /// Announces records in place of others: at once, or a second after the last time.
    private mutating func replaced(
        _ before: [ResourceRecord],
        of index: Int,
        on id: LinkID,
        at now: Duration
    ) -> [Action] {
        guard var link = links[id] else { return [] }
        former += before.filter(\.isUnique).map { ($0, now + .seconds(10)) }
        if former.count > 256 { former.removeFirst(former.count - 256) }
        let after = records(of: index, on: link)
        let gone = before.filter { record in !after.contains(where: record.isSame) }
        link.pending.removeAll { item in gone.contains(where: item.record.isSame) }
        guard !link.progress[index].isProbing else {
            links[id] = link
            return []
        }
        let last = after.compactMap { link.lastSent($0) }.max()
        link.progress[index] = .announcing(sent: 0, next: max(now, last.map { $0 + .seconds(1) } ?? now))
        links[id] = link
        // A type that has no record left is not taken back by the cache-flush bit of the new ones.
        let types = Set(after.map(\.type))
        return multicast(gone.filter { !types.contains($0.type) }.map { $0.living(0) }, on: id)
    }

    // MARK: Sending

    func multicast(_ answers: [ResourceRecord], additionals: [ResourceRecord] = [], on id: LinkID) -> [Action] {
        Packets.response(answers, additionals: additionals).map { .send(Outgoing(link: id, bytes: $0)) }
    }

    mutating func milliseconds(_ range: ClosedRange<Int>) -> Duration {
        .milliseconds(Int.random(in: range, using: &random))
    }
}
