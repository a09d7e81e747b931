import Foundation
import InMemoryLogging
import Logging
import SwarmTestSupport
import Testing

@testable import LlamaEngine

/// The shelf by itself: states here are any bytes.
@Suite(.timeLimit(.minutes(1)))
struct PrefixShelfTests {
    private let folder = TemporaryFolder()
    private let log = InMemoryLogHandler()

    private func shelf(
        maximumBytes: Int = 1_000_000,
        key: String = "model",
        wholeOnly: Bool = false
    ) -> PrefixShelf {
        PrefixShelf(
            PrefixSettings(folder: folder.path, maximumBytes: maximumBytes, shortest: 4),
            key: key,
            wholeOnly: wholeOnly,
            logger: Logger(label: "test") { [log] _ in log }
        )
    }

    /// What an idle engine does with a sequence: `true` when it was written.
    @discardableResult
    private func shelve(_ tokens: [Int32], state: String, on shelf: PrefixShelf) async -> Bool {
        let state = Data(state.utf8)
        guard shelf.wants(tokens), shelf.hasRoom(for: tokens, stateSize: state.count) else { return false }
        let gate = Gate()
        shelf.keep(tokens, state: state) { gate.open() }
        #expect(!shelf.wants([90, 91, 92, 93, 94]), "one at a time")
        await gate.passed()
        shelf.settle()
        return true
    }

    private func match(_ prompt: [Int32], on shelf: PrefixShelf) -> String? {
        guard let match = shelf.bestMatch(for: prompt, limit: prompt.count - 1) else { return nil }
        return shelf.state(of: match.entry).map { String(decoding: $0, as: UTF8.self) + " \(match.length)" }
    }

    /// Messages about prefixes that a user would see.
    private var told: [String] { log.entries.filter { $0.level >= .info }.map { "\($0.message)" } }

    @Test func whatIsKeptIsFoundAgainAlsoByTheNextShelf() async throws {
        let first = shelf()
        #expect(await shelve([1, 2, 3, 4, 5], state: "five", on: first))
        #expect(match([1, 2, 3, 4, 5, 6], on: first) == "five 5")
        #expect(!(await shelve([1, 2, 3, 4, 5], state: "five", on: first)))
        let second = shelf()
        #expect(match([1, 2, 3, 4, 9, 9], on: second) == "five 4")
        #expect(!second.wants([1, 2, 3, 4, 5]))
        #expect(match([1, 2, 3, 4, 9, 9], on: shelf(wholeOnly: true)) == nil)
        #expect(told == [])
    }

    @Test func twoModelsShareAFolderAndNothingElse() async throws {
        let (one, other) = (shelf(key: "one"), shelf(key: "other"))
        await shelve([1, 2, 3, 4, 5], state: "one", on: one)
        await shelve([1, 2, 3, 4, 5], state: "other", on: other)
        await shelve([1, 2, 3, 4, 5, 6, 7, 8, 9], state: "longer", on: shelf(key: "other"))
        #expect(folder.files.count == 2)
        #expect(match([1, 2, 3, 4, 5, 6], on: shelf(key: "one")) == "one 5")
        #expect(match([1, 2, 3, 4, 5, 6], on: shelf(key: "other")) == "longer 5")
        #expect(match([1, 2, 3, 4, 5, 6], on: shelf(key: "third")) == nil)
    }

    @Test func aLongerPrefixReplacesWhatItBeginsWith() async throws {
        let kept = shelf()
        await shelve([1, 2, 3, 4, 5], state: "short", on: kept)
        await shelve([1, 2, 3, 4, 6, 6, 6, 6], state: "beside", on: kept)
        await shelve([1, 2, 3, 4, 5, 6, 7, 8, 9], state: "long", on: kept)
        #expect(folder.files.values.map(\.tokens.count).sorted() == [8, 9])
        #expect(match([1, 2, 3, 4, 5, 6], on: kept) == "long 5")
    }

    @Test func whatNeverFitsIsRefusedOnceWithoutAWordOrATrace() async throws {
        let kept = shelf(maximumBytes: 100)
        await shelve([1, 2, 3, 4], state: "small", on: kept)
        let large = String(repeating: "x", count: 100)
        for first: Int32 in 5..<8 {
            #expect(kept.wants([first, 1, 2, 3, 4]))
            #expect(!(await shelve([first, 1, 2, 3, 4], state: large, on: kept)))
        }
        // Not asked again, and never taken for something that is there.
        for first: Int32 in 5..<8 {
            #expect(!kept.wants([first, 1, 2, 3, 4]))
            #expect(match([first, 1, 2, 3, 4, 5], on: kept) == nil)
        }
        #expect(match([1, 2, 3, 4, 5], on: kept) == "small 4")
        // What begins with it replaces nothing on disk.
        await shelve([5, 1, 2, 3, 4, 5, 6, 7, 8], state: "x", on: kept)
        #expect(folder.names.count == 1)
        #expect(told == [])
    }

    @Test func twoThatDoNotFitTogetherDoNotTakeTurns() async throws {
        let kept = shelf(maximumBytes: 100)
        await shelve([1, 1, 1, 1], state: "one", on: kept)
        #expect(await shelve([2, 2, 2, 2], state: String(repeating: "2", count: 40), on: kept))
        #expect(folder.files.values.map(\.tokens) == [[2, 2, 2, 2]])
        // The first is in memory still: it may come back when it has grown.
        #expect(!kept.wants([1, 1, 1, 1]))
        #expect(await shelve([1, 1, 1, 1, 1, 1, 1, 1], state: "one", on: kept))
        #expect(folder.files.values.map(\.tokens.count) == [8])
        #expect(!kept.wants([2, 2, 2, 2]))
    }

    @Test func theLeastRecentlyUsedGoesAlsoAfterARestart() async throws {
        let kept = shelf()
        for first: Int32 in 1...3 { await shelve([first, 0, 0, 0], state: "\(first)", on: kept) }
        for (place, first) in ([1, 2, 3] as [Int32]).enumerated() {
            let name = try #require(folder.files.first { $0.value.tokens[0] == first }).key
            let used = Date(timeIntervalSinceNow: -100 + Double(place))
            try FileManager.default.setAttributes([.modificationDate: used], ofItemAtPath: folder.path(of: name))
        }
        #expect(match([1, 0, 0, 0, 0], on: shelf()) == "1 4")
        let size = try #require(folder.files.values.first).size
        // A lower limit is kept to at once.
        let smaller = shelf(maximumBytes: 2 * size)
        #expect(Set(folder.files.values.map(\.tokens[0])) == [1, 3])
        await shelve([4, 0, 0, 0], state: "4", on: smaller)
        #expect(Set(folder.files.values.map(\.tokens[0])) == [1, 4])
    }

    @Test func aDamagedFileIsRemovedAndTold() async throws {
        await shelve([1, 2, 3, 4], state: "state", on: shelf())
        let kept = shelf()
        let name = try #require(folder.names.first)
        var bytes = try folder.bytes(of: name)
        bytes[bytes.count - 1] ^= 1
        try folder.write(bytes, to: name)
        #expect(match([1, 2, 3, 4, 5], on: kept) == nil)
        #expect(folder.names == [])
        #expect(told == ["a prefix on disk is damaged and was removed"])
        // It can be written again.
        #expect(await shelve([1, 2, 3, 4], state: "state", on: kept))
    }

    @Test func aFileThatAnotherServerRemovedIsNoHarm() async throws {
        let kept = shelf()
        await shelve([1, 2, 3, 4], state: "state", on: kept)
        try FileManager.default.removeItem(atPath: folder.path)
        #expect(match([1, 2, 3, 4, 5], on: kept) == nil)
        // Nor is a folder that is gone; it is said once.
        for first: Int32 in 5..<8 { #expect(await shelve([first, 2, 3, 4], state: "x", on: kept)) }
        #expect(!kept.wants([5, 2, 3, 4]))
        #expect(told.filter { $0 == "prefixes cannot be kept on disk" }.count == 1)
    }

    @Test func finishWaitsForTheWriterAndTidiesUp() async throws {
        let kept = shelf()
        await shelve([1, 2, 3, 4], state: "short", on: kept)
        let longer = Array(1...9).map { Int32($0) }
        kept.keep(longer, state: Data(repeating: 1, count: 4_000_000)) {}
        kept.finish()
        #expect(folder.names.count == 1)
        #expect(folder.files.values.map(\.tokens) == [longer])
        kept.finish()
        #expect(!kept.wants(longer))
    }
}
