import Foundation
import HTTPTestSupport
import ModelCatalog
import ModelStore
import SwarmCore
import Testing

/// Whatever a server does, a pull ends with the right file or a clear error, and never with a bad file in the store.
@Suite("Pulling from a hub that misbehaves", .timeLimit(.minutes(1)))
struct RudeHubTests {
    let double = HubDouble(files: ["m.gguf": HubDouble.content(300_000)])

    /// Pulls and expects an error and no file.
    private func expectError(
        _ error: PullError,
        _ double: HubDouble? = nil,
        hub: (@Sendable (Request) async -> Reply?)? = nil,
        cdn: (@Sendable (Request) async -> Reply)? = nil,
        change: @Sendable (inout Pulling) -> Void = { _ in }
    ) async throws {
        try await Pulling.with(double ?? self.double, hub: hub, cdn: cdn) { pulling in
            change(&pulling)
            #expect(await pulling.failure() == error)
            #expect(pulling.stored() == nil)
        }
    }

    @Test(arguments: 0..<10)
    func cutConnectionsCostNothingThatHasArrived(seed: UInt64) async throws {
        let double = double
        let random = Locked(SplitMix64(seed: seed))
        try await Pulling.with(
            double,
            cdn: { request in
                let reply = double.file(request)
                guard request.number > 0 else { return reply }
                return random.withLock { random in
                    guard Bool.random(using: &random) else { return reply }
                    // At least a block, or it would count as no progress and be given up some time.
                    return reply.cut(after: Int.random(in: 0...reply.body.count, using: &random))
                }
            }
        ) { pulling in
            pulling.rules.retry.attempts = 50
            _ = try await pulling.pull()
            #expect(pulling.stored() == double.files["m.gguf"])
        }
    }

    @Test func aServerThatAlwaysCutsIsGivenUpAndWhatCameIsKept() async throws {
        let double = double
        try await Pulling.with(
            double,
            cdn: { request in request.number == 0 ? double.file(request) : double.file(request).cut(after: 100) }
        ) { pulling in
            let error = await pulling.failure()
            guard case .givenUp(_, attempts: 6) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(pulling.stored() == nil)
            #expect(await pulling.store.partials().first?.bytes ?? 0 > 0)
        }
    }

    @Test func wrongBytesNeverEnterTheStore() async throws {
        let double = double
        let body = try #require(double.files["m.gguf"])
        var bad = double
        bad.files["m.gguf"]?[200_000] ^= 1
        let wrong = bad
        let error = PullError.wrongHash(
            "m.gguf",
            said: Digest.sha256(body),
            found: Digest.sha256(wrong.files["m.gguf"] ?? [])
        )
        try await Pulling.with(double, cdn: { wrong.file($0) }) { pulling in
            #expect(await pulling.failure() == error)
            // Nothing of it is gone on with.
            #expect(pulling.names.isEmpty)
        }
    }

    @Test func aServerThatKnowsNoRangesIsReadInOneGo() async throws {
        let double = double
        try await Pulling.with(
            double,
            cdn: { request in
                var plain = request
                plain.headers["range"] = nil
                return double.file(plain)
            }
        ) { pulling in
            _ = try await pulling.pull()
            #expect(pulling.stored() == double.files["m.gguf"])
        }
    }

    @Test func aServerThatForgetsRangesInTheMiddleIsReadInOneGo() async throws {
        let double = double
        try await Pulling.with(
            double,
            cdn: { request in
                guard request.number > 1 else { return double.file(request) }
                var plain = request
                plain.headers["range"] = nil
                return double.file(plain)
            }
        ) { pulling in
            _ = try await pulling.pull()
            #expect(pulling.stored() == double.files["m.gguf"])
        }
    }

    @Test func aFileThatChangesInTheMiddleIsFetchedAfresh() async throws {
        var double = double
        double.plain = ["m.gguf"]
        var newer = double
        newer.etag = "\"v2\""
        newer.files["m.gguf"] = HubDouble.content(300_000, seed: 9)
        let (old, new) = (double, newer)
        try await Pulling.with(old, cdn: { $0.number < 3 ? old.file($0) : new.file($0) }) { pulling in
            _ = try await pulling.pull()
            #expect(pulling.stored() == new.files["m.gguf"])
        }
    }

    @Test func aFileThatChangesAllTheTimeIsRefused() async throws {
        var double = double
        double.plain = ["m.gguf"]
        let old = double
        try await expectError(
            .changing("m.gguf"),
            old,
            cdn: { request in
                var now = old
                now.etag = "\"v\(request.number)\""
                return now.file(request)
            }
        )
    }

    @Test func aServerThatHasAnotherLengthThanTheHubSaysIsRefused() async throws {
        var longer = double
        longer.files["m.gguf"]?.append(0)
        let other = longer
        try await expectError(.wrongLength("m.gguf", said: 300_000, found: 300_001), cdn: { other.file($0) })
    }

    @Test func aHubThatListsAnotherLengthThanItSaysIsRefused() async throws {
        var double = double
        double.listed["m.gguf"] = (bytes: 299_999, sha256: nil)
        try await expectError(.wrongLength("m.gguf", said: 299_999, found: 300_000), double)
    }

    @Test(arguments: [(1, 0), (0, 1), (1, 1)])
    func theWrongRangeIsNotTaken(shift: (Int, Int)) async throws {
        let double = double
        try await expectError(
            .givenUp(reason: "127.0.0.1 answers with other bytes than it was asked for", attempts: 6),
            cdn: { request in
                var other = request
                if request.number > 0, let range = request.range {
                    other.headers["range"] = "bytes=\(range.lowerBound + shift.0)-\(range.upperBound - 1 + shift.1)"
                }
                return double.file(other)
            }
        )
    }

    @Test func aLengthThatContradictsTheRangeIsNotTaken() async throws {
        let double = double
        try await expectError(
            .givenUp(reason: "127.0.0.1 contradicts itself about the length", attempts: 6),
            cdn: { request in
                var reply = double.file(request)
                if request.number > 0 { reply.statedLength = reply.body.count - 1 }
                return reply
            }
        )
    }

    @Test(arguments: [429, 500, 502, 503])
    func aBusyServerIsAskedAgainAndAskedAsLateAsItWants(status: Int) async throws {
        let double = double
        try await Pulling.with(
            double,
            cdn: { request in
                request.number % 2 == 1
                    ? Reply(status, headers: [(name: "Retry-After", value: "7")]) : double.file(request)
            }
        ) { pulling in
            _ = try await pulling.pull()
            #expect(pulling.stored() == double.files["m.gguf"])
            #expect(!pulling.waits.withLock { $0 }.isEmpty)
            #expect(pulling.waits.withLock { $0 }.allSatisfy { $0 >= .seconds(7) })
        }
    }

    @Test func aServerThatWantsAnHourIsNotWaitedFor() async throws {
        try await expectError(
            .busy(reason: "127.0.0.1 answers too many requests (429)", wait: .seconds(3600)),
            hub: { _ in Reply(429, headers: [(name: "Retry-After", value: "3600")]) }
        )
    }

    @Test func aBusyHubIsGivenUpAfterSomeTime() async throws {
        try await expectError(.givenUp(reason: "127.0.0.1 answers 503", attempts: 6), hub: { _ in Reply(503) })
    }

    @Test func aServerThatFallsSilentIsLeft() async throws {
        let double = double
        try await Pulling.with(
            double,
            cdn: { request in
                request.number == 2 ? double.file(request).cut(after: 5000, ending: .hang) : double.file(request)
            }
        ) { pulling in
            pulling.rules.patience = .milliseconds(100)
            _ = try await pulling.pull()
            #expect(pulling.stored() == double.files["m.gguf"])
        }
    }

    @Test func addressesThatHaveExpiredAreAskedForAgain() async throws {
        let double = double
        try await Pulling.with(double, cdn: { $0.number == 2 ? Reply(403) : double.file($0) }) { pulling in
            _ = try await pulling.pull()
            #expect(pulling.stored() == double.files["m.gguf"])
            #expect(pulling.hub.requests.count > 2)
        }
    }

    @Test func redirectsWithoutEndAreNotFollowed() async throws {
        try await expectError(
            .redirect(host: "127.0.0.1"),
            hub: { Reply(302, headers: [(name: "Location", value: $0.target)]) }
        )
    }

    @Test func aRedirectToSomethingElseThanTheWebIsNotFollowed() async throws {
        try await expectError(
            .redirect(host: "127.0.0.1"),
            hub: { _ in Reply(302, headers: [(name: "Location", value: "file:///etc/passwd")]) }
        )
    }

    @Test(
        arguments: [
            (401, nil, nil, PullError.unknownRepository("bees/honey", hasToken: false)),
            (401, nil, "hf_secret", PullError.badToken),
            (403, "GatedRepo", nil, PullError.gated("bees/honey", hasToken: false)),
            (403, nil, "hf_secret", PullError.gated("bees/honey", hasToken: true)),
            (404, "RepoNotFound", nil, PullError.unknownRepository("bees/honey", hasToken: false)),
            (404, "RevisionNotFound", nil, PullError.unknownRevision("main", repository: "bees/honey")),
            (418, nil, nil, PullError.refused(host: "127.0.0.1", status: 418, message: nil)),
        ] as [(Int, String?, String?, PullError)]
    )
    func refusalsAreSaidAsTheyAre(status: Int, code: String?, token: String?, error: PullError) async throws {
        try await expectError(
            error,
            hub: { _ in Reply(status, headers: code.map { [(name: "X-Error-Code", value: $0)] } ?? []) },
            change: { $0.settings.token = token.flatMap(HubToken.init) }
        )
    }

    @Test func aFileThatIsNotThereIsNamedWithThoseThatAre() async throws {
        try await Pulling.with(double) { pulling in
            let error = PullError.unknownFile("n.gguf", repository: "bees/honey", others: ["m.gguf"])
            #expect(await pulling.failure("n.gguf") == error)
        }
    }

    @Test(arguments: ["", "no json", "{}", #"{"sha":"0123"}"#, #"{"sha":"../x","siblings":[]}"#])
    func aListThatIsNoneIsRefused(body: String) async throws {
        try await Pulling.with(double, hub: { _ in Reply(200, body: Array(body.utf8)) }) { pulling in
            #expect(await pulling.failure() != nil)
            #expect(pulling.names.isEmpty)
        }
    }

    @Test func nobodyListeningIsSaid() async throws {
        try await Pulling.with(double) { pulling in
            // A port that was just given back.
            let port = try await ScriptedServer.run({ _ in Reply(200) }) { $0.port }
            pulling.settings.address = HubAddress(endpoint: "http://127.0.0.1:\(port)")
            let error = await pulling.failure()
            guard case .givenUp(let reason, _) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(reason.contains("127.0.0.1"))
        }
    }

    @Test(arguments: ["../../evil.gguf", "/etc/passwd", "a/../b.gguf", "x.part", "m.gguf.swarm.json", "a\\b.gguf", ""])
    func namesThatLeadOutOfTheFolderAreRefused(name: String) async throws {
        try await Pulling.with(double) { pulling in
            #expect(await pulling.failure(name) != nil)
            #expect(pulling.names.isEmpty)
        }
    }
}
