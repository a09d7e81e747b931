import Testing

@testable import Sandboxing

struct BubblewrapTests {
    private let job = Job(
        executable: "/home/me/py/bin/python3",
        arguments: ["-c", "pass"],
        readable: ["/home/me/py"],
        limits: Limits(processorSeconds: 5, memory: 1000, processes: 7, file: 2000, folder: 3000)
    )

    private func walls(stranger: (@Sendable () -> Int)? = nil) -> Bubblewrap {
        Bubblewrap(
            bubblewrap: "/usr/bin/bwrap",
            system: [.folder("/usr"), .link("/bin", to: "usr/bin"), .folder("/etc/alternatives")],
            stranger: stranger
        )
    }

    private func contains(_ words: [String], _ run: String...) -> Bool {
        words.indices.contains { words[$0...].starts(with: run) }
    }

    @Test func everyNamespaceIsItsOwn() {
        let words = walls().command(for: job, folder: "/tmp")
        for name in ["user", "ipc", "pid", "net", "uts", "cgroup-try"] { #expect(words.contains("--unshare-\(name)")) }
        #expect(words.contains("--die-with-parent"))
        #expect(words.contains("--new-session"))
        #expect(words.contains("--disable-userns"))
        #expect(contains(words, "--cap-drop", "ALL"))
    }

    @Test func onlyWhatIsNeededIsShownAndNothingIsWritable() {
        let words = walls().command(for: job, folder: "/tmp")
        #expect(contains(words, "--ro-bind", "/usr", "/usr"))
        #expect(contains(words, "--symlink", "usr/bin", "/bin"))
        #expect(
            contains(
                words,
                "--perms",
                "0755",
                "--dir",
                "/home",
                "--perms",
                "0755",
                "--dir",
                "/home/me",
                "--ro-bind",
                "/home/me/py"
            )
        )
        #expect(!words.contains("--bind"))
        #expect(contains(words, "--remount-ro", "/"))
        #expect(contains(words, "--size", "3000", "--tmpfs", "/tmp"))
    }

    @Test func limitsAreSetInsideJustBeforeTheProgram() throws {
        let words = walls().command(for: job, folder: "/tmp")
        let start = try #require(words.lastIndex(of: "prlimit"))
        #expect(words[start...].starts(with: ["prlimit", "--cpu=5", "--as=1000", "--nproc=7", "--fsize=2000"]))
        #expect(words.suffix(4) == ["--", "/home/me/py/bin/python3", "-c", "pass"])
    }

    @Test func rootBecomesAStrangerFirst() throws {
        let words = walls { 1_912_345_678 }.command(for: job, folder: "/tmp")
        let change = try #require(words.firstIndex(of: "setpriv"))
        let inner = try #require(words.lastIndex(of: "/usr/bin/bwrap"))
        #expect(contains(words, "setpriv", "--reuid", "1912345678", "--regid", "1912345678", "--clear-groups"))
        #expect(!words[..<change].contains("--unshare-user"))
        #expect(change < inner)
        // Nothing more is shown than the outer layer has; with `--bind`, `/dev/null` would not open.
        #expect(contains(words, "--dev-bind", "/", "/"))
        #expect(words[inner...].starts(with: ["/usr/bin/bwrap", "--unshare-user", "--disable-userns"]))
    }

    @Test(arguments: [
        ("bwrap: Unknown option --disable-userns", "older than 0.8"),
        ("bwrap: setting up uid map: Permission denied", "does not let bubblewrap make its namespaces"),
        ("bwrap: No permissions to create new namespace", "does not let bubblewrap make its namespaces"),
        ("bwrap: something else", "something else"),
    ])
    func theOperatorIsToldWhy(said: String, reason: String) {
        let complaint = walls().complaint(about: BoxResult(error: Array(said.utf8), exit: .code(1)))
        #expect(complaint.contains(reason))
        #expect(complaint.contains(said))
    }
}
