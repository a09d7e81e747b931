package import SwarmCore

/// One thing in a `text/event-stream`, WHATWG HTML section 9.2.
package enum ServerSentEvent: Sendable, Equatable {
    /// A line that clients skip; it keeps the connection from looking dead.
    case comment(String)
    /// Data with the name of its event, if it has one. Data holds line feeds only, no carriage returns.
    case message(event: String? = nil, data: String)

    /// As it is sent.
    package var utf8: [UInt8] {
        var out: [UInt8] = []
        switch self {
        case .comment(let text):
            out.append(contentsOf: ": \(text)\n".utf8)
        case .message(let event, let data):
            if let event { out.append(contentsOf: "event: \(event)\n".utf8) }
            for line in data.split(separator: "\n", omittingEmptySubsequences: false) {
                out.append(contentsOf: "data: \(line)\n".utf8)
            }
        }
        out.append(UInt8(ascii: "\n"))
        return out
    }
}

extension ServerSentEvent {
    /// The sign of life, with how far the request is, such as `: keep-alive, 3 of 5 have ended`.
    ///
    /// It always begins the same: some clients stumble over `: ping`.
    package static func keepAlive(_ phase: Phase) -> [UInt8] {
        let progress =
            switch phase {
            case .queued(let ahead): "waiting behind \(ahead)"
            case .prefilling(let done, let all): "\(done) of \(all) prompt tokens read"
            case .voting(let ready, let all): "\(ready) of \(all) have ended"
            case .working(let tool): "\(tool) is running"
            }
        return ServerSentEvent.comment("keep-alive, " + progress).utf8
    }

    /// The end of a stream in OpenAI's formats.
    package static let done = ServerSentEvent.message(data: "[DONE]").utf8

    /// A value as one frame.
    package static func data(_ value: JSON) -> [UInt8] { ServerSentEvent.message(data: value.text).utf8 }
}

/// Reads a `text/event-stream` however its bytes are cut into pieces.
package struct ServerSentEventParser: Sendable {
    private var line: [UInt8] = []
    private var lastWasReturn = false
    private var isFirstLine = true
    private var event: String?
    private var data: [String] = []
    /// Bytes of the line and the message that are being read.
    private var held = 0
    private let limit: Int

    /// A line or a message was longer than the limit; nothing more is given.
    package private(set) var hasOverflowed = false

    /// - Parameter limit: most bytes of one message.
    package init(limit: Int = .max) { self.limit = limit }

    /// Takes more bytes and gives what is complete now.
    ///
    /// A message that lacks its blank line is never given.
    package mutating func feed(_ bytes: some Sequence<UInt8>) -> [ServerSentEvent] {
        var found: [ServerSentEvent] = []
        for byte in bytes {
            if hasOverflowed { break }
            defer { lastWasReturn = byte == 0x0D }
            switch byte {
            case 0x0A where lastWasReturn: continue
            case 0x0A, 0x0D:
                if let next = endLine() { found.append(next) }
            default:
                line.append(byte)
                held += 1
                if held > limit { hasOverflowed = true }
            }
        }
        return found
    }

    private mutating func endLine() -> ServerSentEvent? {
        defer {
            line = []
            if data.isEmpty { held = 0 }
        }
        if isFirstLine {
            isFirstLine = false
            if line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        }
        guard !line.isEmpty else { return endMessage() }
        let parts = line.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
        var value = parts.count > 1 ? parts[1] : []
        if value.first == UInt8(ascii: " ") { value.removeFirst() }
        let text = String(decoding: value, as: UTF8.self)
        switch String(decoding: parts[0], as: UTF8.self) {
        case "": return .comment(text)
        case "data": data.append(text)
        case "event": event = text
        default: break
        }
        return nil
    }

    private mutating func endMessage() -> ServerSentEvent? {
        defer { (event, data) = (nil, []) }
        return data.isEmpty ? nil : .message(event: event, data: data.joined(separator: "\n"))
    }
}
