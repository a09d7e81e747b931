/// How a language writes comments and strings.
struct CodeLexicon {
    /// A kind of string.
    struct Quote {
        var open: [UInt8]
        var close: [UInt8]
        /// Whether a backslash takes the next character with it.
        var escapes = true
        var spansLines = false
        /// What begins an expression within, such as `${`; it ends with the bracket that closes it.
        var interpolation: [UInt8] = []

        init(_ quote: String, escapes: Bool = true, spansLines: Bool = false, interpolation: String = "") {
            (open, close) = (Array(quote.utf8), Array(quote.utf8))
            self.escapes = escapes
            self.spansLines = spansLines
            self.interpolation = Array(interpolation.utf8)
        }
    }

    var lineComments: [[UInt8]] = []
    var blockComment: (open: [UInt8], close: [UInt8])?
    var nestsComments = false
    /// Whether a comment begins only after white space.
    var spacesComments = false
    /// Longer ones before those that they begin with.
    var quotes: [Quote] = []
    /// `#"…"#` of Swift.
    var hasPoundStrings = false
    /// `r#"…"#` and lifetimes of Rust.
    var hasRustQuotes = false
    /// `R"x(…)x"` and digits separated by `'`, as in C++.
    var hasCQuotes = false
    /// `/…/` of JavaScript and Ruby.
    var hasRegularExpressions = false
    /// `<<WORD` of the shell and Ruby.
    var hasHeredocs = false
    /// Whether spaces between tokens say nothing and brackets come in pairs.
    var isFree = true
    /// Whether the depth of a line says something.
    var keepsIndentation = false

    private mutating func comments(line: [String] = [], block: (String, String)? = nil) {
        lineComments = line.map { Array($0.utf8) }
        blockComment = block.map { (Array($0.0.utf8), Array($0.1.utf8)) }
    }

    init(_ language: CodeLanguage) {
        switch language {
        case .swift, .kotlin:
            comments(line: ["//"], block: ("/*", "*/"))
            nestsComments = true
            let interpolation = language == .swift ? "\\(" : "${"
            quotes = [
                Quote("\"\"\"", escapes: language == .swift, spansLines: true, interpolation: interpolation),
                Quote("\"", interpolation: interpolation),
            ]
            hasPoundStrings = language == .swift
            if language == .kotlin { quotes.append(Quote("'")) }
        case .javascript:
            comments(line: ["//"], block: ("/*", "*/"))
            quotes = [Quote("\""), Quote("'"), Quote("`", spansLines: true, interpolation: "${")]
            hasRegularExpressions = true
        case .c:
            comments(line: ["//"], block: ("/*", "*/"))
            quotes = [Quote("\""), Quote("'")]
            hasCQuotes = true
        case .java:
            comments(line: ["//"], block: ("/*", "*/"))
            quotes = [Quote("\"\"\"", spansLines: true), Quote("\""), Quote("'")]
        case .go:
            comments(line: ["//"], block: ("/*", "*/"))
            quotes = [Quote("\""), Quote("'"), Quote("`", escapes: false, spansLines: true)]
        case .rust:
            comments(line: ["//"], block: ("/*", "*/"))
            nestsComments = true
            quotes = [Quote("\"", spansLines: true)]
            hasRustQuotes = true
        case .ruby:
            comments(line: ["#"])
            spacesComments = true
            quotes = [Quote("\"", spansLines: true, interpolation: "#{"), Quote("'", spansLines: true)]
            hasRegularExpressions = true
            hasHeredocs = true
            isFree = false
        case .shell:
            comments(line: ["#"])
            spacesComments = true
            quotes = [Quote("\"", spansLines: true, interpolation: "$("), Quote("'", escapes: false, spansLines: true)]
            hasHeredocs = true
            isFree = false
        case .sql:
            comments(line: ["--"], block: ("/*", "*/"))
            quotes = [Quote("'", escapes: false, spansLines: true), Quote("\"", escapes: false, spansLines: true)]
        case .json: quotes = [Quote("\"")]
        case .yaml:
            comments(line: ["#"])
            spacesComments = true
            (isFree, keepsIndentation) = (false, true)
        case .toml:
            comments(line: ["#"])
            quotes = [
                Quote("\"\"\"", spansLines: true), Quote("'''", escapes: false, spansLines: true), Quote("\""),
                Quote("'", escapes: false),
            ]
            isFree = false
        case .markup:
            comments(block: ("<!--", "-->"))
            isFree = false
        case .css:
            comments(block: ("/*", "*/"))
            quotes = [Quote("\""), Quote("'")]
            isFree = false
        case .python:
            comments(line: ["#"])
            quotes = [Quote("\"\"\"", spansLines: true), Quote("'''", spansLines: true), Quote("\""), Quote("'")]
        case .unknown: (isFree, keepsIndentation) = (false, true)
        }
    }
}
