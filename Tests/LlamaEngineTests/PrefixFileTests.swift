import Foundation
import SwarmCore
import Testing

@testable import LlamaEngine

struct PrefixFileTests {
    private static let tokens: [Int32] = [7, -1, .max, .min, 70_000]
    private static let state = (0..<61).map { UInt8(truncatingIfNeeded: 37 &* $0) }
    private static let name = "1-2.prefix"

    /// What a shelf would take from a file.
    private func taken(from folder: TemporaryFolder, key: UInt64 = 5) -> Data? {
        guard let file = PrefixFile(at: folder.path(of: Self.name)), file.key == key else { return nil }
        return file.state(at: folder.path(of: Self.name))
    }

    private func written(_ tokens: [Int32] = tokens, _ state: [UInt8] = state) throws -> TemporaryFolder {
        let folder = TemporaryFolder()
        _ = PrefixFolder(folder.path)
        let file = PrefixFile(key: 5, tokens: tokens, state: Data(state))
        try file.write(state: Data(state), to: folder.path(of: Self.name))
        return folder
    }

    @Test(arguments: 1..<20)
    func whatIsWrittenIsRead(seed: Int) throws {
        var generator = SplitMix64(seed: UInt64(seed))
        let tokens = (0..<Int.random(in: 1..<50, using: &generator)).map { _ in
            Int32.random(in: .min ... .max, using: &generator)
        }
        let state = (0..<Int.random(in: 1..<300, using: &generator)).map { _ in
            UInt8.random(in: 0...255, using: &generator)
        }
        let folder = try written(tokens, state)
        let file = try #require(PrefixFile(at: folder.path(of: Self.name)))
        #expect(file == PrefixFile(key: 5, tokens: tokens, state: Data(state)))
        #expect(file.tokens == tokens)
        #expect(file.size == 40 + 4 * tokens.count + state.count)
        #expect(try folder.bytes(of: Self.name).count == file.size)
        #expect(taken(from: folder).map { Array($0) } == state)
    }

    @Test func nobodyElseCanReadIt() throws {
        let folder = try written()
        #expect(try folder.permissions(of: Self.name) == 0o600)
        #expect(try folder.permissions(of: "") == 0o700)
        #expect(folder.names == [Self.name])
    }

    @Test func aFileThatIsCutAnywhereIsNone() throws {
        let folder = try written()
        let whole = try folder.bytes(of: Self.name)
        for count in whole.indices {
            try folder.write(Array(whole.prefix(count)), to: Self.name)
            #expect(PrefixFile(at: folder.path(of: Self.name)) == nil, "\(count) bytes")
        }
        try folder.write(whole + [0], to: Self.name)
        #expect(PrefixFile(at: folder.path(of: Self.name)) == nil)
        try folder.write(whole, to: Self.name)
        #expect(taken(from: folder) != nil)
    }

    @Test func everyByteThatChangedIsNoticed() throws {
        let folder = try written()
        let whole = try folder.bytes(of: Self.name)
        for place in whole.indices {
            for change: UInt8 in [1, 128, 255] {
                var changed = whole
                changed[place] ^= change
                try folder.write(changed, to: Self.name)
                #expect(taken(from: folder) == nil, "byte \(place)")
            }
        }
    }

    @Test(arguments: 0..<20)
    func severalBytesThatChangedAreNoticed(seed: Int) throws {
        var generator = SplitMix64(seed: UInt64(seed))
        let state = (0..<5000).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let folder = try written(Self.tokens, state)
        let whole = try folder.bytes(of: Self.name)
        for _ in 0..<20 {
            var changed = whole
            for _ in 0..<Int.random(in: 1..<5, using: &generator) {
                changed[Int.random(in: whole.indices, using: &generator)] ^= UInt8.random(
                    in: 1...255,
                    using: &generator
                )
            }
            guard changed != whole else { continue }
            try folder.write(changed, to: Self.name)
            #expect(taken(from: folder) == nil)
        }
    }

    @Test func halvesThatChangedPlacesAreNoticed() throws {
        let state = (0..<64).map { UInt8($0) }
        let folder = try written(Self.tokens, state)
        let whole = try folder.bytes(of: Self.name)
        try folder.write(whole.dropLast(64) + state.suffix(32) + state.prefix(32), to: Self.name)
        #expect(taken(from: folder) == nil)
    }

    @Test func whatCannotBeWrittenThrowsAndLeavesNothing() throws {
        let folder = TemporaryFolder()
        let file = PrefixFile(key: 5, tokens: Self.tokens, state: Data(Self.state))
        #expect(throws: (any Error).self) { try file.write(state: Data(Self.state), to: folder.path(of: "a.prefix")) }
        // A folder is where the file should be.
        try folder.write([1], to: "other")
        try FileManager.default.createDirectory(atPath: folder.path(of: "b.prefix"), withIntermediateDirectories: true)
        #expect(throws: (any Error).self) { try file.write(state: Data(Self.state), to: folder.path(of: "b.prefix")) }
        #expect(folder.names == ["b.prefix", "other"])
    }

    @Test func inTheFolderOnlyFilesOfItsOwnAreTouched() throws {
        let folder = try written()
        let made = PrefixFolder(folder.path)
        let foreign = PrefixFile(key: 6, tokens: [1], state: Data([1]))
        try foreign.write(state: Data([1]), to: folder.path(of: "6-1.prefix"))
        let garbage = ["notes.prefix", "a-b-c.prefix", "x-y.prefix", "1-2", "-.prefix", "old.part"]
        for name in garbage + ["a-b.prefix", "c-d.prefix.part", "e-f.prefix.part"] { try folder.write([1], to: name) }
        let longAgo = Date(timeIntervalSinceNow: -7200)
        for name in ["c-d.prefix.part", "old.part"] {
            try FileManager.default.setAttributes([.modificationDate: longAgo], ofItemAtPath: folder.path(of: name))
        }
        try FileManager.default.createDirectory(
            atPath: folder.path(of: "c-e.prefix/inside"),
            withIntermediateDirectories: true
        )
        let entries = made.entries(key: 5)
        #expect(Set(entries.map(\.id)) == [Self.name, "6-1.prefix"])
        #expect(entries.first { $0.id == Self.name }?.tokens == Self.tokens)
        // Of another model it knows the size only.
        #expect(entries.first { $0.id == "6-1.prefix" }?.tokens == [])
        #expect(entries.first { $0.id == "6-1.prefix" }?.bytes == foreign.size)
        // What is no prefix file, and what nobody writes any more, is gone.
        let expected = garbage + [Self.name, "6-1.prefix", "e-f.prefix.part", "c-e.prefix"]
        #expect(Set(folder.names) == Set(expected))
        #expect(FileManager.default.fileExists(atPath: folder.path(of: "c-e.prefix/inside")))
        for name in ["", ".", "c-e.prefix"] { made.remove(name) }
        #expect(Set(folder.names) == Set(expected))
    }

    @Test func theFilesAreInOrderOfUse() throws {
        let folder = TemporaryFolder()
        let made = PrefixFolder(folder.path)
        for number in 1...3 {
            let file = PrefixFile(key: 5, tokens: [Int32(number)], state: Data([1]))
            try file.write(state: Data([1]), to: folder.path(of: "5-\(number).prefix"))
            let used = Date(timeIntervalSinceNow: -1000 + Double(number))
            try FileManager.default.setAttributes(
                [.modificationDate: used],
                ofItemAtPath: folder.path(of: "5-\(number).prefix")
            )
        }
        made.touch("5-2.prefix")
        #expect(made.entries(key: 5).map(\.tokens) == [[1], [3], [2]])
    }

    @Test func namesDifferByModelAndByTokens() {
        let names = [(UInt64(1), [Int32(1)]), (1, [2]), (1, [1, 2]), (2, [1])].map {
            PrefixFolder.name(key: $0.0, tokens: $0.1)
        }
        #expect(Set(names).count == 4)
        #expect(names.allSatisfy { $0.hasSuffix(".prefix") && !$0.contains("/") })
    }

    @Test func theDiskTellsHowMuchIsFree() throws {
        let folder = TemporaryFolder()
        #expect(try #require(PrefixFolder(folder.path).freeBytes) > 0)
        try FileManager.default.removeItem(atPath: folder.path)
        #expect(PrefixFolder(folder.path + "/").freeBytes != nil)
    }
}
