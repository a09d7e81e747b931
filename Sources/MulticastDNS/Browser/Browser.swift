import SwarmCore

/// Finds services of some types and keeps track of them (RFC 6762 §5, §7, §10; RFC 6763 §4).
///
/// A state machine: it is told what happened and when, returns what to do, and wants to be woken at `deadline`. Times
/// count from a moment of the owner's choice.
package struct Browser: Sendable {
    /// What the owner is to do or to know.
    package enum Action: Equatable, Sendable {
        case send(Outgoing)
        case change(ServiceChange)
    }

    private let types: [ServiceType]
    private let limits: BrowserLimits
    private var random: SplitMix64
    private var links: [LinkID: Link] = [:]
    /// By interface: both links of it lead to the same machines.
    private var caches: [Int: RecordCache] = [:]
    private var reported: [DiscoveredService.ID: DiscoveredService] = [:]
    /// Whether the caches are different from when `reported` was made of them.
    private var isUnsettled = false

    private struct Link {
        var interface: String
        var askings: [Question: Asking] = [:]
    }

    /// - Parameter seed: of the random delays.
    package init(types: [ServiceType], limits: BrowserLimits = BrowserLimits(), seed: UInt64) {
        self.types = types
        self.limits = limits
        random = SplitMix64(seed: seed)
    }

    /// When to call `tick`, if nothing else happens before.
    package var deadline: Duration? {
        let askings = links.values.flatMap { $0.askings.values.map(\.next) }
        return (askings + caches.values.compactMap(\.deadline)).min()
    }

    /// The services that are known, complete ones only.
    package var services: [DiscoveredService] { reported.values.sorted { $0.id.description < $1.id.description } }

    /// How many records are kept, on all interfaces.
    package var recordCount: Int { caches.values.map(\.count).reduce(0, +) }

    // MARK: Events

    /// A link came up; on one that is there already, everything is asked anew.
    /// - Parameter interface: its name, for the addresses found on it.
    package mutating func setLink(_ id: LinkID, interface: String, at now: Duration) {
        guard !types.isEmpty else { return }
        var link = Link(interface: interface)
        let start = now + delay()
        for type in types { link.askings[Question(name: type.domain, type: .ptr)] = Asking(next: start) }
        links[id] = link
        if caches[id.interface] == nil {
            caches[id.interface] = RecordCache(types: Set(types.map(\.domain)), limits: limits)
        }
    }

    /// A link went away, and when it was the last of its interface, what was found there.
    package mutating func removeLink(_ id: LinkID, at now: Duration) -> [Action] {
        links[id] = nil
        guard !links.keys.contains(where: { $0.interface == id.interface }) else { return [] }
        caches[id.interface] = nil
        return changes()
    }

    /// A message came in.
    package mutating func receive(_ received: Received, at now: Duration) -> [Action] {
        take(received, at: now)
        return settle(at: now)
    }

    /// A message came in, and others came with it: `settle` is called after the last.
    package mutating func take(_ received: Received, at now: Duration) {
        guard received.message.counts, links[received.link] != nil else { return }
        guard received.message.isResponse else {
            suppress(received, at: now)
            return
        }
        guard var cache = caches[received.link.interface] else { return }
        let records = (received.message.answers + received.message.additionals).filter { $0.recordClass == 1 }
        // What leads to others comes first, in whatever order it was sent.
        for rank in 0...2 {
            for record in records where record.rank == rank {
                if cache.take(record, from: received, refresh: 0.8 + jitter(), at: now) { isUnsettled = true }
            }
        }
        for set in Set(records.filter { $0.isUnique && $0.type != .ptr && $0.ttl > 0 }.map(RecordSet.init)) {
            cache.flush(set.name, set.type, at: now)
        }
        caches[received.link.interface] = cache
    }

    /// Says what the messages since the last time have changed, and sees what is still to be asked.
    package mutating func settle(at now: Duration) -> [Action] {
        guard isUnsettled else { return [] }
        isUnsettled = false
        resolve(at: now)
        return changes()
    }

    /// The time has come for something.
    package mutating func tick(at now: Duration) -> [Action] {
        var wanted: [LinkID: Set<Question>] = [:]
        for interface in caches.keys.sorted() {
            guard var cache = caches[interface], cache.deadline.map({ $0 <= now }) ?? false else { continue }
            if cache.expire(at: now) { isUnsettled = true }
            for entry in cache.takeRefreshes(at: now, jitter: jitter()) {
                guard let link = living(entry.link) else { continue }
                wanted[link, default: []].insert(Question(name: entry.record.name, type: entry.record.type))
            }
            cache.renewDeadline()
            caches[interface] = cache
        }
        let news = settle(at: now)
        for id in links.keys {
            let askings = links[id]?.askings ?? [:]
            guard askings.values.contains(where: { $0.next <= now }) else { continue }
            // Those that would be asked in a moment go out with the others.
            for (question, asking) in askings where asking.next <= now + .milliseconds(100) {
                wanted[id, default: []].insert(question)
            }
        }
        return news + wanted.sorted { $0.key < $1.key }.flatMap { ask($0.value, on: $0.key, at: now) }
    }

    // MARK: Asking

    private mutating func ask(_ questions: Set<Question>, on id: LinkID, at now: Duration) -> [Action] {
        for question in questions { links[id]?.askings[question]?.wasAsked(at: now) }
        let ordered = questions.sorted { one, other in
            (one.type.rawValue, "\(one.name)") < (other.type.rawValue, "\(other.name)")
        }
        let known = ordered.flatMap { knownAnswers(to: $0, on: id, at: now) }
        return Packets.query(ordered, knownAnswers: known).map { .send(Outgoing(link: id, bytes: $0)) }
    }

    /// Shared records that need not be said again for half their life (RFC 6762 §7.1).
    private func knownAnswers(to question: Question, on id: LinkID, at now: Duration) -> [ResourceRecord] {
        guard question.type == .ptr, let cache = caches[id.interface] else { return [] }
        return cache.entries(question.name, .ptr).compactMap { entry in
            let left = (entry.expires - now).components.seconds
            return left * 2 > Int64(entry.record.ttl) ? entry.record.living(UInt32(clamping: left)) : nil
        }
    }

    /// Somebody else asked what we were about to ask, and knows no more than we do (RFC 6762 §7.3).
    private mutating func suppress(_ received: Received, at now: Duration) {
        let message = received.message
        guard !message.flags.contains(.truncated), received.source.port == Received.port,
            let cache = caches[received.link.interface]
        else { return }
        for question in message.questions where !question.wantsUnicast && question.recordClass == 1 {
            guard let asking = links[received.link]?.askings[question], asking.next <= now + .seconds(1) else {
                continue
            }
            let isOurs = message.answers.filter(question.matches).allSatisfy { answer in
                cache.entries(answer.name, answer.type).contains { $0.record.isSame(as: answer) }
            }
            if isOurs { links[received.link]?.askings[question]?.wasAsked(at: now) }
        }
    }

    /// Asks for what is missing of the instances that are known, and for nothing that is not.
    private mutating func resolve(at now: Duration) {
        for id in links.keys.sorted() {
            guard let cache = caches[id.interface] else { continue }
            var missing: Set<Question> = []
            for instance in cache.instances {
                let places = cache.entries(instance.name, .srv)
                if places.isEmpty { missing.insert(Question(name: instance.name, type: .srv)) }
                if cache.entries(instance.name, .txt).isEmpty {
                    missing.insert(Question(name: instance.name, type: .txt))
                }
                for case .srv(let place) in places.map(\.record.data) where !cache.hasAddress(place.target) {
                    missing.insert(Question(name: place.target, type: .a))
                    missing.insert(Question(name: place.target, type: .aaaa))
                }
            }
            let start = now + delay()
            for question in missing where links[id]?.askings[question] == nil {
                links[id]?.askings[question] = Asking(next: start)
            }
            for question in (links[id]?.askings ?? [:]).keys where !missing.contains(question) {
                if question.type != .ptr { links[id]?.askings[question] = nil }
            }
        }
    }

    /// The link itself, or another of its interface.
    private func living(_ id: LinkID) -> LinkID? {
        links[id] != nil ? id : links.keys.filter { $0.interface == id.interface }.min()
    }

    private mutating func delay() -> Duration { .milliseconds(Int.random(in: 20...120, using: &random)) }

    /// Up to 2 % of a record's life.
    private mutating func jitter() -> Double { Double.random(in: 0...0.02, using: &random) }

    // MARK: Changes

    private mutating func changes() -> [Action] {
        let now = Resolution(types: types, caches: caches, names: interfaceNames).services
        let before = reported
        reported = now
        let gone = before.filter { now[$0.key] == nil }.map { ServiceChange.removed($0.value) }
        let others = now.compactMap { id, service -> ServiceChange? in
            guard let old = before[id] else { return .added(service) }
            return old == service ? nil : .updated(service)
        }
        return (gone + others).sorted { $0.service.id.description < $1.service.id.description }.map(Action.change)
    }

    private var interfaceNames: [Int: String] {
        Dictionary(links.map { ($0.key.interface, $0.value.interface) }, uniquingKeysWith: { one, _ in one })
    }
}

/// All records of one name and type.
private struct RecordSet: Hashable {
    let name: DomainName
    let type: RecordType

    init(_ record: ResourceRecord) {
        name = record.name
        type = record.type
    }
}

extension ResourceRecord {
    /// Records of a lower rank lead to those of a higher one.
    fileprivate var rank: Int {
        switch data {
        case .ptr: 0
        case .srv, .txt: 1
        default: 2
        }
    }
}
