import Observability
import Testing

@Suite("The terminal")
struct TerminalTests {
    @Test func aNoteTakesTheStatusAwayAndPutsItBackBelow() {
        let screen = Screen()
        let terminal = screen.terminal
        terminal.show(["one", "two"])
        terminal.note("a log line")
        #expect(screen.visible == ["a log line", "one", "two"])
        terminal.show(["three"])
        #expect(screen.visible == ["a log line", "three"])
        terminal.show([])
        #expect(screen.visible == ["a log line", ""])
    }

    @Test func anUnchangedStatusIsNotDrawnAgain() {
        let screen = Screen()
        let terminal = screen.terminal
        terminal.show(["one"])
        let before = screen.error
        terminal.show(["one"])
        #expect(screen.error == before)
    }

    @Test func anAnswerEndsTheStatusUntilItsLineIsComplete() {
        let screen = Screen()
        let terminal = screen.terminal
        terminal.show(["status"])
        terminal.say("The ans")
        terminal.show(["status"])
        terminal.say("wer.")
        #expect(screen.visible == ["The answer."])
        terminal.note("a log line")
        #expect(screen.visible == ["The answer.", "a log line", ""])
    }

    @Test func nothingIsLeftAfterClosing() {
        let screen = Screen()
        let terminal = screen.terminal
        terminal.show(["one", "two", "three"])
        terminal.close()
        terminal.show(["late"])
        #expect(screen.visible == [""])
    }

    @Test func withoutATerminalThereIsNoStatusAndAnswersAreUntouched() {
        let screen = Screen(isCapable: false)
        let terminal = screen.terminal
        terminal.show(["status"])
        terminal.say("\u{1B}[31mred\u{7}")
        terminal.note("note")
        #expect(screen.output == "\u{1B}[31mred\u{7}")
        #expect(screen.error == "note\n")
    }

    @Test func aLostAnswerIsNoticed() {
        struct Full: Error {}
        let full = Terminal.Stream(isTerminal: false, isCapable: false) { _ in throw Full() }
        let terminal = Terminal(output: full, error: full, hasColour: false)
        terminal.note("nobody reads this")
        #expect(!terminal.hasLostOutput)
        terminal.say("answer")
        #expect(terminal.hasLostOutput)
    }

    @Test func aModelCannotControlTheTerminal() {
        let screen = Screen()
        screen.terminal.say("a\u{1B}[2Jb\tc\r\nd\u{9B}e")
        #expect(screen.output == "a[2Jb\tc\nde")
    }
}
