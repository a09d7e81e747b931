import Testing

@testable import Sandboxing

struct SeatbeltTests {
    @Test func theProfileDeniesByDefault() {
        let profile = Seatbelt.profile(folder: "/private/var/folders/box", readable: ["/Users/me/py"])
        #expect(profile.hasPrefix("(version 1)\n(deny default)\n"))
        #expect(profile.contains("(deny network*)"))
        #expect(profile.contains(#"(subpath "/Users/me/py")"#))
        #expect(profile.contains(#"(allow file-write* (literal "/dev/null") (subpath "/private/var/folders/box"))"#))
        #expect(profile.ranges(of: "file-write*").count == 1)
        #expect(!profile.contains("(allow default)"))
    }

    @Test func aPathCannotBreakOutOfItsQuotes() {
        let profile = Seatbelt.profile(folder: "/f", readable: [#"/a") (allow default) (subpath "\"#])
        #expect(profile.contains(#"(subpath "/a\") (allow default) (subpath \"\\")"#))
    }

    @Test func limitsAreSetByTheShell() {
        let words = Seatbelt().command(for: Job(executable: "/bin/echo", arguments: ["a b"]), folder: "/f")
        #expect(words.first == "/usr/bin/sandbox-exec")
        #expect(words.contains { $0.contains("ulimit -t 6") })
        #expect(words.suffix(4) == ["sh", "/f", "/bin/echo", "a b"])
    }
}
