import Foundation
import Subprocess
import SwarmCore
import Testing

@testable import Federation

@Suite("QR codes")
struct QRCodeTests {
    /// The check words of "HELLO WORLD" at level M, as published widely.
    @Test func checkWordsAreThoseOfAKnownCode() {
        let data: [UInt8] = [32, 91, 11, 120, 209, 114, 220, 77, 67, 64, 236, 17, 236, 17, 236, 17]
        let check: [UInt8] = [196, 35, 39, 119, 235, 215, 231, 226, 93, 23]
        #expect(ReedSolomon.check(data, count: 10) == check)
        #expect(QRContent("HELLO WORLD", level: .medium)?.words == data + check)
    }

    /// Whatever the data, data and check together are a multiple of every x − αⁱ.
    @Test(arguments: [7, 10, 16, 18, 26]) func aCodeWordVanishesAtEveryRoot(count: Int) {
        var generator = SplitMix64(seed: UInt64(count))
        let data = (0..<60).map { _ in UInt8.random(in: 0...255, using: &generator) }
        var root: UInt8 = 1
        for _ in 0..<count {
            let value = (data + ReedSolomon.check(data, count: count)).reduce(0 as UInt8) {
                ReedSolomon.product($0, root) ^ $1
            }
            #expect(value == 0)
            root = ReedSolomon.product(root, 2)
        }
    }

    /// ISO/IEC 18004:2015, annex C.
    @Test(arguments: [
        (QRContent.Level.medium, 5, 0b100_0000_1100_1110), (.medium, 0, 0b101_0100_0001_0010),
        (.low, 4, 0b110_0110_0010_1111), (.low, 0, 0b111_0111_1100_0100),
    ])
    func formatBitsAreThoseOfTheStandard(level: QRContent.Level, mask: Int, bits: Int) {
        #expect(QRMatrix.format(level, mask: mask) == bits)
    }

    /// Codewords of a symbol and its modules, ISO/IEC 18004:2015, table 1.
    @Test func everyVersionIsFull() {
        let words = [26, 44, 70, 100, 134, 172]
        for level in [QRContent.Level.low, .medium] {
            let sums = QRContent.blocks(level).map { $0.count * ($0.data + $0.check) }
            #expect(sums == words)
        }
    }

    @Test func theSmallestVersionThatHoldsTheTextIsTaken() {
        // Alphanumeric capacities at level M: table 7.
        for (version, capacity) in [20, 38, 61, 90, 122, 154].enumerated() {
            #expect(QRCode(String(repeating: "A", count: capacity))?.size == 21 + 4 * version)
            #expect(QRCode(String(repeating: "A", count: capacity + 1))?.size != 21 + 4 * version)
        }
        for (version, capacity) in [14, 26, 42, 62, 84, 106].enumerated() {
            #expect(QRCode(String(repeating: "a", count: capacity))?.size == 21 + 4 * version)
        }
        #expect(QRCode(String(repeating: "A", count: 155)) == nil)
        #expect(QRCode(String(repeating: "a", count: 107)) == nil)
    }

    @Test func linesHaveTheBorderThatReadersNeed() throws {
        let code = try #require(QRCode("HELLO WORLD"))
        let lines = code.terminalLines(hasColour: false)
        #expect(lines.count == 15)
        #expect(lines.allSatisfy { $0.count == 29 })
        #expect(lines[0] == String(repeating: "█", count: 29))
        #expect(lines[2].hasPrefix("████ ▄▄▄▄▄ █"))
        #expect(lines[14] == String(repeating: "▀", count: 29))
        let coloured = code.terminalLines(hasColour: true)
        #expect(coloured[0] == "\u{1B}[30;107m" + String(repeating: " ", count: 29) + "\u{1B}[0m")
        #expect(coloured[2].hasPrefix("\u{1B}[30;107m    █▀▀▀▀▀█ "))
    }
}

/// What readers of others make of the codes.
///
/// `QR_TEST_PYTHON` names a Python that has zxing-cpp or opencv-python-headless, with numpy; `python3` is tried otherwise.
@Suite("QR codes in other programs", .timeLimit(.minutes(2)))
struct QRReadingTests {
    private static let python = ProcessInfo.processInfo.environment["QR_TEST_PYTHON"] ?? "python3"

    private static let script = """
        import json, sys
        import numpy

        def readers():
            try:
                import zxingcpp
                def zxing(picture):
                    found = zxingcpp.read_barcodes(picture)
                    return found[0].text if found else None
                yield zxing
            except ImportError:
                pass
            try:
                import cv2
                detector = cv2.QRCodeDetector()
                yield lambda picture: detector.detectAndDecode(cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR))[0]
            except ImportError:
                pass

        found = list(readers())
        assert found, "neither zxing-cpp nor opencv-python-headless"
        codes = json.loads(sys.argv[1])
        answers = []
        for lines in codes:
            rows = []
            for line in lines:
                rows.append([255 if c in "█▀" else 0 for c in line])
                rows.append([255 if c in "█▄" else 0 for c in line])
            picture = numpy.kron(numpy.array(rows, dtype=numpy.uint8), numpy.ones((6, 6), dtype=numpy.uint8))
            answers.append([read(picture) for read in found])
        print(json.dumps(answers))
        """

    /// What each reader found in each code; `nil` without a reader.
    ///
    /// An argument of a command has room for some dozen codes.
    private static func ask(_ codes: [[String]]) async throws -> JSON? {
        let question = JSON.array(codes.map { .array($0.map { .string($0) }) })
        let result = try await Subprocess.run(
            .name("env"),
            arguments: [python, "-c", script, question.text],
            output: .string(limit: 1 << 20),
            error: .string(limit: 1 << 20)
        )
        guard result.terminationStatus.isSuccess else { return nil }
        return try JSON(parsing: result.standardOutput)
    }

    private static func hasReader() async -> Bool {
        if (try? await ask([])) != nil { return true }
        let line =
            "QR codes are not read by other programs: \(python) has no zxing-cpp and no opencv-python-headless "
            + "with numpy (QR_TEST_PYTHON may name one that does)\n"
        FileHandle.standardError.write(Data(line.utf8))
        return false
    }

    @Test(.enabled("no reader of QR codes is there") { await hasReader() })
    func othersReadEveryVersionInBothModes() async throws {
        var generator = SplitMix64(seed: 3)
        let upper = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-")
        let lower = Array("abcdefghijklmnopqrstuvwxyz{}~")
        var texts = (0..<4).map { _ in ClusterSecret().joinCode.uppercased() }
        for length in [1, 14, 20, 21, 38, 60, 61, 62, 84, 90, 106, 121, 122, 154] {
            texts.append(String((0..<length).compactMap { _ in upper.randomElement(using: &generator) }))
            guard length <= 106 else { continue }
            texts.append(String((0..<length).compactMap { _ in lower.randomElement(using: &generator) }))
        }
        let codes = try texts.map { try #require(QRCode($0)).terminalLines(hasColour: false) }
        var answers: [JSON] = []
        for start in stride(from: 0, to: codes.count, by: 8) {
            let some = Array(codes[start..<min(start + 8, codes.count)])
            answers += try #require(try await Self.ask(some)?.arrayValue)
        }
        #expect(answers.count == texts.count)
        for (text, answer) in zip(texts, answers) {
            let readings = answer.arrayValue ?? []
            #expect(!readings.isEmpty)
            for reading in readings { #expect(reading.stringValue == text) }
        }
    }
}
