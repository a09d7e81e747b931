import SwarmCore
import Testing

@testable import ToolRuntime

struct LinePatternTests {
    private func finds(_ pattern: String, _ line: String) throws -> Bool {
        try LinePattern(pattern).isFound(in: Array(line.utf8)[...])
    }

    @Test(arguments: [
        ("abc", "xabcx", true), ("abc", "ab c", false), ("^abc", "abcd", true), ("^bc", "abc", false),
        ("bc$", "abc", true), ("b$", "abc", false), ("a.c", "abc", true), ("a.c", "ac", false), ("ab*c", "ac", true),
        ("ab*c", "abbbc", true), ("ab+c", "ac", false), ("ab?c", "abc", true), ("a{2}", "baab", true),
        ("^a{2}$", "aaa", false), ("^a{2,}$", "aaaa", true), ("^a{1,2}$", "aaa", false), ("a{x", "a{x", true),
        ("cat|dog", "hotdog", true), ("^(cat|dog)s?$", "dogs", true), ("^(?:ab)+$", "abab", true),
        ("[a-c]x", "bx", true), ("[^a-c]x", "bx", false), ("[]x]", "]", true), ("[a\\]]", "]", true),
        ("[[:digit:]]+$", "a12", true), (#"\d{3}"#, "a123", true), (#"\bfoo\b"#, "a foo b", true),
        (#"\bfoo\b"#, "afoo", false), (#"\w+\s\w+"#, "über alles", true), (#"\."#, "a", false), (#"\S"#, " \t", false),
        ("(?i)ABC", "xaBc", true), ("(?i)[a-z]$", "Z", true), ("", "anything", true), ("a*?b", "aab", true),
        ("ü", "grün", true), ("gr.n", "grün", true), ("()*x", "x", true), (#"[\d.]+$"#, "1.5", true),
        (#"[\w-]+:"#, "a-b:", true), ("a||b", "", true), ("x*", "", true),
    ])
    func patternsMeanWhatTheyDoElsewhere(pattern: String, line: String, isFound: Bool) throws {
        #expect(try finds(pattern, line) == isFound, "\(pattern) in \(line)")
    }

    /// Each of these takes longer than the universe has when every way is tried in turn.
    @Test(.timeLimit(.minutes(1)), arguments: ["(a+)+$", "(a|a)*$", "(a*)*b", "(.*)*x", "(a?){60}a{60}$"])
    func noPatternTakesLong(pattern: String) throws {
        _ = try finds(pattern, String(repeating: "a", count: 100) + "!")
    }

    @Test(arguments: [
        "(", ")", "a(b", "[a", "*a", "+", #"\"#, #"(a)\1"#, "(?=a)", "(?<n>a)", "[z-a]", "a{300}",
        "((((a{250}){250}){250}){250})", "((((){250}){250}){250}){250}", String(repeating: "(", count: 300),
    ])
    func whatIsNotUnderstoodIsSaid(pattern: String) {
        #expect(throws: LinePattern.Problem.self) { try LinePattern(pattern) }
    }

    /// Compares with Swift's own engine over random small patterns.
    @Test func itAgreesWithAnotherEngine() throws {
        var numbers = SplitMix64(seed: 7)
        let parts = ["a", "b", ".", "a*", "b+", "(ab)?", "[ab]", "[^a]", "(a|b)", "a{1,2}", "^", "$", "(a|bb)*"]
        for _ in 0..<2000 {
            let pattern = (0..<Int(numbers.next() % 5 + 1)).map { _ in parts[Int(numbers.next() % UInt64(parts.count))]
            }
            .joined()
            let line = String((0..<Int(numbers.next() % 7)).map { _ in numbers.next() % 2 == 0 ? "a" : "b" })
            guard let regex = try? Regex(pattern) else { continue }
            #expect(try finds(pattern, line) == ((try? regex.firstMatch(in: line)) != nil), "\(pattern) in \(line)")
        }
    }
}

private struct SplitMix64 {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

struct GlobPatternTests {
    @Test(arguments: [
        ("*.py", "a.py", true), ("*.py", "src/deep/a.py", true), ("*.py", "a.pyc", false),
        ("src/*.py", "src/a.py", true),
        ("src/*.py", "src/x/a.py", false), ("src/**", "src/x/a.py", true), ("src/**", "src", false),
        ("src/**/*.py", "src/a.py", true), ("**/test_*.py", "a/b/test_x.py", true), ("/a.py", "a.py", true),
        ("/a.py", "src/a.py", false), ("a?c", "abc", true), ("a?c", "ac", false), ("[a-c].x", "b.x", true),
        ("[!a-c].x", "b.x", false), ("*.{ts,tsx}", "x/a.tsx", true), ("{a,b}/{c,d}", "b/c", true),
        ("a{b,c{d,e}}f", "acef", true), ("./src/*", "src/a", true), ("a[b", "a[b", true), ("a\\*", "a*", true),
        ("a\\*", "ab", false), ("**", "a/b", true), ("*", "", false), ("?", "ü", true),
    ])
    func patternsMeanWhatTheyDoInShells(pattern: String, path: String, fits: Bool) {
        #expect(GlobPattern(pattern).matches(path) == fits, "\(pattern) for \(path)")
    }

    @Test(.timeLimit(.minutes(1)))
    func noPatternTakesLong() {
        let stars = String(repeating: "*a", count: 200)
        #expect(!GlobPattern(stars).matches(String(repeating: "a", count: 150)))
        let folders = String(repeating: "**/", count: 200) + "x"
        #expect(!GlobPattern(folders).matches(String(repeating: "a/", count: 200) + "b"))
        #expect(!GlobPattern(String(repeating: "{a,b}", count: 190)).matches("x"))
    }
}
