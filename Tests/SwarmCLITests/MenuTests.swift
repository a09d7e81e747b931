import Observability
import SwarmCLI
import SwarmCore
import Testing

@Suite("The menu")
struct MenuTests {
    private static let suggestions = [
        Suggestion(
            title: "Coder 7B, q4_k_m",
            size: "4.7 GB",
            speed: "usable",
            fit: "It fits.",
            reference: "coder:7b:q4_k_m",
            context: 32_768
        ),
        Suggestion(title: "Coder 3B", size: "2.0 GB", speed: "fast", fit: "It fits well.", reference: "coder:3b"),
        Suggestion(title: "Coder 1.5B", size: "1.0 GB", speed: "fast", fit: "", reference: "coder:1.5b"),
    ]

    private func menu(_ remembered: Menu.Answer? = nil) -> Menu {
        Menu(machine: ["8 cores", "12 GB free"], suggestions: Self.suggestions, remembered: remembered)
    }

    private func press(_ keys: [Key], _ menu: Menu) -> (step: Menu.Step, menu: Menu) {
        var menu = menu
        var step = Menu.Step.stay
        for key in keys { step = menu.press(key) }
        return (step, menu)
    }

    private func text(_ text: String) -> [Key] { text.map(Key.character) }

    @Test func enterThreeTimesTakesTheBestAndLeavesTheRestToTheProgram() {
        #expect(press([.enter, .enter, .enter], menu()).step == .done(Menu.Answer(model: "coder:7b:q4_k_m")))
    }

    @Test func arrowsGoRoundAndDigitsChoose() {
        #expect(press([.up], menu()).menu.cursor == 3)
        #expect(press([.up, .down], menu()).menu.cursor == 0)
        #expect(
            press([.down, .enter, .down, .enter, .enter], menu()).step
                == .done(Menu.Answer(model: "coder:3b", candidates: 1))
        )
        #expect(
            press(text("23") + [.end, .enter], menu()).step
                == .done(Menu.Answer(model: "coder:3b", candidates: 3, context: 131_072))
        )
        #expect(press(text("9"), menu()).menu == menu())
    }

    @Test func aContextThatTheModelCannotHaveIsNotOffered() {
        let small = press([.enter, .enter], menu()).menu
        #expect(small.page == .context)
        #expect(small.options.map(\.words) == ["automatic", "8192 tokens", "16384 tokens", "32768 tokens"])
        #expect(press(text("2") + [.enter], menu()).menu.options.count == 6)
    }

    @Test func whatWasChosenBeforeIsMarked() {
        let answer = Menu.Answer(model: "coder:3b", candidates: 7, context: 10_000)
        #expect(menu(answer).cursor == 1)
        #expect(press([.enter, .enter, .enter], menu(answer)).step == .done(answer))
        #expect(
            press([.enter, .home, .enter, .home, .enter], menu(answer)).step == .done(Menu.Answer(model: "coder:3b"))
        )
    }

    @Test func escapeGoesBackAndAtLastLeaves() {
        let back = press([.down, .enter, .enter, .escape], menu())
        #expect(back.menu.page == .candidates)
        let first = press([.escape], back.menu)
        #expect(first.menu.page == .model && first.menu.cursor == 1)
        #expect(press([.escape], first.menu).step == .leave)
    }

    @Test(arguments: [Key.interrupt, .endOfInput, .character("q")])
    func itCanBeLeftOnEveryPage(key: Key) {
        for keys in [[], [Key.enter], [.enter, .enter]] { #expect(press(keys + [key], menu()).step == .leave) }
    }

    @Test func theNameOfAnotherModelIsCheckedByTheOwner() {
        let typed = press(text("4") + text("qq x") + [.backspace, .backspace], menu())
        #expect(typed.menu.page == .other && typed.menu.input == "qq")
        #expect(press([.enter], typed.menu).step == .check("qq"))
        var refused = press([.enter], typed.menu).menu
        refused.refuse("there is no model qq")
        #expect(refused.page == .other && refused.complaint == "there is no model qq")
        #expect(press([.character("w")], refused).menu.complaint == nil)
        var accepted = press([.enter], typed.menu).menu
        accepted.accept()
        #expect(press([.enter, .enter], accepted).step == .done(Menu.Answer(model: "qq")))
        #expect(press(text("4") + [.enter], menu()).menu.page == .model)
        #expect(press(text("4") + [.interrupt], menu()).step == .leave)
    }

    @Test func aTerminalWithoutKeysIsAskedLineByLine() {
        var menu = menu()
        #expect(menu.enter("7") == .stay)
        #expect(menu.complaint?.contains("1 to 4") == true)
        #expect(menu.enter(" 2 ") == .stay)
        #expect(menu.page == .candidates)
        #expect(menu.enter("") == .stay)
        #expect(menu.page == .context)
        #expect(menu.enter("4") == .done(Menu.Answer(model: "coder:3b", context: 32_768)))
        var other = self.menu()
        #expect(other.enter("4") == .stay)
        #expect(other.enter(" ~/m.gguf ") == .check("~/m.gguf"))
        other.accept()
        #expect(other.page == .candidates)
        #expect(other.enter("q") == .leave)
    }

    @Test func linesSayWhatThereIsToChoose() {
        let lines = menu().lines(size: TerminalSize(width: 80, height: 24), hasColour: false)
        #expect(lines.first == "Local Swarm")
        #expect(lines.contains("  8 cores") && lines.contains("  12 GB free"))
        #expect(lines.contains("> 1  Coder 7B, q4_k_m  4.7 GB  usable"))
        #expect(lines.contains("  2  Coder 3B          2.0 GB  fast"))
        #expect(lines.contains("  4  another model …"))
        #expect(lines.contains("  It fits."))
        let coloured = menu().lines(size: TerminalSize(width: 80, height: 24), hasColour: true)
        #expect(coloured.contains("\u{1B}[7m> 1  Coder 7B, q4_k_m  4.7 GB  usable\u{1B}[27m"))
        #expect(menu().plainLines.contains("  1  Coder 7B, q4_k_m  4.7 GB  usable"))
        #expect(menu().plainPrompt == "number [1], q leaves: ")
    }

    @Test(arguments: [1, 2, 3, 5, 8, 12, 24, 60], [1, 2, 10, 20, 40, 80, 200])
    func everyPageFitsAnyTerminalAndShowsWhatIsMarked(height: Int, width: Int) {
        let size = TerminalSize(width: width, height: height)
        for keys in [[], [Key.up], [.enter], [.enter, .up], [.enter, .enter], text("4") + text("a name")] {
            let menu = press(keys, menu()).menu
            let lines = menu.lines(size: size, hasColour: false)
            #expect(lines.count <= height && !lines.isEmpty)
            #expect(lines.allSatisfy { $0.count <= max(1, width - 1) })
            if width > 2 { #expect(lines.contains { $0.hasPrefix(">") }) }
        }
    }

    @Test func namesFromOutsideCannotControlTheTerminal() {
        let evil = Suggestion(title: "a\u{1B}[2J", size: "1", speed: "x", fit: "b\u{7}c", reference: "d")
        let menu = Menu(machine: ["e\u{9B}f"], suggestions: [evil])
        let lines = menu.lines(size: TerminalSize(width: 80, height: 24), hasColour: false) + menu.plainLines
        #expect(!lines.contains { $0.unicodeScalars.contains(where: SafeText.acts) })
    }

    /// Whatever is pressed, the menu stays in order and can be drawn and left.
    @Test(arguments: 0..<50)
    func randomKeysNeverBreakIt(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let keys: [Key] = [.up, .down, .left, .right, .home, .end, .enter, .escape, .backspace] + text("14qxü 9")
        var menu = menu(seed % 2 == 0 ? nil : Menu.Answer(model: "elsewhere", candidates: 32, context: 1 << 20))
        for _ in 0..<200 {
            switch menu.press(keys.randomElement(using: &random) ?? .enter) {
            case .stay: break
            case .check: if Bool.random(using: &random) { menu.accept() } else { menu.refuse("no") }
            case .done(let answer):
                #expect(!answer.model.isEmpty)
                menu = self.menu(answer)
            case .leave: menu = self.menu()
            }
            #expect(menu.page == .other || menu.options.indices.contains(menu.cursor))
            #expect(!menu.lines(size: TerminalSize(width: 50, height: 10), hasColour: true).isEmpty)
        }
        #expect(menu.press(.interrupt) == .leave)
    }
}

@Suite("Keys of a terminal")
struct KeyTests {
    private func read(_ text: String) -> [Key] {
        var reader = KeyReader()
        return reader.read(text.utf8)
    }

    @Test(arguments: [
        ("\u{1B}[A", [Key.up]), ("\u{1B}OB", [.down]), ("\u{1B}[C\u{1B}[D", [.right, .left]), ("\u{1B}[1;5A", [.up]),
        ("\u{1B}[H\u{1B}[4~", [.home, .end]), ("\u{1B}[1~\u{1B}[F", [.home, .end]), ("\u{1B}", [.escape]),
        ("\u{1B}x", [.escape, .character("x")]), ("\r\n", [.enter, .enter]), ("\u{7F}\u{8}", [.backspace, .backspace]),
        ("\u{3}\u{4}", [.interrupt, .endOfInput]), ("aü日", [.character("a"), .character("ü"), .character("日")]),
        ("\u{1B}[5~x", [.character("x")]), ("\u{0}\u{1}x", [.character("x")]),
        ("\u{9B}2J", [.character("2"), .character("J")]),
        ("\u{10}\u{E}", [.up, .down]),
    ])
    func bytesAreKeys(text: String, keys: [Key]) {
        #expect(read(text) == keys)
    }

    @Test func sequencesMayComeInPieces() {
        var reader = KeyReader()
        #expect(reader.read([0x1B, 0x5B]) == [])
        #expect(reader.read([0x41, 0xC3]) == [.up])
        #expect(reader.read([0xBC]) == [.character("ü")])
    }

    @Test func noiseEndsAndGivesNoText() {
        var random = SplitMix64(seed: 7)
        var reader = KeyReader()
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 1...9, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random)
            }
            for case .character(let character) in reader.read(bytes) {
                #expect(!character.unicodeScalars.contains(where: SafeText.acts))
            }
        }
        // What is left of the noise does not hold up what comes after it.
        _ = reader.read(Array(repeating: 0x7A, count: 20))
        #expect(reader.read([0x61]) == [.character("a")])
    }
}

@Suite("A whole screen")
struct PresentedScreenTests {
    @Test func itIsTakenBackAtTheEnd() {
        let screen = Screen()
        let terminal = screen.terminal
        terminal.present(["one", "two"])
        #expect(screen.error == "\u{1B}[?1049h\u{1B}[?25l\u{1B}[Hone\u{1B}[K\r\ntwo\u{1B}[K\u{1B}[J")
        terminal.present(["three"])
        #expect(screen.error.hasSuffix("\u{1B}[J\u{1B}[Hthree\u{1B}[K\u{1B}[J"))
        terminal.present(nil)
        #expect(screen.error.hasSuffix("\u{1B}[?25h\u{1B}[?1049l"))
        let before = screen.error
        terminal.present(nil)
        #expect(screen.error == before)
    }

    @Test func closingTakesItBackToo() {
        let screen = Screen()
        let terminal = screen.terminal
        terminal.present(["one"])
        terminal.close()
        #expect(screen.error.hasSuffix("\u{1B}[?25h\u{1B}[?1049l"))
        let before = screen.error
        terminal.present(["two"])
        #expect(screen.error == before)
    }

    @Test func aTerminalThatCannotShowOneGetsNone() {
        let screen = Screen(isCapable: false)
        screen.terminal.present(["one"])
        #expect(screen.error.isEmpty)
    }
}
