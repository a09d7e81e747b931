import CHTML

/// What is in a page, in order.
enum HTMLEvent: Equatable {
    case start(name: String, attributes: [String: String])
    case text(String)
    case end
}

/// Reads HTML of any quality with libxml2, which loads nothing and keeps elements at most 256 deep.
enum HTMLReader {
    /// - Parameters:
    ///   - bytes: UTF-8.
    ///   - limit: of what comes out, in bytes; what is longer is left out.
    static func events(_ bytes: [UInt8], limit: Int) -> [HTMLEvent] {
        let bytes = PlainTags.rewritten(bytes)
        var found: UnsafeMutablePointer<UInt8>?
        let length = unsafe bytes.withUnsafeBytes { buffer in
            unsafe chtml_events(buffer.assumingMemoryBound(to: CChar.self).baseAddress, buffer.count, limit, &found)
        }
        guard length > 0, let start = unsafe found else { return [] }
        defer { unsafe chtml_free(start) }
        return events(of: unsafe Array(UnsafeBufferPointer(start: start, count: length)))
    }

    private static func events(of bytes: [UInt8]) -> [HTMLEvent] {
        var events: [HTMLEvent] = []
        var at = 0
        func text() -> String {
            let end = bytes[at...].firstIndex(of: 0) ?? bytes.count
            defer { at = end + 1 }
            return String(decoding: bytes[at..<end], as: UTF8.self)
        }
        while at < bytes.count {
            let kind = bytes[at]
            at += 1
            switch kind {
            case UInt8(ascii: "S"): events.append(.start(name: text(), attributes: [:]))
            case UInt8(ascii: "A"):
                let (name, value) = (text(), text())
                guard case .start(let element, var attributes)? = events.last else { continue }
                attributes[name] = value
                events[events.count - 1] = .start(name: element, attributes: attributes)
            case UInt8(ascii: "T"): events.append(.text(text()))
            default: events.append(.end)
            }
        }
        return events
    }
}
