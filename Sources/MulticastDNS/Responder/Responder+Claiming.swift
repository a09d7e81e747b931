/// Probing, conflicts and announcing (RFC 6762 §8, §9).
extension Responder {
    /// Sends the probes and announcements that are due.
    mutating func advance(_ id: LinkID, at now: Duration) -> [Action] {
        guard var link = links[id] else { return [] }
        var actions: [Action] = []
        var announced: [ResourceRecord] = []
        for index in claims.indices {
            switch link.progress[index] {
            case .probing(let sent, let next) where next <= now && sent < Self.probes:
                actions += probe(index, on: id).map(Action.send)
                link.progress[index] = .probing(sent: sent + 1, next: now + Self.probeGap)
            case .probing(_, let next) where next <= now:
                // Nobody objected to three probes.
                link.progress[index] = .announcing(sent: 1, next: now + .seconds(1))
                announced += records(of: index, on: link)
                actions.append(.established(claims[index].name, id))
            case .announcing(let sent, let next) where next <= now:
                announced += records(of: index, on: link)
                link.progress[index] =
                    sent + 1 < Self.announcements
                    ? .announcing(sent: sent + 1, next: now + .seconds(1 << sent)) : .established
            default: break
            }
        }
        announced = announced.unrepeated()
        link.pending.removeAll { item in announced.contains(where: item.record.isSame) }
        link.noteSent(announced, at: now)
        links[id] = link
        let denials = announced.isEmpty ? [] : hostDenial(on: link)
        return actions + multicast(announced, additionals: denials, on: id)
    }

    /// Asks whether anybody has a name, and says what we would do with it.
    ///
    /// The answers come by multicast: where several programs share the port, the system gives a unicast answer to only one
    /// of them (RFC 6762 §15.1).
    private func probe(_ index: Int, on id: LinkID) -> [Outgoing] {
        guard let link = links[id] else { return [] }
        let message = DNSMessage(
            questions: [Question(name: name(of: claims[index]), type: .any)],
            authorities: unique(of: index, on: link).map { record in
                var plain = record
                plain.isUnique = false
                return plain
            }
        )
        return message.encoded().map { [Outgoing(link: id, bytes: $0)] } ?? []
    }

    /// Reads a response: who has which names, and who has said what we were about to say.
    mutating func hear(_ received: Received, at now: Duration) -> [Action] {
        var actions: [Action] = []
        let id = received.link
        for record in received.message.answers + received.message.additionals where record.recordClass == 1 {
            for index in claims.indices where name(of: claims[index]) == record.name {
                actions += check(record, claim: index, on: id, at: now)
            }
            links[id]?.pending.removeAll { item in
                // RFC 6762 §7.4.
                item.record.isSame(as: record) && record.ttl >= item.record.ttl
            }
            rescue(record, on: id, at: now)
        }
        return actions
    }

    /// Decides whether another's record takes a name from us.
    private mutating func check(_ record: ResourceRecord, claim index: Int, on id: LinkID, at now: Duration) -> [Action]
    {
        guard let link = links[id], record.ttl > 0, record.type != .nsec, !isOurs(record, claim: index) else {
            return []
        }
        guard !link.progress[index].isProbing else { return rename(index, at: now) }
        guard links.values.contains(where: { unique(of: index, on: $0).contains { $0.type == record.type } }) else {
            return []
        }
        // Both thought the name theirs: it is probed again, and the other does the same.
        let start = now + milliseconds(0...250)
        links[id]?.progress[index] = .probing(sent: 0, next: start)
        forget(index, on: id)
        return []
    }

    /// A shared or identical record that another takes back, or lets live too briefly, is said again (RFC 6762 §6.6).
    private mutating func rescue(_ record: ResourceRecord, on id: LinkID, at now: Duration) {
        guard let link = links[id] else { return }
        for index in claims.indices where !link.progress[index].isProbing {
            for mine in records(of: index, on: link) where mine.isSame(as: record) && record.ttl < mine.ttl / 2 {
                let due = now + milliseconds(20...120)
                links[id]?.schedule(mine, at: due, gap: .seconds(1))
            }
        }
    }

    /// Of two who probe for one name at the same time, the one with the lesser records gives way (RFC 6762 §8.2).
    mutating func yield(to received: Received, at now: Duration) {
        let id = received.link
        guard let link = links[id], received.source.port == Received.port else { return }
        for index in claims.indices where link.progress[index].isProbing {
            let name = name(of: claims[index])
            let theirs = received.message.authorities.filter { $0.name == name }
            guard !theirs.isEmpty, received.message.questions.contains(where: { $0.name == name }),
                !theirs.allSatisfy({ isOurs($0, claim: index) })
            else { continue }
            if Tiebreak.isLess(unique(of: index, on: link), than: theirs) {
                links[id]?.progress[index] = .probing(sent: 0, next: now + .seconds(1))
            }
        }
    }

    /// Gives a name up for the next one, on all links.
    private mutating func rename(_ index: Int, at now: Duration) -> [Action] {
        let old = claims[index].name
        for id in links.keys { forget(index, on: id) }
        let pause = claims[index].rename(at: now)
        let start = now + pause + milliseconds(0...250)
        for id in links.keys {
            links[id]?.progress[index] = .probing(sent: 0, next: start)
            guard claims[index].kind == .host else { continue }
            // The services now are somewhere else.
            for other in claims.indices where other != index {
                guard links[id]?.progress[other].isProbing == false else { continue }
                forget(other, on: id)
                links[id]?.progress[other] = .announcing(sent: 0, next: start + .seconds(1))
            }
        }
        return [.renamed(from: old, to: claims[index].name)]
    }

    /// Drops answers that are no longer true.
    private mutating func forget(_ index: Int, on id: LinkID) {
        guard let link = links[id] else { return }
        let gone = records(of: index, on: link)
        links[id]?.pending.removeAll { item in gone.contains(where: item.record.isSame) }
        for key in link.unfinished.keys {
            links[id]?.unfinished[key]?.answers.removeAll { answer in gone.contains(where: answer.isSame) }
        }
    }
}

/// The order of two sets of records (RFC 6762 §8.2.1).
enum Tiebreak {
    /// Whether ours come before theirs, so that theirs win.
    static func isLess(_ ours: [ResourceRecord], than theirs: [ResourceRecord]) -> Bool {
        let (ours, theirs) = (sorted(ours), sorted(theirs))
        for (mine, other) in zip(ours, theirs) where mine != other {
            return mine.lexicographicallyPrecedes(other)
        }
        return ours.count < theirs.count
    }

    private static func sorted(_ records: [ResourceRecord]) -> [[UInt16]] {
        let keys = records.map { [$0.recordClass, $0.type.rawValue] + $0.data.wire.map(UInt16.init) }
        return keys.sorted { $0.lexicographicallyPrecedes($1) }
    }
}

extension [ResourceRecord] {
    /// Each once, in their order.
    func unrepeated() -> [ResourceRecord] {
        var seen: Set<ResourceRecord> = []
        return filter { seen.insert($0).inserted }
    }
}
