internal import SwarmCore

/// A language that programs are written in, named as fences name it.
package enum CodeLanguage: String, Sendable, CaseIterable {
    case python, swift, javascript, c, rust, go, java, kotlin, ruby, shell, sql, json, yaml, toml, markup, css, unknown

    private static let aliases: [String: CodeLanguage] = [
        "py": .python, "python3": .python, "python2": .python, "py3": .python, "pycon": .python, "ipython": .python,
        "js": .javascript, "jsx": .javascript, "mjs": .javascript, "node": .javascript, "ts": .javascript,
        "tsx": .javascript, "typescript": .javascript,
        "c++": .c, "cpp": .c, "cc": .c, "cxx": .c, "h": .c, "hpp": .c, "objc": .c, "objective-c": .c, "c#": .c,
        "cs": .c,
        "csharp": .c, "cuda": .c,
        "rs": .rust, "golang": .go, "kt": .kotlin, "kts": .kotlin, "rb": .ruby,
        "sh": .shell, "bash": .shell, "zsh": .shell, "fish": .shell, "ksh": .shell, "console": .shell,
        "shell-session": .shell, "shellscript": .shell,
        "postgresql": .sql, "postgres": .sql, "mysql": .sql, "sqlite": .sql, "plsql": .sql, "tsql": .sql,
        "jsonc": .json, "json5": .json, "yml": .yaml,
        "html": .markup, "xml": .markup, "xhtml": .markup, "svg": .markup, "scss": .css, "less": .css,
    ]

    /// The language that a fence names, in any case; anything after the first word is left out of account.
    package init(fence: String) {
        let word = fence.lowercased().prefix { !$0.isWhitespace && $0 != "{" && $0 != "," && $0 != ":" }
        let name = word.hasPrefix(".") ? String(word.dropFirst()) : String(word)
        self = CodeLanguage.aliases[name] ?? CodeLanguage(rawValue: name) ?? .unknown
    }

    /// The language of a program as its lines show it; `unknown` when they do not show it clearly.
    package init(guessing code: String) {
        let lines = code.lines.map { $0.trimmed() }.filter { !$0.isEmpty }
        guard let first = lines.first else {
            self = .unknown
            return
        }
        if first.hasPrefix("#!") {
            self = first.contains("python") ? .python : first.contains("node") ? .javascript : .shell
            return
        }
        if first.hasPrefix("{") || first.hasPrefix("["), (try? JSON(parsing: code)) != nil {
            self = .json
            return
        }
        let scores = CodeLanguage.signs.map { language, signs in
            (language, lines.reduce(0) { count, line in count + (signs.contains { $0.matches(line) } ? 1 : 0) })
        }
        let best = scores.map(\.1).max() ?? 0
        let leaders = scores.filter { $0.1 == best }
        self = best > 0 && leaders.count == 1 ? leaders[0].0 : .unknown
    }

    /// How a line that only one language has begins, ends, or both.
    private struct Sign {
        var start: String
        var end = ""

        func matches(_ line: Substring) -> Bool {
            line.hasPrefix(start) && line.hasSuffix(end)
        }
    }

    private static let signs: [(CodeLanguage, [Sign])] = [
        (
            .python,
            [
                Sign(start: "def ", end: ":"), Sign(start: "class ", end: ":"), Sign(start: "elif ", end: ":"),
                Sign(start: "if ", end: ":"), Sign(start: "for ", end: ":"), Sign(start: "while ", end: ":"),
                Sign(start: "with ", end: ":"), Sign(start: "except", end: ":"), Sign(start: "try:"),
                Sign(start: "async def ", end: ":"), Sign(start: "print(", end: ")"),
            ]
        ),
        (
            .swift,
            [
                Sign(start: "import Foundation"), Sign(start: "guard ", end: "{"), Sign(start: "if let ", end: "{"),
                Sign(start: "func ", end: "-> Int {"), Sign(start: "func ", end: "-> String {"),
                Sign(start: "func ", end: "-> Bool {"), Sign(start: "extension ", end: "{"),
                Sign(start: "protocol ", end: "{"), Sign(start: "@main"),
            ]
        ),
        (
            .javascript,
            [
                Sign(start: "const ", end: ";"), Sign(start: "let ", end: "};"), Sign(start: "function ", end: "{"),
                Sign(start: "async function ", end: "{"), Sign(start: "export "), Sign(start: "const ", end: "=> {"),
                Sign(start: "console.log("), Sign(start: "interface ", end: "{"), Sign(start: "module.exports"),
            ]
        ),
        (
            .c,
            [
                Sign(start: "#include"), Sign(start: "#define"), Sign(start: "int main("),
                Sign(start: "using namespace "),
                Sign(start: "std::"), Sign(start: "printf("), Sign(start: "using System"),
            ]
        ),
        (
            .rust,
            [
                Sign(start: "fn ", end: "{"), Sign(start: "pub fn ", end: "{"), Sign(start: "impl", end: "{"),
                Sign(start: "let mut ", end: ";"), Sign(start: "use std::"), Sign(start: "#[derive"),
                Sign(start: "println!("),
            ]
        ),
        (
            .go,
            [
                Sign(start: "package main"), Sign(start: "func ", end: "error {"), Sign(start: "func main() {"),
                Sign(start: "fmt."), Sign(start: "if err != nil {"), Sign(start: "type ", end: "struct {"),
            ]
        ),
        (
            .java,
            [
                Sign(start: "public class "), Sign(start: "public static "), Sign(start: "private ", end: ";"),
                Sign(start: "import java"), Sign(start: "System.out."), Sign(start: "public ", end: "{"),
            ]
        ),
        (.kotlin, [Sign(start: "fun ", end: "{"), Sign(start: "data class "), Sign(start: "import kotlin")]),
        (.ruby, [Sign(start: "require '"), Sign(start: "puts "), Sign(start: "attr_"), Sign(start: "module ")]),
        (
            .sql,
            [
                Sign(start: "SELECT "), Sign(start: "INSERT INTO "), Sign(start: "CREATE TABLE "),
                Sign(start: "UPDATE ", end: ";"), Sign(start: "DELETE FROM "), Sign(start: "WITH ", end: "AS ("),
            ]
        ),
        (.markup, [Sign(start: "<!DOCTYPE"), Sign(start: "<?xml"), Sign(start: "<html"), Sign(start: "</", end: ">")]),
    ]
}
