import ArgumentParser
import Foundation
import Observability
import UnixSignals

/// Runs a menu on the terminal of this process: as a screen with keys, or line by line where there can be none.
struct MenuDriver: Sendable {
    let terminal: Terminal
    /// What is wrong with the name of a model; `nil` when it is one.
    let check: @Sendable (String) -> String?

    private enum Event: Sendable {
        case bytes([UInt8])
        case endOfInput
        case resized
        case stopped(UnixSignal)
    }

    /// - Returns: `nil` when nothing was chosen.
    func run(_ menu: Menu) async throws -> Menu.Answer? {
        guard terminal.canShowStatus, let raw = RawMode.enter() else { return await lines(menu) }
        // Whatever happens below, the terminal is what it was.
        defer {
            terminal.present(nil)
            raw.leave()
        }
        return try await screen(menu)
    }

    /// The menu as a screen, with keys, signals and changes of its size as they come.
    private func screen(_ menu: Menu) async throws -> Menu.Answer? {
        let (events, bell) = AsyncStream<Event>.makeStream()
        let signals = await UnixSignalsSequence(trapping: .sigwinch, .sigterm, .sigint)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await bytes in Keyboard.bytes() { bell.yield(.bytes(bytes)) }
                bell.yield(.endOfInput)
            }
            group.addTask {
                for await signal in signals { bell.yield(signal == .sigwinch ? .resized : .stopped(signal)) }
            }
            defer { group.cancelAll() }
            return try await react(menu, to: events)
        }
    }

    private func react(_ start: Menu, to events: AsyncStream<Event>) async throws -> Menu.Answer? {
        var menu = start
        var reader = KeyReader()
        draw(menu)
        for await event in events {
            switch event {
            case .bytes(let bytes):
                for key in reader.read(bytes) {
                    switch perform(menu.press(key), &menu) {
                    case .done(let answer): return answer
                    case .leave: return nil
                    case .stay, .check: break
                    }
                }
            case .endOfInput: return nil
            case .resized: break
            case .stopped(let signal): throw ExitCode(128 + (signal == .sigterm ? SIGTERM : SIGINT))
            }
            draw(menu)
        }
        return nil
    }

    private func draw(_ menu: Menu) {
        let size = TerminalSize.current() ?? TerminalSize(width: 80, height: 24)
        terminal.present(menu.lines(size: size, hasColour: terminal.hasColour))
    }

    private func perform(_ step: Menu.Step, _ menu: inout Menu) -> Menu.Step {
        guard case .check(let name) = step else { return step }
        if let reason = check(name) { menu.refuse(reason) } else { menu.accept() }
        return .stay
    }

    /// The menu line by line.
    private func lines(_ start: Menu) async -> Menu.Answer? {
        var menu = start
        var pending: [UInt8] = []
        ask(menu)
        for await bytes in Keyboard.bytes() {
            pending += bytes
            while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: pending[..<end], as: UTF8.self)
                pending.removeFirst(end + 1)
                switch perform(menu.enter(line), &menu) {
                case .done(let answer): return answer
                case .leave: return nil
                case .stay, .check: ask(menu)
                }
            }
        }
        return nil
    }

    private func ask(_ menu: Menu) {
        terminal.note(menu.plainLines.joined(separator: "\n"))
        terminal.prompt(menu.plainPrompt)
    }
}
