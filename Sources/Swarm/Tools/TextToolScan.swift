import SwarmCore

/// Goes through an answer line by line and parts calls from content.
struct TextToolScan {
    private(set) var calls: [ToolCall] = []
    /// Text before, between and behind the calls.
    private var pieces: [ArraySlice<UInt8>] = []
    private let bytes: [UInt8]
    private let tools: TextTools
    private let isPartial: Bool

    /// - Parameter isPartial: more text comes; what may still become a call is then in no piece.
    init(_ content: String, tools: TextTools, isPartial: Bool) {
        bytes = Array(content.utf8)
        self.tools = tools
        self.isPartial = isPartial
    }

    /// What is no call.
    ///
    /// Without calls the whole as it is; else pieces on lines of their own. More text only adds to it, save white space at
    /// the end of partial text, which is left out.
    var content: String {
        if calls.isEmpty, let piece = pieces.first {
            return String(decoding: isPartial ? piece.trimmedEnd : piece, as: UTF8.self)
        }
        let texts = pieces.enumerated().map { $0 == 0 ? $1.trimmedEnd : $1.trimmedEnd.drop(while: \.isSpace) }
        return texts.filter { !$0.isEmpty }.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n")
    }

    /// What a line that looks like a call turns out to be.
    private enum Finding {
        case text
        /// Text up to there, of which no line is looked at.
        case textUpTo(Int)
        /// Text, and everything after it.
        case textToEnd
        case call(ToolCall, end: Int)
        /// More text will tell.
        case open
    }

    mutating func run() {
        var line = 0
        var start = 0
        var fence: ArraySlice<UInt8>?
        scanning: while line < bytes.count {
            let end = lineEnd(line)
            let marks = fenceMarks(line)
            if let opening = fence {
                if let marks, marks.first == opening.first, marks.count >= opening.count,
                    bytes[marks.endIndex..<end].allSatisfy(\.isSpace)
                {
                    fence = nil
                }
                line = end + 1
                continue
            }
            if let marks, marks.first == UInt8(ascii: "~") || !bytes[marks.endIndex..<end].contains(UInt8(ascii: "`")) {
                fence = marks
                line = end + 1
                continue
            }
            // What may yet become an echo waits like it.
            if !calls.isEmpty, begins(line, with: TextToolFormat.result) != false {
                return pieces.append(bytes[start..<line])
            }
            switch finding(line) {
            case .text: line = end + 1
            case .textUpTo(let place): line = lineEnd(place) + 1
            case .textToEnd: break scanning
            case .open: return pieces.append(bytes[start..<line])
            case .call(let call, let end):
                pieces.append(bytes[start..<line])
                if !calls.isEmpty, !tools.isParallel { return }
                calls.append(call)
                start = min(end + 1, bytes.count)
                line = end + 1
            }
        }
        pieces.append(bytes[min(start, bytes.count)...])
    }

    // MARK: One call

    private func finding(_ line: Int) -> Finding {
        guard let isMarked = begins(line, with: TextToolFormat.tool) else { return .open }
        guard isMarked else { return .text }
        let end = lineEnd(line)
        let header = blanksEnd(line) + TextToolFormat.tool.utf8.count
        let inline = place(of: TextToolFormat.arguments, in: header..<end)
        if inline == nil, end == bytes.count, isPartial { return .open }
        let name = tools.names.first {
            bytes[header..<(inline ?? end)].trimmedName.elementsEqual($0.utf8)
        }
        guard let next = inline ?? nonSpace(end) else {
            return name.map { isPartial ? .open : bare($0, end: end) } ?? .text
        }
        if inline == nil {
            guard let isMarked = begins(next, with: TextToolFormat.arguments) else {
                return name == nil ? .text : .open
            }
            guard isMarked else { return name.map { bare($0, end: end, before: next) } ?? .text }
        }
        return arguments(after: next + TextToolFormat.arguments.utf8.count, of: name)
    }

    /// A call without arguments: it counts if the tool requires none, and if nothing but another call follows.
    private func bare(_ name: String, end: Int, before next: Int? = nil) -> Finding {
        guard tools.bare.contains(name) else { return .text }
        if let next {
            let follows = [TextToolFormat.tool, TextToolFormat.result].map { begins(next, with: $0) }
            if !follows.contains(true) { return follows.contains(nil) ? .open : .text }
        }
        return .call(ToolCall(id: "", name: name, arguments: "{}"), end: end)
    }

    /// - Parameter name: `nil` for a tool that is none: its object is passed over.
    private func arguments(after place: Int, of name: String?) -> Finding {
        // A name that is none is text whatever follows: nothing needs to be waited for.
        let undecided: Finding = isPartial && name != nil ? .open : .textToEnd
        guard var at = nonSpace(place) else {
            return isPartial ? undecided : name.map { bare($0, end: bytes.count) } ?? .text
        }
        let isFenced = bytes[at] == UInt8(ascii: "`")
        if isFenced {
            let marks = marksEnd(at)
            guard marks - at >= 3 else { return marks == bytes.count ? undecided : .textToEnd }
            guard let isJSON = begins(marks, with: "json") else { return undecided }
            guard let inside = nonSpace(isJSON ? blanksEnd(marks) + 4 : marks) else { return undecided }
            at = inside
        }
        guard bytes[at] == UInt8(ascii: "{") else { return name == nil ? .text : .textToEnd }
        switch object(at) {
        case .broken: return .textToEnd
        case .unfinished: return undecided
        case .ends(let end):
            var rest = end
            if isFenced {
                // The end of the text closes a fence too (CommonMark, section 4.5).
                let fence = nonSpace(end) ?? bytes.count
                rest = marksEnd(fence)
                if fence < bytes.count, rest - fence < 3 { return rest == bytes.count ? undecided : .textToEnd }
            }
            rest = blanksEnd(rest)
            if rest == bytes.count, isPartial { return undecided }
            guard rest == bytes.count || bytes[rest] == UInt8(ascii: "\n") else { return .textToEnd }
            guard let name else { return .textUpTo(rest) }
            let text = String(decoding: bytes[at..<end], as: UTF8.self)
            return .call(ToolCall(id: "", name: name, arguments: text), end: rest)
        }
    }

    private enum Object { case ends(Int), broken, unfinished }

    /// The end of the JSON object that begins at a brace.
    private func object(_ start: Int) -> Object {
        var depth = 0
        var isString = false
        var at = start
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            if isString {
                // A line feed as it is: from here on nobody could tell the text of the string from the answer's.
                if byte < 0x20 { return .broken }
                if byte == UInt8(ascii: "\\") { at += 1 }
                if byte == UInt8(ascii: "\"") { isString = false }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                guard depth == 0 else { continue }
                return (try? JSON(parsing: bytes[start..<at])) == nil ? .broken : .ends(at)
            default: break
            }
        }
        return .unfinished
    }

    // MARK: Places

    private func lineEnd(_ place: Int) -> Int {
        bytes[min(place, bytes.count)...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
    }

    private func blanksEnd(_ place: Int) -> Int { bytes[place...].firstIndex { !$0.isBlank } ?? bytes.count }

    private func marksEnd(_ place: Int) -> Int {
        bytes[place...].firstIndex { $0 != UInt8(ascii: "`") } ?? bytes.count
    }

    private func nonSpace(_ place: Int) -> Int? { bytes[place...].firstIndex { !$0.isSpace } }

    /// Whether a mark follows the blanks at a place; `nil` while it may still become one.
    private func begins(_ place: Int, with mark: String) -> Bool? {
        let rest = bytes[blanksEnd(place)...]
        if rest.starts(with: mark.utf8) { return true }
        return isPartial && mark.utf8.starts(with: rest) ? nil : false
    }

    private func place(of mark: String, in range: Range<Int>) -> Int? {
        range.first { bytes[$0..<range.upperBound].starts(with: mark.utf8) }
    }

    /// The marks a line begins with, if they begin or end a fenced block (CommonMark, section 4.5).
    private func fenceMarks(_ line: Int) -> ArraySlice<UInt8>? {
        let start = blanksEnd(line)
        guard start < bytes.count, bytes[start] == UInt8(ascii: "`") || bytes[start] == UInt8(ascii: "~") else {
            return nil
        }
        let marks = bytes[start...].prefix { $0 == bytes[start] }
        return marks.count >= 3 ? marks : nil
    }
}

extension UInt8 {
    /// White space within a line.
    fileprivate var isBlank: Bool { self == 0x20 || self == 0x09 || self == 0x0D }
    fileprivate var isSpace: Bool { isBlank || self == 0x0A }
}

extension ArraySlice<UInt8> {
    fileprivate var trimmedEnd: ArraySlice<UInt8> {
        self[..<(lastIndex { !$0.isSpace }.map { $0 + 1 } ?? startIndex)]
    }

    /// Without the white space and the backquotes around it.
    fileprivate var trimmedName: ArraySlice<UInt8> {
        let isAround = { (byte: UInt8) in byte.isBlank || byte == UInt8(ascii: "`") }
        return self[..<(lastIndex { !isAround($0) }.map { $0 + 1 } ?? startIndex)].drop(while: isAround)
    }
}
