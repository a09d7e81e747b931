import Foundation
import SwarmCore
import SwarmTestSupport
import Testing

@testable import LlamaEngine

struct FingerprintTests {
    /// The vectors of RFC 9923 for the 64-bit hash.
    @Test(arguments: [
        ("", 0xcbf2_9ce4_8422_2325 as UInt64), ("a", 0xaf63_dc4c_8601_ec8c), ("foobar", 0x8594_4171_f739_67e8),
    ])
    func theHashIsFNV1a(text: String, expected: UInt64) { #expect(fnv1a(text.utf8) == expected) }

    private func withFile<R>(_ data: Data, _ body: (String) throws -> R) throws -> R {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try data.write(to: url)
        defer { try? FileManager.default.removeItem(at: url) }
        return try body(url.path)
    }

    @Test func itHangsOnTheFileAndNotOnItsPlace() throws {
        let data = Data((0..<300_000).map { UInt8(truncatingIfNeeded: $0 * 7) })
        func text(_ data: Data, parameters: UInt64 = 5) throws -> String {
            try withFile(data) { Fingerprint(ofFile: $0, parameters: parameters).text }
        }
        let expected = try text(data)
        #expect(expected.hasPrefix("300000-5-"))
        #expect(try text(data) == expected)
        #expect(try text(data, parameters: 6) != expected)
        for place in [0, Fingerprint.reach - 1, data.count - Fingerprint.reach, data.count - 1] {
            var other = data
            other[place] ^= 1
            #expect(try text(other) != expected, "byte \(place)")
        }
        #expect(try text(data.dropLast()) != expected)
        #expect(try text(Data()) == "0-5-" + text(Data()).suffix(16))
    }

    @Test func aModelsCardSaysWhatWasMeasuredAndWhichModelItIs() async throws {
        try await withEngine { engine in
            let card = engine.model.card
            #expect(card.curve == engine.measurements.curve)
            #expect(card.curve[1] ?? 0 > 0)
            let size = try Data(contentsOf: URL(fileURLWithPath: Bumble.path)).count
            #expect(card.fingerprint.hasPrefix("\(size)-\(card.parameters)-"))
        }
    }
}
