import Foundation
import Testing

@testable import Sandboxing

struct WritableJobTests {
    private let job = Job(
        executable: "/bin/sh",
        readable: ["/home/me/tools"],
        writable: ["/home/me/work"],
        folder: "/home/me/work/src",
        owner: BoxOwner(user: 1000, group: 100),
        limits: Limits(files: 500)
    )

    private func walls(stranger: (@Sendable () -> Int)? = nil) -> Bubblewrap {
        Bubblewrap(bubblewrap: "/usr/bin/bwrap", system: [.folder("/usr")], stranger: stranger)
    }

    private func contains(_ words: [String], _ run: String...) -> Bool {
        words.indices.contains { words[$0...].starts(with: run) }
    }

    @Test func onlyTheWritableFolderIsWritableAndTheJobStartsThere() {
        let words = walls().command(for: job, folder: "/tmp")
        #expect(contains(words, "--bind", "/home/me/work", "/home/me/work"))
        #expect(words.filter { $0 == "--bind" }.count == 1)
        #expect(contains(words, "--ro-bind", "/home/me/tools"))
        #expect(contains(words, "--chdir", "/home/me/work/src"))
        #expect(words.contains("--nofile=500"))
    }

    @Test func theNetworkIsSharedOnlyWhenItIsAllowed() {
        var job = job
        #expect(walls().command(for: job, folder: "/tmp").contains("--unshare-net"))
        job.hasNetwork = true
        let words = walls().command(for: job, folder: "/tmp")
        #expect(!words.contains("--unshare-net"))
        #expect(contains(words, "--ro-bind-try", "/etc/resolv.conf"))
    }

    @Test func rootBecomesTheOwnerOfWhatIsChanged() {
        let words = walls { 1_912_345_678 }.command(for: job, folder: "/tmp")
        #expect(contains(words, "setpriv", "--reuid", "1000", "--regid", "100", "--clear-groups"))
        #expect(words.filter { $0 == "/home/me/work/src" }.count == 2)
        var reading = job
        reading.writable = []
        #expect(walls { 1_912_345_678 }.command(for: reading, folder: "/tmp").contains("1912345678"))
    }

    @Test func rootDoesNotRunAJobAsRoot() {
        let asRoot = walls { 1_912_345_678 }
        #expect(asRoot.refusal(of: job) == nil)
        for owner in [BoxOwner(user: 0, group: 0), BoxOwner(user: 1000, group: 0), BoxOwner(user: 0, group: 5)] {
            var other = job
            other.owner = owner
            #expect(asRoot.refusal(of: other)?.contains("belongs to root") == true)
            // For a user there is no difference.
            #expect(walls().refusal(of: other) == nil)
        }
        var nobody = job
        nobody.owner = nil
        #expect(asRoot.refusal(of: nobody) != nil)
        nobody.writable = []
        #expect(asRoot.refusal(of: nobody) == nil)
    }

    @Test func theProfileOfMacOSOpensWhatIsAskedForAndNoMore() {
        let closed = Seatbelt.profile(folder: "/p", readable: [])
        #expect(!closed.contains("/w") && closed.contains("(deny network*)"))
        let open = Seatbelt.profile(folder: "/p", readable: [], writable: ["/w"], hasNetwork: true)
        #expect(open.contains(#"(allow file-write* (literal "/dev/null") (subpath "/p") (subpath "/w"))"#))
        #expect(open.contains("(allow network*)"))
    }

    @Test(.timeLimit(.minutes(1)), arguments: [0, 10, 100, 101, 1000, 199_999])
    func bothEndsAreKeptAndTheMiddleIsCounted(length: Int) async {
        let job = Job(
            executable: "/bin/sh",
            arguments: ["-c", "head -c \(length) /dev/zero | tr '\\0' x; printf end"],
            keptEnds: 100,
            limits: Limits(time: .seconds(30))
        )
        let result = await OpenGround().run(job)
        #expect(result.exit == .code(0))
        let total = length + 3
        #expect(result.output.count == min(total, 100))
        #expect(result.outputEnd.count == min(max(0, total - 100), 100))
        #expect(result.output.count + result.lost + result.outputEnd.count == total)
        #expect((result.output + result.outputEnd).suffix(3) == Array("end".utf8)[...])
    }
}
