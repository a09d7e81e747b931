/// What was heard on one interface about the services that are looked for, bounded in every respect.
///
/// Only what leads to such a service is kept: its PTR record, SRV and TXT of instances that have one, and addresses of
/// hosts that an SRV record names.
struct RecordCache {
    struct Entry {
        var record: ResourceRecord
        /// Who said it.
        var source: IPAddress
        /// The link on which it came.
        var link: LinkID
        var received: Duration
        var expires: Duration
        /// When it is asked for again, and how often it has been (RFC 6762 §5.2).
        var refresh: Duration?
        var refreshes = 0
    }

    private let types: Set<DomainName>
    private let limits: BrowserLimits
    private var entries: [DomainName: [Entry]] = [:]
    /// The names that PTR records lead to, and how many SRV records lead to a host.
    private var known: Set<DomainName> = []
    private var hosts: [DomainName: Int] = [:]
    /// How many instances each source has told of.
    private var told: [IPAddress: Int] = [:]
    private(set) var count = 0
    /// No entry expires or is to be refreshed before.
    private(set) var deadline: Duration?

    init(types: Set<DomainName>, limits: BrowserLimits) {
        self.types = types
        self.limits = limits
    }

    /// The entries of a name and a type.
    func entries(_ name: DomainName, _ type: RecordType) -> [Entry] {
        (entries[name] ?? []).filter { $0.record.type == type }
    }

    /// The instances of all types, in no order.
    var instances: [(entry: Entry, name: DomainName)] {
        types.flatMap { type in
            (entries[type] ?? []).compactMap { entry in
                if case .ptr(let name) = entry.record.data { (entry, name) } else { nil }
            }
        }
    }

    // MARK: Taking in

    /// Takes a record in, if it is of use and there is room.
    /// - Parameter refresh: the time of the first refresh as a share of the record's life.
    /// - Returns: whether anything is known that was not known before.
    mutating func take(_ record: ResourceRecord, from received: Received, refresh: Double, at now: Duration) -> Bool {
        if record.ttl == 0 { return takeBack(record, at: now) }
        let life = Duration.seconds(Int(min(record.ttl, limits.longestLife)))
        let entry = Entry(
            record: record.living(min(record.ttl, limits.longestLife)),
            source: received.source.address,
            link: received.link,
            received: now,
            expires: now + life,
            refresh: now + life * refresh
        )
        note(entry)
        if let index = entries[record.name]?.firstIndex(where: { $0.record.isSame(as: record) }) {
            // Who first told of it stays answerable for it.
            var renewed = entry
            renewed.source = entries[record.name]?[index].source ?? entry.source
            entries[record.name]?[index] = renewed
            // Of several the newest counts, which may have been another until now.
            return (record.type == .srv || record.type == .txt) && entries(record.name, record.type).count > 1
        }
        guard makeRoom(for: entry) else { return false }
        entries[record.name, default: []].append(entry)
        count += 1
        switch record.data {
        case .ptr(let name):
            known.insert(name)
            told[entry.source, default: 0] += 1
        case .srv(let place): hosts[place.target, default: 0] += 1
        default: break
        }
        return true
    }

    /// A goodbye: the record has one more second, so that another who has it can say so (RFC 6762 §10.1).
    private mutating func takeBack(_ record: ResourceRecord, at now: Duration) -> Bool {
        guard let index = entries[record.name]?.firstIndex(where: { $0.record.isSame(as: record) }) else {
            return false
        }
        expire(record.name, index, at: now + .seconds(1))
        return false
    }

    /// Records of a unique set that came more than a second ago and were not repeated have one more second
    /// (RFC 6762 §10.2).
    mutating func flush(_ name: DomainName, _ type: RecordType, at now: Duration) {
        for (index, entry) in (entries[name] ?? []).enumerated()
        where entry.record.type == type && now - entry.received > .seconds(1) {
            expire(name, index, at: now + .seconds(1))
        }
    }

    private mutating func expire(_ name: DomainName, _ index: Int, at time: Duration) {
        guard var entry = entries[name]?[index], entry.expires > time else { return }
        entry.expires = time
        entry.refresh = nil
        entries[name]?[index] = entry
        note(entry)
    }

    private mutating func note(_ entry: Entry) {
        deadline = [deadline, entry.expires, entry.refresh].compactMap { $0 }.min()
    }

    // MARK: Bounds

    private mutating func makeRoom(for entry: Entry) -> Bool {
        let record = entry.record
        switch record.data {
        case .ptr(let name):
            guard types.contains(record.name), name.parent == record.name,
                let text = String(validating: name.labels[0], as: UTF8.self), InstanceName.isValid(text)
            else { return false }
            return makeRoomForInstance(from: entry.source)
        case .srv, .txt:
            guard known.contains(record.name) else { return false }
            return entries(record.name, record.type).count < limits.recordsPerInstance
        case .address:
            guard hosts[record.name] != nil else { return false }
            return (entries[record.name] ?? []).count < limits.addressesPerHost
        case .nsec, .other: return false
        }
    }

    /// When all places are taken, whoever has taken most of them loses one to whoever has fewer.
    private mutating func makeRoomForInstance(from source: IPAddress) -> Bool {
        let own = told[source] ?? 0
        guard own < limits.instancesPerSource else { return false }
        guard told.values.reduce(0, +) >= limits.instances else { return true }
        guard
            let greediest = told.max(by: { $0.value < $1.value }),
            greediest.value > own + 1
        else { return false }
        let last = instances.filter { $0.entry.source == greediest.key }.max { $0.entry.received < $1.entry.received }
        guard let last else { return false }
        remove(last.entry.record)
        return true
    }

    // MARK: Time

    /// Drops what has expired, and what nothing leads to any more.
    /// - Returns: whether anything was dropped.
    mutating func expire(at now: Duration) -> Bool {
        let gone = entries.values.flatMap { $0 }.filter { $0.expires <= now }
        for entry in gone { remove(entry.record) }
        return !gone.isEmpty
    }

    /// The records that are to be asked for again, with those that would be within half a second.
    /// - Parameter jitter: a share of a record's life that is added to its next time.
    mutating func takeRefreshes(at now: Duration, jitter: Double) -> [Entry] {
        var due: [Entry] = []
        guard entries.values.contains(where: { $0.contains { $0.refresh.map { $0 <= now } ?? false } }) else {
            return []
        }
        for (name, list) in entries {
            for (index, entry) in list.enumerated() {
                guard let refresh = entry.refresh, refresh <= now + .milliseconds(500) else { continue }
                due.append(entry)
                let next = entry.refreshes + 1
                let life = Duration.seconds(Int(entry.record.ttl))
                // At 80, 85, 90 and 95 % of its life.
                entries[name]?[index].refreshes = next
                entries[name]?[index].refresh =
                    next < 4 ? max(refresh, entry.received + life * (0.8 + 0.05 * Double(next) + jitter)) : nil
            }
        }
        return due
    }

    /// Reckons the deadline anew.
    mutating func renewDeadline() {
        deadline = entries.values.flatMap { $0.flatMap { [$0.expires, $0.refresh] } }.compactMap { $0 }.min()
    }

    /// Drops a record, and what nothing leads to without it.
    private mutating func remove(_ record: ResourceRecord) {
        guard let index = entries[record.name]?.firstIndex(where: { $0.record.isSame(as: record) }) else { return }
        let source = entries[record.name]?.remove(at: index).source
        if entries[record.name]?.isEmpty == true { entries[record.name] = nil }
        count -= 1
        switch record.data {
        case .ptr(let name):
            known.remove(name)
            for entry in entries[name] ?? [] where entry.record.type == .srv || entry.record.type == .txt {
                remove(entry.record)
            }
            guard let source, let number = told[source] else { return }
            told[source] = number > 1 ? number - 1 : nil
        case .srv(let place):
            let left = (hosts[place.target] ?? 1) - 1
            hosts[place.target] = left > 0 ? left : nil
            guard left <= 0 else { return }
            for entry in entries(place.target, .a) + entries(place.target, .aaaa) { remove(entry.record) }
        case .address, .txt, .nsec, .other: break
        }
    }
}

/// What a browser keeps at most; whoever floods the network with services gains no more than that.
package struct BrowserLimits: Sendable, Equatable {
    /// Services on one interface.
    package var instances = 256
    /// Services that one address on the network may tell of.
    package var instancesPerSource = 32
    /// SRV records of one service, and TXT records.
    package var recordsPerInstance = 4
    package var addressesPerHost = 16
    /// Seconds; whatever a record says, it is not kept for longer.
    package var longestLife: UInt32 = 4500

    package init() {}

    /// Records on one interface, following from the others.
    package var records: Int { instances * (1 + 2 * recordsPerInstance + recordsPerInstance * addressesPerHost) }
}
