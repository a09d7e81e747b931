import Foundation
import HTTPTestSupport
import Logging
import ModelCatalog
import ModelStore
import SwarmCore
import Testing

/// Headers of models that are not on this machine.
@Suite(.timeLimit(.minutes(1)))
struct HubHeaderTests {
    private func headers(_ pulling: Pulling, _ file: String) async throws(PullError) -> [GGUFHeader] {
        let artifact = ModelArtifact(
            format: .gguf,
            repository: HubDouble.repository,
            revision: HubDouble.commit,
            files: [ModelArtifact.File(name: file)]
        )
        let rules = pulling.rules
        return try await Hub.open(pulling.settings, rules: rules, logger: Logger(label: "test")) {
            hub throws(PullError) in
            try await hub.headers(of: artifact)
        }
    }

    /// A header with a list of so many bytes, and weights behind it.
    private func model(list: Int, weights: Int) -> [UInt8] {
        func number(_ value: Int, _ width: Int) -> [UInt8] {
            (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }
        return Array("GGUF".utf8) + number(3, 4) + number(0, 8) + number(1, 8) + number(1, 8) + Array("x".utf8)
            + number(9, 4) + number(0, 4) + number(list, 8) + [UInt8](repeating: 1, count: list + weights)
    }

    @Test func theBundledModelIsTheSameFromAHubAndFromDisk() async throws {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Models/bumble/bumble-q8_0.gguf").standardized.path
        let bytes = Array(try #require(FileManager.default.contents(atPath: path)))
        try await Pulling.with(HubDouble(files: ["m.gguf": bytes])) { pulling in
            let headers = try await headers(pulling, "m.gguf")
            #expect(headers == [try GGUFFile.header(of: path)])
            #expect(pulling.cdn.requests.count == 1)
            #expect(pulling.names.isEmpty)
        }
    }

    @Test func onlyAsMuchIsAskedForAsTheHeaderIsLong() async throws {
        let bytes = model(list: 6 << 20, weights: 6 << 20)
        try await Pulling.with(HubDouble(files: ["m.gguf": bytes])) { pulling in
            let header = try #require(try await headers(pulling, "m.gguf").first)
            #expect(header.metadata["x"] == .list(count: 6 << 20, bytes: 6 << 20))
            #expect(pulling.cdn.requests.compactMap(\.range).map(\.upperBound) == [4 << 20, 8 << 20])
        }
    }

    @Test func aServerWithoutRangesIsNotReadToTheEnd() async throws {
        let bytes = model(list: 6 << 20, weights: 6 << 20)
        let whole: @Sendable (Request) async -> Reply = { _ in Reply(200, body: bytes) }
        try await Pulling.with(HubDouble(files: ["m.gguf": bytes]), cdn: whole) { pulling in
            let found = try await headers(pulling, "m.gguf")
            #expect(found.count == 1)
        }
    }

    @Test func whatIsNoModelIsRefused() async throws {
        try await Pulling.with(HubDouble(files: ["m.gguf": Array("<html>".utf8)])) { pulling in
            let error = await #expect(throws: PullError.self) { try await headers(pulling, "m.gguf") }
            let words = "\(try #require(error))"
            #expect(words.contains("does not begin as a GGUF file"))
        }
    }

    @Test func offlineNobodyIsAsked() async throws {
        try await Pulling.with(HubDouble(files: [:])) { pulling in
            pulling.settings.isOffline = true
            let offline = pulling
            await #expect(throws: PullError.self) { try await headers(offline, "m.gguf") }
            #expect(pulling.hub.requests.isEmpty)
        }
    }
}
