import Foundation
import Testing

@testable import LlamaEngine

/// A folder of prefix files that is gone after the test.
final class TemporaryFolder: Sendable {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("prefixes-\(UUID().uuidString)").path

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func path(of name: String) -> String { path + "/" + name }

    var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }

    /// Whole files, whatever lies beside them.
    var files: [String: PrefixFile] {
        let pairs = names.filter { $0.hasSuffix(".prefix") }.compactMap { name in
            PrefixFile(at: path(of: name)).map { (name, $0) }
        }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    /// Waits until the files are as they should be.
    func wait(
        sourceLocation: SourceLocation = #_sourceLocation,
        until condition: ([String: PrefixFile]) -> Bool
    ) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while !condition(files) {
            try #require(ContinuousClock.now < deadline, "the files never came", sourceLocation: sourceLocation)
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    func bytes(of name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: path(of: name))))
    }

    func write(_ bytes: [UInt8], to name: String) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: path(of: name)))
    }

    func permissions(of name: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path(of: name))
        return try #require(attributes[.posixPermissions] as? NSNumber).intValue
    }
}
