internal import SwarmCore

/// Tells programs from what cannot be one, without running anything.
package enum CodeSyntax {
    /// Whether the text may be a program of the language; anything may be one of an unknown language unless it is
    /// blank.
    ///
    /// Python is read by its grammar and JSON parsed; of other languages strings and comments must end and, where the
    /// language has them in pairs, brackets match. It is meant to refuse no valid program and lets some invalid ones
    /// pass.
    package static func isPlausible(_ code: String, _ language: CodeLanguage) -> Bool {
        guard code.utf8.contains(where: { $0 != Bytes.newline && $0 != 0x0D && !Bytes.isBlank($0) }) else {
            return false
        }
        switch language {
        case .python:
            let lexer = PythonLexer(code)
            return lexer.problems.isEmpty && (try? PythonReader(lexer)) != nil
        case .json: return (try? JSON(parsing: code)) != nil
        default:
            let lexicon = CodeLexicon(language)
            let lexer = GenericLexer(code, lexicon)
            return !lexer.isUnterminated && (!lexicon.isFree || bracketsMatch(lexer))
        }
    }

    private static func bracketsMatch(_ lexer: GenericLexer) -> Bool {
        var open: [UInt8] = []
        for token in lexer.tokens where token.kind == .mark {
            guard token.bytes.count == 1, let mark = lexer.text(token).first else { continue }
            switch mark {
            case UInt8(ascii: "("): open.append(UInt8(ascii: ")"))
            case UInt8(ascii: "["): open.append(UInt8(ascii: "]"))
            case UInt8(ascii: "{"): open.append(UInt8(ascii: "}"))
            case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
                if open.popLast() != mark { return false }
            default: break
            }
        }
        return open.isEmpty
    }
}
