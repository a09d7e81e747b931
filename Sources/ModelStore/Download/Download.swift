import AsyncHTTPClient
import ModelCatalog
import NIOCore
import NIOHTTP1
import SwarmCore

/// Fetches what is missing of one file, several pieces at a time.
///
/// Whatever ends it, what has arrived is on disk and in the journal.
struct Download: Sendable {
    let hub: Hub
    let file: ModelArtifact.File
    let partial: PartialFile
    let meter: PullMeter
    /// Where the bytes are; found anew when they have gone from there.
    private let location: Locked<String?>

    /// A file on the hub may change under a pull so often.
    private static let changes = 2

    init(hub: Hub, file: ModelArtifact.File, partial: PartialFile, meter: PullMeter) {
        self.hub = hub
        self.file = file
        self.partial = partial
        self.meter = meter
        location = Locked(nil)
    }

    private var rules: DownloadRules { hub.rules }

    /// How one request, or all of them, ended.
    private enum Ending: Sendable {
        case complete
        case trouble(Trouble)
        /// The file is another one now.
        case changed
        /// The server answers with the whole file whatever it is asked for.
        case ignoresRanges
    }

    /// Fetches until nothing is missing.
    func run(_ first: RemoteFile) async throws(PullError) {
        var remote = first
        var changes = 0
        while !partial.missing(most: .max).isEmpty {
            location.withLock { [now = remote.location] in $0 = now }
            let ending = remote.hasRanges ? await pieces(of: remote) : await whole(of: remote)
            do throws(PullError) { try await partial.checkpoint() } catch {
                if case .complete = ending { throw error }
            }
            switch ending {
            case .complete: break
            case .trouble(.final(let error)): throw error
            case .trouble(.passing(let reason, _)): throw .givenUp(reason: reason, attempts: rules.retry.attempts)
            case .ignoresRanges: remote.hasRanges = false
            case .changed:
                changes += 1
                guard changes <= Self.changes else { throw .changing(file.name) }
                let content = remote.content
                remote = try await hub.locate(file, repository: content.repository, commit: content.commit)
                try await partial.startOver(remote.content)
                meter.enter(.downloading, bytes: 0)
            }
        }
    }

    /// All missing pieces; the first that fails for good ends the others.
    private func pieces(of remote: RemoteFile) async -> Ending {
        let waiting = Locked(partial.missing(most: rules.pieceBytes)[...])
        return await withTaskGroup(of: Ending.self) { group in
            for _ in 0..<max(1, rules.connections) {
                group.addTask {
                    while let piece = waiting.withLock({ $0.popFirst() }) {
                        let ending = await fetch(piece, of: remote)
                        guard case .complete = ending else { return ending }
                    }
                    return .complete
                }
            }
            var result = Ending.complete
            for await ending in group {
                if case .complete = ending { continue }
                // What the others say after this one is only that they were stopped.
                if case .complete = result { result = ending }
                group.cancelAll()
            }
            return result
        }
    }

    /// One piece, in as many requests as it takes.
    private func fetch(_ piece: Range<UInt64>, of remote: RemoteFile) async -> Ending {
        var place = piece.lowerBound
        var failures = 0
        while true {
            if Task.isCancelled { return .trouble(.final(.cancelled)) }
            let (reached, ending) = await request(place..<piece.upperBound, of: remote)
            guard case .trouble(let trouble) = ending else { return ending }
            // A server that gives a few bytes at a time makes no progress worth the name.
            failures = reached - place >= UInt64(rules.blockBytes) ? 1 : failures + 1
            place = reached
            do throws(PullError) { try await rules.retry.pause(after: trouble, failures: failures) } catch {
                return .trouble(.final(error))
            }
        }
    }

    /// The whole file in one go, from its beginning every time.
    private func whole(of remote: RemoteFile) async -> Ending {
        var failures = 0
        while true {
            if Task.isCancelled { return .trouble(.final(.cancelled)) }
            do throws(PullError) { try await partial.startOver(remote.content) } catch {
                return .trouble(.final(error))
            }
            meter.enter(.downloading, bytes: 0)
            let (_, ending) = await request(0..<remote.content.bytes, of: remote, isWhole: true)
            guard case .trouble(let trouble) = ending else { return ending }
            failures += 1
            do throws(PullError) { try await rules.retry.pause(after: trouble, failures: failures) } catch {
                return .trouble(.final(error))
            }
        }
    }

    /// One request for a range.
    /// - Returns: up to where the bytes are on disk, and how it ended.
    private func request(
        _ range: Range<UInt64>,
        of remote: RemoteFile,
        isWhole: Bool = false
    ) async -> (reached: UInt64, ending: Ending) {
        var place = range.lowerBound
        do throws(Trouble) {
            guard let reply = try await reply(range, of: remote, isWhole: isWhole) else {
                return (place, .ignoresRanges)
            }
            if let tag = reply.headers.first(name: "ETag").flatMap(ETag.init)?.validator,
                let validator = remote.content.validator, tag != validator
            {
                return (place, .changed)
            }
            let end = try expectedEnd(of: reply, range: range, content: remote.content, isWhole: isWhole)
            try await receive(reply, from: &place, to: end)
            if place < range.upperBound {
                throw .passing("\(reply.origin.host) sent \(place - range.lowerBound) bytes of \(range.count)")
            }
            return (place, .complete)
        } catch {
            return (place, .trouble(error))
        }
    }

    /// Asks where the bytes were last, or the hub; `nil` when the server does not heed ranges.
    private func reply(_ range: Range<UInt64>, of remote: RemoteFile, isWhole: Bool) async throws(Trouble) -> Hub.Reply?
    {
        var headers = HTTPHeaders()
        if !isWhole {
            headers.add(name: "Range", value: "bytes=\(range.lowerBound)-\(range.upperBound - 1)")
            if let validator = remote.content.validator { headers.add(name: "If-Range", value: validator) }
        }
        let known = location.withLock { $0 }
        let reply = try await hub.get(known ?? remote.address, headers: headers)
        switch reply.status {
        case 206 where !isWhole, 200 where isWhole: break
        case 200:
            // Either it does not know ranges, or the file is not what it was.
            let tag = reply.headers.first(name: "ETag").flatMap(ETag.init)?.validator
            let validator = remote.content.validator
            if tag == nil || validator == nil || tag == validator { return nil }
        case 400..<500 where known != nil && reply.status != 429 && reply.status != 408:
            // Addresses that a hub gives out hold for some time only.
            location.withLock { $0 = nil }
            throw .passing("\(reply.origin.host) answers \(reply.status)")
        default:
            throw reply.refusal(
                .file(file.name, repository: remote.content.repository),
                hasToken: hub.settings.token != nil
            )
        }
        if known == nil, !reply.isHub { location.withLock { [address = reply.address] in $0 = address } }
        return reply
    }

    /// Up to where the answer goes, by its own account; an account that cannot be is trouble.
    private func expectedEnd(
        of reply: Hub.Reply,
        range: Range<UInt64>,
        content: Journal.Content,
        isWhole: Bool
    ) throws(Trouble) -> UInt64 {
        let host = reply.origin.host
        if let coding = reply.headers.first(name: "Content-Encoding"), coding.lowercased() != "identity" {
            throw .final(.badReply("\(host) sends the file compressed"))
        }
        let length = reply.headers.first(name: "Content-Length").flatMap { UInt64($0) }
        if isWhole {
            if let length, length != content.bytes {
                throw .final(.wrongLength(file.name, said: content.bytes, found: length))
            }
            return range.upperBound
        }
        guard let part = reply.headers.first(name: "Content-Range").flatMap(ContentRange.init) else {
            throw .passing("\(host) answers with a part and does not say which")
        }
        if let total = part.total, total != content.bytes {
            throw .final(.wrongLength(file.name, said: content.bytes, found: total))
        }
        guard part.range.lowerBound == range.lowerBound, part.range.upperBound <= range.upperBound else {
            throw .passing("\(host) answers with other bytes than it was asked for")
        }
        if let length, length != UInt64(part.range.count) {
            throw .passing("\(host) contradicts itself about the length")
        }
        return part.range.upperBound
    }

    /// Writes what arrives, in blocks; also what has arrived when it breaks off.
    private func receive(_ reply: Hub.Reply, from place: inout UInt64, to end: UInt64) async throws(Trouble) {
        var block: [UInt8] = []
        block.reserveCapacity(rules.blockBytes)
        var trouble: Trouble?
        do {
            for try await buffer in reply.response.body {
                let room = end - place - UInt64(block.count)
                guard UInt64(buffer.readableBytes) <= room else {
                    trouble = .final(.badReply("\(reply.origin.host) sends more bytes than it was asked for"))
                    break
                }
                block += buffer.readableBytesView
                if block.count >= rules.blockBytes { try await write(&block, at: &place) }
            }
        } catch let error as PullError {
            throw .final(error)
        } catch {
            trouble = Web.trouble(error, with: reply.origin)
        }
        do throws(PullError) { try await write(&block, at: &place) } catch { throw .final(error) }
        if Task.isCancelled { throw .final(.cancelled) }
        if let trouble { throw trouble }
    }

    private func write(_ block: inout [UInt8], at place: inout UInt64) async throws(PullError) {
        guard !block.isEmpty else { return }
        try await partial.write(block, at: place)
        place += UInt64(block.count)
        meter.add(UInt64(block.count))
        block.removeAll(keepingCapacity: true)
    }
}
