import Testing

@testable import ToolRuntime

struct ShellTextTests {
    private func plain(_ text: String) -> String { ShellOutput.plain(Array(text.utf8)) }

    @Test(arguments: [
        ("\u{1B}[31mred\u{1B}[0m", "red"), ("\u{1B}[1;38;5;200mx", "x"), ("\u{1B}]0;title\u{07}x", "x"),
        ("\u{1B}]8;;http://a\u{1B}\\link\u{1B}]8;;\u{1B}\\", "link"), ("a\u{1B}(Bb", "ab"), ("\u{1B}", ""),
        ("\u{1B}[", ""), ("10%\r50%\r100%\n", "100%\n"), ("a\r\nb", "a\nb"), ("ab\u{08}c", "ac"), ("\u{07}x\0y", "xy"),
        ("\tüber\n", "\tüber\n"), ("\u{1B}]unfinished\nnext", "\nnext"), ("one\ntwo\rTWO", "one\nTWO"),
    ])
    func whatIsForTerminalsGoes(text: String, kept: String) { #expect(plain(text) == kept) }

    @Test func shortOutputStaysAsItIs() {
        let text = String(repeating: "x", count: 3000)
        #expect(ShellOutput.shortened(text, limit: 3000) == text)
    }

    @Test func longOutputKeepsBothEndsAndSaysWhatIsMissing() {
        let text = (1...2000).map { "line \($0)\n" }.joined()
        let short = ShellOutput.shortened(text, limit: 3000)
        #expect(short.count <= 3000)
        #expect(short.hasPrefix("line 1\nline 2\n"))
        #expect(short.hasSuffix("line 1999\nline 2000\n"))
        let kept = text.prefix(1000).count + 1920
        #expect(short.contains("[… \(text.count - kept) characters left out after line "))
    }

    @Test func charactersAreNotBroken() {
        let short = ShellOutput.shortened(String(repeating: "👩‍👩‍👧", count: 5000), limit: 3000)
        #expect(short.count <= 3000)
        #expect(!short.unicodeScalars.contains("\u{FFFD}"))
        let bytes = Array("aä€😀".utf8)
        for limit in 0...bytes.count {
            let head = Array(bytes.prefix(UTF8Cut.prefix(bytes, limit)))
            let tail = Array(bytes.suffix(UTF8Cut.suffix(bytes, limit)))
            #expect(String(validating: head, as: UTF8.self) != nil)
            #expect(String(validating: tail, as: UTF8.self) != nil)
            #expect(head.count <= limit && tail.count <= limit)
        }
        // What is not UTF-8 at all is cut where it is asked to be.
        #expect(UTF8Cut.prefix([UInt8](repeating: 0x80, count: 10), 6) == 6)
    }

    @Test(arguments: [
        ("ls -la", false), ("pip install x", true), ("python3 -m pip install x", true),
        ("python3 -m http.server", false),
        ("cd a && npm ci", true), ("sudo apt-get install -y jq", true), ("FOO=1 cargo build", true),
        ("swift build -c release", true), ("swift --version", false), ("go test ./...", true), ("go version", false),
        ("echo pip", false), ("grep npm package.json", false), ("git status", false), ("git clone x", true),
        ("/usr/bin/make all", true), ("for i in 1 2; do make; done", true), ("ls | xargs echo", false), ("", false),
        ("pytest -q", true), ("env A=b uv sync", true),
    ])
    func whatBuildsOrFetchesGetsMoreTime(command: String, isLong: Bool) {
        #expect(CommandTime.isLong(command) == isLong)
    }
}
