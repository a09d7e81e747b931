/// The readable part of a page as Markdown, or as plain text.
struct PageText {
    /// What is not for reading.
    private static let hidden: Set<String> = [
        "script", "style", "noscript", "template", "svg", "iframe", "object", "canvas", "audio", "video", "head",
        "button", "select", "input", "textarea", "nav", "dialog", "math",
    ]
    private static let blocks: Set<String> = [
        "p", "div", "section", "article", "main", "header", "footer", "aside", "form", "figure", "figcaption",
        "address", "details", "summary", "dl", "dt", "fieldset", "body", "table", "ul", "ol", "blockquote", "hgroup",
    ]

    private struct Element {
        var name: String
        /// What is written when it ends.
        var closing = ""
    }

    private let isMarkdown: Bool
    private let base: WebAddress?
    private var out = ""
    private var open: [Element] = []
    private var hiddenDepth = 0
    private var preDepth = 0
    /// Of each open list the next number; `nil` for one without numbers.
    private var lists: [Int?] = []
    private var quoteDepth = 0
    /// Line ends that are owed before the next text, and whether a space is.
    private var owedLines = 0
    private var owesSpace = false
    private var cells = 0
    private var headCells: Int?

    /// - Parameter base: where the page came from, for links relative to it.
    static func text(_ events: [HTMLEvent], isMarkdown: Bool, base: WebAddress?) -> String {
        var page = PageText(isMarkdown: isMarkdown, base: base)
        for event in events { page.take(event) }
        return page.out
    }

    private init(isMarkdown: Bool, base: WebAddress?) {
        self.isMarkdown = isMarkdown
        self.base = base
    }

    private mutating func take(_ event: HTMLEvent) {
        switch event {
        case .start(let name, let attributes): begin(name, attributes)
        case .text(let text): if hiddenDepth == 0 { write(text) }
        case .end: end()
        }
    }

    private mutating func begin(_ name: String, _ attributes: [String: String]) {
        var element = Element(name: name)
        defer { open.append(element) }
        if hiddenDepth > 0 || PageText.hidden.contains(name) {
            hiddenDepth += 1
            return
        }
        switch name {
        case "h1", "h2", "h3", "h4", "h5", "h6":
            lines(2)
            if isMarkdown { mark(String(repeating: "#", count: name.utf8.last.map { Int($0) - 48 } ?? 1) + " ") }
        case "br": lines(1)
        case "hr":
            lines(2)
            if isMarkdown { mark("---") }
            lines(2)
        case "ul": startList(nil)
        case "ol": startList(attributes["start"].flatMap { Int($0) } ?? 1)
        case "li": startItem()
        case "dd":
            lines(1)
            mark("  ")
        case "blockquote":
            lines(2)
            quoteDepth += 1
        case "pre":
            lines(2)
            preDepth += 1
            if isMarkdown { mark("```\n") }
        case "tr":
            lines(1)
            cells = 0
        case "td", "th": startCell(isHead: name == "th")
        case "img":
            let words = attributes["alt"]?.split(whereSeparator: \.isWhitespace).joined(separator: " ") ?? ""
            if !words.isEmpty { write(isMarkdown ? "[image: \(words)]" : words) }
        case "a", "code", "strong", "b", "em", "i": if isMarkdown { startSpan(name, attributes, &element) }
        case let name where PageText.blocks.contains(name): lines(2)
        default: break
        }
    }

    private mutating func end() {
        guard let element = open.popLast() else { return }
        if hiddenDepth > 0 {
            hiddenDepth -= 1
            return
        }
        switch element.name {
        case "h1", "h2", "h3", "h4", "h5", "h6": lines(2)
        case "ul", "ol":
            _ = lists.popLast()
            lines(lists.isEmpty ? 2 : 1)
        case "li", "dd": lines(1)
        case "blockquote":
            lines(2)
            quoteDepth = max(0, quoteDepth - 1)
        case "pre":
            preDepth = max(0, preDepth - 1)
            if isMarkdown { out += out.hasSuffix("\n") ? "```" : "\n```" }
            lines(2)
        case "tr": endRow()
        default:
            if element.closing.hasPrefix("]"), out.hasSuffix("[") {
                // A link without words, such as one around a picture.
                out.removeLast()
            } else {
                out += element.closing
            }
            if PageText.blocks.contains(element.name) { lines(2) }
        }
    }

    private mutating func startList(_ number: Int?) {
        lines(lists.isEmpty ? 2 : 1)
        lists.append(number)
    }

    private mutating func startItem() {
        lines(1)
        let depth = min(max(lists.count - 1, 0), 20)
        var sign = "- "
        if let last = lists.indices.last, let number = lists[last] {
            sign = "\(number). "
            lists[last] = number &+ 1
        }
        mark(String(repeating: "  ", count: depth) + sign)
    }

    private mutating func startCell(isHead: Bool) {
        if cells > 0 { mark(isMarkdown ? " | " : "\t") } else if isMarkdown { mark("| ") }
        cells += 1
        if isHead { headCells = cells }
    }

    private mutating func endRow() {
        guard cells > 0 else { return }
        if isMarkdown {
            out += " |"
            if let count = headCells, count == cells { out += "\n|" + String(repeating: " --- |", count: count) }
        }
        (cells, headCells) = (0, nil)
        lines(1)
    }

    private mutating func startSpan(_ name: String, _ attributes: [String: String], _ element: inout Element) {
        guard preDepth == 0 else { return }
        switch name {
        case "a":
            guard let href = attributes["href"], !href.isEmpty, !href.hasPrefix("#"),
                let target = try? (base?.resolving(href) ?? WebAddress(href))
            else { return }
            mark("[")
            element.closing = "](\(target.text))"
        case "code":
            mark("`")
            element.closing = "`"
        case "strong", "b":
            mark("**")
            element.closing = "**"
        default:
            mark("*")
            element.closing = "*"
        }
    }

    /// Owes at least so many line ends, unless nothing was written yet.
    private mutating func lines(_ count: Int) {
        owesSpace = false
        // A row of a table stays one line.
        if cells > 0 {
            owesSpace = true
            return
        }
        owedLines = max(owedLines, count)
    }

    /// Pays what is owed.
    private mutating func pay() {
        if owedLines > 0 {
            if !out.isEmpty {
                while out.last == " " { out.removeLast() }
                out += String(repeating: "\n", count: owedLines)
            }
            if quoteDepth > 0, isMarkdown { out += String(repeating: "> ", count: min(quoteDepth, 10)) }
        } else if owesSpace, let last = out.last, !last.isWhitespace {
            out += " "
        }
        owedLines = 0
        owesSpace = false
    }

    /// Writes signs of the form.
    private mutating func mark(_ text: String) {
        pay()
        out += text
    }

    private mutating func write(_ text: String) {
        guard preDepth == 0 else {
            guard !text.isEmpty else { return }
            pay()
            out += text
            return
        }
        let words = text.split(whereSeparator: \.isWhitespace)
        guard !words.isEmpty else {
            if !text.isEmpty { owesSpace = true }
            return
        }
        if text.first?.isWhitespace == true { owesSpace = true }
        pay()
        out += words.joined(separator: " ")
        if text.last?.isWhitespace == true { owesSpace = true }
    }
}
