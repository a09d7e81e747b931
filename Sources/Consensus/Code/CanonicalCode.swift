internal import SwarmCore

/// The form in which programs are compared.
package enum CanonicalCode {
    /// The program without what its meaning does not need.
    ///
    /// Python loses comments, texts that stand alone, brackets and commas without effect; local variables are named
    /// `v0`, `v1`… by first appearance; texts have one spelling and lines one form. JSON is written as
    /// `CanonicalKey.json` does. Other languages lose comments and have one space between tokens. What cannot be read
    /// is kept token by token. The canonical form of a canonical form is itself.
    package static func text(of code: String, language: CodeLanguage) -> String {
        switch language {
        case .python: return python(code)
        case .json: if let value = try? JSON(parsing: code) { return CanonicalKey.json(value) }
        default: break
        }
        return generic(code, CodeLexicon(language))
    }

    private static func python(_ code: String) -> String {
        let lexer = PythonLexer(code)
        guard let reader = try? PythonReader(lexer) else { return PythonText(tokensOf: lexer).text }
        return PythonText(lexer, read: reader).text
    }

    /// Line breaks are kept except within round and square brackets.
    private static func generic(_ code: String, _ lexicon: CodeLexicon) -> String {
        let lexer = GenericLexer(code, lexicon)
        var text: [UInt8] = []
        text.reserveCapacity(lexer.source.count)
        var startsLine = true
        var depth = 0
        for (place, token) in lexer.tokens.enumerated() {
            let bytes = lexer.text(token)
            if token.kind == .newline {
                let isNext = place + 1 < lexer.tokens.count && lexer.tokens[place + 1].kind == .heredoc
                startsLine = startsLine || depth == 0 || isNext
                continue
            }
            if startsLine || token.kind == .heredoc {
                if !text.isEmpty { text.append(Bytes.newline) }
                if lexicon.keepsIndentation { text += indentation(before: token, in: lexer.source) }
            } else if lexicon.isFree || token.isSpaced {
                text.append(Bytes.space)
            }
            text += bytes
            startsLine = token.kind == .heredoc || token.isOpen
            if token.isOpen { depth = 0 }
            guard lexicon.isFree, token.kind == .mark, let mark = bytes.first, bytes.count == 1 else { continue }
            if mark == UInt8(ascii: "(") || mark == UInt8(ascii: "[") { depth += 1 }
            if mark == UInt8(ascii: ")") || mark == UInt8(ascii: "]") { depth = max(0, depth - 1) }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func indentation(before token: GenericLexer.Token, in source: [UInt8]) -> ArraySlice<UInt8> {
        let start = source[..<token.bytes.lowerBound].lastIndex { !Bytes.isBlank($0) }.map { $0 + 1 } ?? 0
        return source[start..<token.bytes.lowerBound]
    }
}
