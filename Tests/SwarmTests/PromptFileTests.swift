import Foundation
import InMemoryLogging
import Logging
import Swarm
import Testing

struct PromptFileTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("prompts-\(UUID().uuidString)")
    private let log = InMemoryLogHandler()

    private func prompt() throws -> (file: PromptFile, path: URL) {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = PromptFile(folder: folder.path, logger: Logger(label: "test") { _ in log })
        return (file, folder.appendingPathComponent("tools.txt"))
    }

    private func write(_ text: String, to path: URL) throws { try Data(text.utf8).write(to: path) }

    @Test func theBuiltInTextHoldsThePlaceForTheToolsOnce() async {
        #expect(PromptFile.builtIn.ranges(of: TextToolFormat.place).count == 1)
        #expect(PromptFile.builtIn.contains("TOOL: name\nARGUMENTS: {"))
        #expect(PromptFile.builtIn.split(whereSeparator: \.isWhitespace).count <= 60)
        #expect(await PromptFile().text() == PromptFile.builtIn)
    }

    @Test func anOperatorsFileCountsAndIsReadAgainWhenItChanges() async throws {
        let (file, path) = try prompt()
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect(await file.text() == PromptFile.builtIn)
        try write("Mine: {tools}", to: path)
        #expect(await file.text() == "Mine: {tools}")
        #expect(await file.text() == "Mine: {tools}")
        try write("Mine too: {tools}", to: path)
        #expect(await file.text() == "Mine too: {tools}")
        // Of the same size: only its date tells.
        try write("Mine, so: {tools}", to: path)
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1)],
            ofItemAtPath: path.path
        )
        #expect(await file.text() == "Mine, so: {tools}")
        try FileManager.default.removeItem(at: path)
        #expect(await file.text() == PromptFile.builtIn)
        #expect(log.entries.isEmpty)
    }

    @Test(arguments: ["no place", "{tools} and {tools}", String(repeating: "x", count: PromptFile.limit) + "{tools}"])
    func aFileThatCannotBeUsedIsToldOfOnce(text: String) async throws {
        let (file, path) = try prompt()
        defer { try? FileManager.default.removeItem(at: folder) }
        try write(text, to: path)
        #expect(await file.text() == PromptFile.builtIn)
        #expect(await file.text() == PromptFile.builtIn)
        #expect(log.entries.map(\.level) == [.warning])
        try write("Better: {tools}", to: path)
        #expect(await file.text() == "Better: {tools}")
        try write(text, to: path)
        #expect(await file.text() == PromptFile.builtIn)
        #expect(log.entries.count == 2)
    }

    @Test func whatIsNoFileOrNoTextIsNotUsed() async throws {
        let (file, path) = try prompt()
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: path, withIntermediateDirectories: false)
        #expect(await file.text() == PromptFile.builtIn)
        try FileManager.default.removeItem(at: path)
        try Data([0xFF] + Array("{tools}".utf8)).write(to: path)
        #expect(await file.text() == PromptFile.builtIn)
        #expect(log.entries.count == 2)
    }

    @Test func aLinkIsFollowed() async throws {
        let (file, path) = try prompt()
        defer { try? FileManager.default.removeItem(at: folder) }
        let target = folder.appendingPathComponent("other.txt")
        try write("Linked: {tools}", to: target)
        try FileManager.default.createSymbolicLink(at: path, withDestinationURL: target)
        #expect(await file.text() == "Linked: {tools}")
    }
}
