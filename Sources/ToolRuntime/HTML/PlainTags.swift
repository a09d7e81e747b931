/// Rewrites HTML so that a parser has little to do: elements keep the few attributes that are wanted, once each, and
/// comments, declarations, scripts and styles go.
///
/// The parser compares each attribute of an element with all before it, so that one element with a hundred thousand of
/// them would keep it busy for minutes, and nothing could stop it. The borders of elements are those of the HTML standard
/// (html.spec.whatwg.org, section 13.2.5); one pass, in time proportional to length.
struct PlainTags {
    /// Longest value of an attribute that is kept, in bytes.
    private static let value = 8192
    private static let wanted: Set<[UInt8]> = Set(["href", "src", "alt", "start"].map { Array($0.utf8) })
    /// Elements whose content is no HTML, and whether it goes too.
    private static let raw: [[UInt8]: Bool] = Dictionary(
        uniqueKeysWithValues: [
            ("script", true), ("style", true), ("iframe", true), ("noembed", true), ("noframes", true), ("xmp", false),
            ("textarea", true), ("title", false),
        ].map { (Array($0.0.utf8), $0.1) }
    )

    private let bytes: [UInt8]
    private var at = 0
    private var out: [UInt8] = []

    static func rewritten(_ bytes: [UInt8]) -> [UInt8] {
        var tags = PlainTags(bytes)
        tags.run()
        return tags.out
    }

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
        out.reserveCapacity(bytes.count)
    }

    private func byte(_ place: Int) -> UInt8 { place < bytes.count ? bytes[place] : 0 }

    private mutating func run() {
        while at < bytes.count {
            guard bytes[at] == UInt8(ascii: "<") else {
                // A zero would end the parser's own text.
                out.append(bytes[at] == 0 ? 0x20 : bytes[at])
                at += 1
                continue
            }
            let next = byte(at + 1)
            if PlainTags.isLetter(next) {
                element()
            } else if next == UInt8(ascii: "/") {
                endTag()
            } else if next == UInt8(ascii: "!"), byte(at + 2) == UInt8(ascii: "-"), byte(at + 3) == UInt8(ascii: "-") {
                at += 4
                skip(past: Array("-->".utf8))
            } else if next == UInt8(ascii: "!") || next == UInt8(ascii: "?") {
                skip(past: [UInt8(ascii: ">")])
            } else {
                out += "&lt;".utf8
                at += 1
            }
        }
    }

    /// Goes past the next place of some bytes, or to the end.
    private mutating func skip(past end: [UInt8]) {
        while at < bytes.count {
            if bytes[at] == end[0], bytes[at...].starts(with: end) {
                at += end.count
                return
            }
            at += 1
        }
    }

    private mutating func endTag() {
        let start = at
        at += 2
        let name = name()
        skip(past: [UInt8(ascii: ">")])
        // `</` before anything else begins a comment.
        guard !name.isEmpty, bytes[at - 1] == UInt8(ascii: ">"), PlainTags.isLetter(byte(start + 2)) else { return }
        out += "</".utf8
        out += name
        out.append(UInt8(ascii: ">"))
    }

    /// Letters, digits and the like, in lower case; a name goes on until a blank, `/` or `>`.
    private mutating func name() -> [UInt8] {
        var name: [UInt8] = []
        while at < bytes.count, !PlainTags.isBlank(bytes[at]), bytes[at] != 0x2F, bytes[at] != 0x3E {
            let small = (0x41...0x5A).contains(bytes[at]) ? bytes[at] + 32 : bytes[at]
            let isPlain = PlainTags.isLetter(small) || (0x30...0x39).contains(small) || small == 0x2D
            if isPlain, name.count < 64 { name.append(small) }
            at += 1
        }
        return name
    }

    private mutating func element() {
        at += 1
        let name = name()
        var attributes: [[UInt8]: [UInt8]] = [:]
        var isClosed = false
        while at < bytes.count {
            if PlainTags.isBlank(bytes[at]) || bytes[at] == 0x2F {
                at += 1
            } else if bytes[at] == 0x3E {
                at += 1
                isClosed = true
                break
            } else {
                attribute(&attributes)
            }
        }
        // An element that the page ends within is none.
        guard isClosed else { return }
        write(name, attributes)
        if let isHidden = PlainTags.raw[name] { content(of: name, isHidden: isHidden) }
    }

    private mutating func attribute(_ attributes: inout [[UInt8]: [UInt8]]) {
        var name: [UInt8] = []
        // An equals sign at the beginning belongs to the name.
        var isFirst = true
        while at < bytes.count, !PlainTags.isBlank(bytes[at]), bytes[at] != 0x2F, bytes[at] != 0x3E,
            isFirst || bytes[at] != 0x3D
        {
            isFirst = false
            if name.count < 16 { name.append((0x41...0x5A).contains(bytes[at]) ? bytes[at] + 32 : bytes[at]) }
            at += 1
        }
        while at < bytes.count, PlainTags.isBlank(bytes[at]) { at += 1 }
        guard byte(at) == 0x3D else { return }
        at += 1
        while at < bytes.count, PlainTags.isBlank(bytes[at]) { at += 1 }
        let start: Int
        let end: Int
        if byte(at) == UInt8(ascii: "\"") || byte(at) == UInt8(ascii: "'") {
            let quote = bytes[at]
            start = at + 1
            end = bytes[start...].firstIndex(of: quote) ?? bytes.count
            at = min(end + 1, bytes.count)
        } else {
            start = at
            while at < bytes.count, !PlainTags.isBlank(bytes[at]), bytes[at] != 0x3E { at += 1 }
            end = at
        }
        guard PlainTags.wanted.contains(name), attributes[name] == nil, end - start <= PlainTags.value else { return }
        attributes[name] = Array(bytes[start..<end])
    }

    private mutating func write(_ name: [UInt8], _ attributes: [[UInt8]: [UInt8]]) {
        out.append(UInt8(ascii: "<"))
        out += name
        for (name, value) in attributes {
            out.append(0x20)
            out += name
            out += "=\"".utf8
            for byte in value where byte != 0 {
                switch byte {
                case UInt8(ascii: "\""): out += "&quot;".utf8
                case UInt8(ascii: "<"): out += "&lt;".utf8
                default: out.append(byte)
                }
            }
            out.append(UInt8(ascii: "\""))
        }
        out.append(UInt8(ascii: ">"))
    }

    /// What is up to the end tag of a name, which is left to be read.
    private mutating func content(of name: [UInt8], isHidden: Bool) {
        let start = at
        while at < bytes.count, !isEndTag(of: name) { at += 1 }
        guard !isHidden else { return }
        for byte in bytes[start..<at] {
            if byte == UInt8(ascii: "<") { out += "&lt;".utf8 } else { out.append(byte == 0 ? 0x20 : byte) }
        }
    }

    private func isEndTag(of name: [UInt8]) -> Bool {
        guard bytes[at] == UInt8(ascii: "<"), byte(at + 1) == 0x2F else { return false }
        for (place, wanted) in name.enumerated() where byte(at + 2 + place) | 0x20 != wanted { return false }
        return !PlainTags.isLetter(byte(at + 2 + name.count))
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
