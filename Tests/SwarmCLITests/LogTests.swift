import Logging
import Observability
import SwarmCore
import Testing

@Suite("Log lines")
struct LogTests {
    private func line(_ message: String = "answered", _ metadata: [String: String] = [:]) -> LogLine {
        LogLine(time: "12:00:00", level: .info, message: message, metadata: metadata)
    }

    @Test func aLineHasTimeLevelMessageAndSortedPairs() {
        let text = line("answered", ["b": "2", "a": "1"]).text(hasColour: false)
        #expect(text == "12:00:00 info     answered a=1 b=2")
    }

    @Test(arguments: [
        ("plain-1.5/x", "plain-1.5/x"), ("", #""""#), ("two words", #""two words""#), ("a=b", #""a=b""#),
        ("say \"hi\" \\", #""say \"hi\" \\""#), ("a\nb\r\tc", #""a\nb\r\tc""#), ("\u{1B}[2J", #""\u{1b}[2J""#),
        ("\u{9B}31m", #""\u{9b}31m""#), ("x\u{202E}y", #""x\u{202e}y""#), ("größe", "größe"),
    ])
    func valuesAreEscapedWhereTheyCouldMislead(value: String, shown: String) {
        #expect(line("m", ["k": value]).text(hasColour: false) == "12:00:00 info     m k=" + shown)
    }

    @Test(arguments: 0..<100)
    func noTextFromOutsideReachesTheTerminalUnescaped(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        var scalars = String.UnicodeScalarView()
        for _ in 0..<50 {
            let range: ClosedRange<UInt32> = Bool.random(using: &generator) ? 0...0xFF : 0x2000...0x2070
            if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &generator)) { scalars.append(scalar) }
        }
        let evil = String(scalars)
        let event = line(evil, [evil: evil])
        for shown in [event.text(hasColour: false), event.json] {
            #expect(!shown.unicodeScalars.contains(where: SafeText.acts))
        }
    }

    @Test func colourOnlyDressesTheSameWords() {
        let event = line("m", ["k": "v"])
        let coloured = event.text(hasColour: true)
        #expect(coloured.contains("\u{1B}["))
        let bare = coloured.replacing(/\u{1B}\[[0-9]+m/, with: "")
        #expect(bare == event.text(hasColour: false))
    }

    @Test func aJSONLineHoldsExactlyWhatWasLogged() throws {
        let value = "a \"b\"\n\u{1B}\u{85}\u{202E}"
        let parsed = try JSON(parsing: line("m", ["k": value]).json)
        #expect(parsed == ["time": "12:00:00", "level": "info", "message": "m", "metadata": ["k": .string(value)]])
    }

    @Test func theHandlerMergesMetadataAndHonoursTheLevel() throws {
        let screen = Screen(isCapable: false)
        var logger = Logger(label: "test") { _ in
            TerminalLogHandler(terminal: screen.terminal, format: .json, level: .notice)
        }
        logger[metadataKey: "a"] = "1"
        logger[metadataKey: "b"] = "1"
        logger.info("hidden")
        logger.notice("shown", metadata: ["b": "2"])
        let parsed = try JSON(parsing: screen.error)
        #expect(parsed["message"] == "shown")
        #expect(parsed["metadata"] == ["a": "1", "b": "2"])
    }
}

/// A terminal whose two streams are kept in memory, in one sequence as on a screen and each by itself.
final class Screen: Sendable {
    private let written = Locked<[(isError: Bool, text: String)]>([])
    private let isCapable: Bool

    init(isCapable: Bool = true) { self.isCapable = isCapable }

    var terminal: Terminal {
        func stream(isError: Bool) -> Terminal.Stream {
            Terminal.Stream(isTerminal: isCapable, isCapable: isCapable) { [self] text in
                written.withLock { $0.append((isError, text)) }
            }
        }
        return Terminal(output: stream(isError: false), error: stream(isError: true), hasColour: false)
    }

    var error: String { written.withLock { $0.filter(\.isError).map(\.text).joined() } }
    var output: String { written.withLock { $0.filter { !$0.isError }.map(\.text).joined() } }

    /// What a person sees: the lines left after cursor movement and erasure are carried out.
    var visible: [String] {
        var lines = [""]
        var rest = written.withLock { $0.map(\.text).joined() }[...]
        while let character = rest.first {
            if let match = rest.prefixMatch(of: /\u{1B}\[(\d+)A/), let up = Int(match.1) {
                // Only ever followed by an erasure down to the end of the screen.
                lines.removeLast(min(up, lines.count - 1))
                rest = rest[match.range.upperBound...]
            } else if let match = rest.prefixMatch(of: /\u{1B}\[J/) {
                lines[lines.count - 1] = ""
                rest = rest[match.range.upperBound...]
            } else {
                rest.removeFirst()
                switch character {
                case "\r": break
                case "\n": lines.append("")
                default: lines[lines.count - 1].append(character)
                }
            }
        }
        return lines
    }
}
