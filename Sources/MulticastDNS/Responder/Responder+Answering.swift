/// Answers to questions (RFC 6762 §6, §7).
extension Responder {
    /// Reads a query, and answers it now or puts the answers down for later.
    mutating func answer(_ received: Received, at now: Duration) -> [Action] {
        let (message, id) = (received.message, received.link)
        guard let link = links[id] else { return [] }
        if received.source.port != Received.port { return answerOldClient(received, on: link) }
        if message.questions.isEmpty {
            suppress(message.answers, of: received.source, on: id)
            return []
        }
        var isWhole = true
        var unicast: [ResourceRecord] = []
        var multicast: [ResourceRecord] = []
        for question in message.questions {
            let found = answers(to: question, on: link).filter { !isKnown($0, by: message.answers) }
            if found.isEmpty { isWhole = false }
            if question.wantsUnicast {
                // What others have not heard for long they are told too (RFC 6762 §5.4).
                let isFresh = { (record: ResourceRecord) in
                    link.lastSent(record).map { now - $0 < .seconds(Int(record.ttl) / 4) } ?? false
                }
                unicast += found.filter(isFresh)
                multicast += found.filter { !isFresh($0) }
            } else {
                multicast += found
            }
        }
        let isProbe = !message.authorities.isEmpty
        schedule(multicast.unrepeated(), for: received, isWhole: isWhole, isProbe: isProbe, at: now)
        let direct = unicast.unrepeated()
        guard !direct.isEmpty else { return speak(id, at: now) }
        let packets = Packets.response(direct, additionals: additionals(to: direct, on: link))
        return packets.map { .send(Outgoing(link: id, destination: received.source, bytes: $0)) } + speak(id, at: now)
    }

    /// When to multicast answers (RFC 6762 §6).
    private mutating func schedule(
        _ records: [ResourceRecord],
        for received: Received,
        isWhole: Bool,
        isProbe: Bool,
        at now: Duration
    ) {
        let id = received.link
        if received.message.flags.contains(.truncated) {
            guard let link = links[id], link.unfinished.count < ResponderLink.unfinishedLimit, !records.isEmpty else {
                return
            }
            let due = now + milliseconds(400...500)
            links[id]?.unfinished[received.source] = ResponderLink.Unfinished(answers: records, due: due)
            return
        }
        // Only who alone can answer need not wait for others.
        let isAlone = records.allSatisfy(\.isUnique) && isWhole
        let due = isProbe || isAlone ? now : now + milliseconds(20...120)
        for record in records {
            links[id]?.schedule(record, at: due, gap: isProbe ? Self.probeGap : .seconds(1))
        }
    }

    /// More known answers of a query that came before.
    private mutating func suppress(_ known: [ResourceRecord], of source: Endpoint, on id: LinkID) {
        let left = links[id]?.unfinished[source]?.answers.filter { !isKnown($0, by: known) }
        if let left { links[id]?.unfinished[source]?.answers = left }
    }

    /// Puts down the answers of queries whose known answers must all be here by now.
    mutating func finish(_ id: LinkID, at now: Duration) {
        guard let link = links[id] else { return }
        for (source, query) in link.unfinished where query.due <= now {
            links[id]?.unfinished[source] = nil
            for record in query.answers { links[id]?.schedule(record, at: now, gap: .seconds(1)) }
        }
    }

    /// Multicasts what is due on a link.
    mutating func speak(_ id: LinkID, at now: Duration) -> [Action] {
        guard var link = links[id] else { return [] }
        let records = link.takeDue(at: now)
        guard !records.isEmpty else { return [] }
        let extra = additionals(to: records, on: link).filter { record in
            link.lastSent(record).map { now - $0 >= .seconds(1) } ?? true
        }
        link.noteSent(records + extra, at: now)
        links[id] = link
        return multicast(records, additionals: extra, on: id)
    }

    /// A client that knows only unicast DNS gets an answer of that kind (RFC 6762 §6.7).
    private func answerOldClient(_ received: Received, on link: ResponderLink) -> [Action] {
        let query = received.message
        let found = query.questions.flatMap { answers(to: $0, on: link) }.unrepeated()
        guard !found.isEmpty else { return [] }
        let plain = { (record: ResourceRecord) in
            var copy = record.living(min(record.ttl, 10))
            copy.isUnique = false
            return copy
        }
        var writer = MessageWriter(
            id: query.id,
            flags: [.response, .authoritative],
            limit: Packets.usualSize,
            compressesServices: false
        )
        for question in query.questions {
            guard writer.add(Question(name: question.name, type: question.type)) else { return [] }
        }
        for record in found where !writer.add(plain(record), to: .answers) { writer.mark(.truncated) }
        for record in additionals(to: found, on: link) { _ = writer.add(plain(record), to: .additionals) }
        return [.send(Outgoing(link: received.link, destination: received.source, bytes: writer.bytes))]
    }

    /// What we have to say to a question; names that are not yet ours are not spoken of.
    private func answers(to question: Question, on link: ResponderLink) -> [ResourceRecord] {
        var found: [ResourceRecord] = []
        for index in claims.indices where !link.progress[index].isProbing {
            let all = records(of: index, on: link)
            let matching = all.filter(question.matches)
            found += matching
            let name = name(of: claims[index])
            if matching.isEmpty, question.name == name, question.recordClass == 1 || question.recordClass == 255 {
                found.append(own.denial(of: name, types: Set(all.filter { $0.name == name }.map(\.type))))
            }
        }
        return found.unrepeated()
    }

    /// Whether the one who asks has it, and will for half of its life at least (RFC 6762 §7.1).
    private func isKnown(_ record: ResourceRecord, by known: [ResourceRecord]) -> Bool {
        known.contains { $0.isSame(as: record) && $0.ttl >= record.ttl / 2 }
    }

    /// What will be asked for next (RFC 6763 §12).
    private func additionals(to answers: [ResourceRecord], on link: ResponderLink) -> [ResourceRecord] {
        var extra: [ResourceRecord] = []
        for index in claims.indices where !link.progress[index].isProbing {
            guard case .service = claims[index].kind else { continue }
            let name = name(of: claims[index])
            let isMeant = answers.contains { $0.data == .ptr(name) || $0.name == name && $0.type == .srv }
            if isMeant { extra += unique(of: index, on: link) }
        }
        let needsHost = (answers + extra).contains { $0.type == .srv || $0.name == host }
        if needsHost, link.progress.first?.isProbing == false {
            extra += unique(of: 0, on: link) + hostDenial(on: link)
        }
        return extra.unrepeated().filter { !answers.contains($0) }
    }

    /// Says that the host has addresses of one kind only, where that is so (RFC 6762 §6.2).
    func hostDenial(on link: ResponderLink) -> [ResourceRecord] {
        guard link.progress.first?.isProbing == false else { return [] }
        let types = Set(link.addresses.map(\.recordType))
        return types.count == 1 ? [own.denial(of: host, types: types)] : []
    }
}
