import MulticastDNS
import Testing

@testable import Federation

@Suite("What a node announces")
struct AnnouncementTests {
    private let announcement = Announcement(
        fingerprint: .node(1),
        cluster: "0123456789abcdef",
        protocolVersion: 1,
        version: "1.2.3",
        model: "qwen2.5-coder:7b:q4_k_m",
        modelHash: "f00d",
        candidates: 5,
        hardware: "Ryzen, 32 GiB",
        apiPort: 17_615
    )

    @Test func itIsReadAsItWasWritten() throws {
        let text = try #require(announcement.text)
        #expect(Announcement(text) == announcement)
    }

    @Test func itTellsWhomToAskAndNothingElse() throws {
        let text = try #require(announcement.text)
        #expect(
            text.entries.map(\.key)
                == ["txtvers", "v", "proto", "id", "fp", "cluster", "model", "hash", "n", "hw", "api"]
        )
        #expect(text.text("id") == Fingerprint.node(1).id.rawValue)
    }

    @Test(arguments: ["x", "é", "漢", "😀"])
    func longTextsAreCut(character: String) throws {
        var long = announcement
        let text = String(repeating: character, count: 500)
        (long.version, long.model, long.modelHash, long.hardware) = (text, text, "f00d", text)
        let read = try #require(long.text.flatMap { Announcement($0) })
        #expect(read.fingerprint == long.fingerprint)
        #expect(text.hasPrefix(read.model) && !read.model.isEmpty)
    }

    /// One character of 25 bytes.
    @Test func textsAreCutByBytes() {
        var long = announcement
        long.hardware = String(repeating: "👨‍👩‍👧‍👦", count: 60)
        #expect(long.text != nil)
    }

    @Test func withoutACertificateThereIsNone() throws {
        #expect(Announcement(TextRecord()) == nil)
        #expect(Announcement(try TextRecord(["fp": "f00d", "id": "0011223344556677"])) == nil)
    }

    @Test func whatIsMissingOrWrongElseIsNothing() throws {
        let hex = Fingerprint.node(1).hex
        let read = try #require(
            Announcement(try TextRecord(["fp": hex, "proto": "one", "n": "", "api": "99999999999999999999"]))
        )
        #expect(read.fingerprint == .node(1))
        #expect((read.protocolVersion, read.candidates, read.apiPort) == (0, 0, 0))
        #expect((read.cluster, read.version, read.model) == ("", "", ""))
    }
}
