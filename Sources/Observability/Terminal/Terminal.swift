import Foundation
import SwarmCore

/// The only writer of standard output and standard error.
///
/// Log lines, answers and the live status share one screen here: everything else is written after the status has been
/// taken away, and the status is drawn again below it. Any task may write at any time.
package final class Terminal: Sendable {
    /// One of the two standard streams.
    package struct Stream: Sendable {
        /// Somebody is looking at it.
        package var isTerminal: Bool
        /// The terminal understands cursor movement and colour.
        package var isCapable: Bool
        package var write: @Sendable (String) throws -> Void

        package init(isTerminal: Bool, isCapable: Bool, write: @escaping @Sendable (String) throws -> Void) {
            self.isTerminal = isTerminal
            self.isCapable = isCapable
            self.write = write
        }

        /// A file of the process.
        fileprivate static func file(_ handle: FileHandle, environment: [String: String]) -> Stream {
            let isTerminal = isatty(handle.fileDescriptor) == 1
            let kind = environment["TERM"] ?? ""
            return Stream(isTerminal: isTerminal, isCapable: isTerminal && !kind.isEmpty && kind != "dumb") { text in
                try handle.write(contentsOf: Data(text.utf8))
            }
        }
    }

    private struct State {
        var status: [String] = []
        /// The last answer text did not end its line.
        var isInsideLine = false
        var isClosed = false
        /// A whole screen is shown in place of what was there.
        var isPresenting = false
        var hasLostOutput = false
    }

    private let output: Stream
    private let error: Stream
    private let state = Locked(State())
    /// Whether log lines may have colour: `NO_COLOR` (no-color.org) is unset and the terminal is able.
    package let hasColour: Bool

    package init(output: Stream, error: Stream, hasColour: Bool) {
        self.output = output
        self.error = error
        self.hasColour = hasColour
    }

    /// The terminal of this process.
    package convenience init(environment: [String: String]) {
        let error = Stream.file(.standardError, environment: environment)
        self.init(
            output: .file(.standardOutput, environment: environment),
            error: error,
            hasColour: error.isCapable && (environment["NO_COLOR"] ?? "").isEmpty
        )
    }

    /// Whether a live status can be shown.
    package var canShowStatus: Bool { error.isCapable }

    /// Columns for tables on standard output: the terminal's, at most 120, and 100 where there is none.
    package var width: Int {
        guard output.isTerminal, let size = TerminalSize.current() else { return 100 }
        return min(120, max(60, size.width))
    }

    /// Writes whole lines to standard error.
    package func note(_ lines: String) {
        state.withLock { state in
            tell(erasure(of: state.status) + leaveLine(&state) + lines + "\n" + draw(state.status))
        }
    }

    /// Writes a question to standard error; the answer is typed behind it.
    package func prompt(_ question: String) {
        state.withLock { state in tell(erasure(of: state.status) + leaveLine(&state) + question) }
    }

    /// Writes text to standard output, as it is into a file, without control characters onto a terminal.
    ///
    /// While a line of it is unfinished there is no status.
    package func say(_ text: String) {
        guard !text.isEmpty else { return }
        let shown = output.isTerminal ? SafeText.paragraphs(text) : text
        state.withLock { state in
            tell(erasure(of: state.status))
            do { try output.write(shown) } catch { state.hasLostOutput = true }
            state.isInsideLine = output.isTerminal && !shown.hasSuffix("\n")
            if state.isInsideLine { state.status = [] } else { tell(draw(state.status)) }
        }
    }

    /// Replaces the live status; no lines take it away.
    package func show(_ status: [String]) {
        guard canShowStatus else { return }
        state.withLock { state in
            guard !state.isClosed, !state.isInsideLine, status != state.status else { return }
            let erasure = erasure(of: state.status)
            state.status = status
            tell(erasure + draw(status))
        }
    }

    /// Shows lines as the whole screen; `nil` gives back what was there before.
    ///
    /// Lines that are too long or too many must be cut before. The cursor is hidden meanwhile (xterm's private modes 25 and
    /// 1049).
    package func present(_ screen: [String]?) {
        guard canShowStatus else { return }
        state.withLock { state in
            guard !state.isClosed, let screen else { return tell(dismissal(&state)) }
            let start = state.isPresenting ? "" : erasure(of: state.status) + "\u{1B}[?1049h\u{1B}[?25l"
            state.isPresenting = true
            state.status = []
            tell(start + "\u{1B}[H" + screen.map { $0 + "\u{1B}[K" }.joined(separator: "\r\n") + "\u{1B}[J")
        }
    }

    /// Takes the status or the screen away for good.
    package func close() {
        state.withLock { state in
            let erasure = dismissal(&state) + erasure(of: state.status)
            state.status = []
            state.isClosed = true
            tell(erasure)
        }
    }

    private func dismissal(_ state: inout State) -> String {
        guard state.isPresenting else { return "" }
        state.isPresenting = false
        return "\u{1B}[?25h\u{1B}[?1049l"
    }

    /// Something given to `say` could not be written, for example because the disk is full.
    package var hasLostOutput: Bool { state.withLock { $0.hasLostOutput } }

    /// What cannot be written to standard error is lost: there is nobody left to tell.
    private func tell(_ text: String) {
        if !text.isEmpty { try? error.write(text) }
    }

    /// The cursor stands at the end of the last status line: back to the first one, and clear all below (ECMA-48 CUU, ED).
    private func erasure(of status: [String]) -> String {
        guard !status.isEmpty else { return "" }
        let up = status.count > 1 ? "\u{1B}[\(status.count - 1)A" : ""
        return "\r" + up + "\u{1B}[J"
    }

    /// A log line never continues an answer's line on a screen they share.
    private func leaveLine(_ state: inout State) -> String {
        guard state.isInsideLine, error.isTerminal else { return "" }
        state.isInsideLine = false
        return "\n"
    }

    private func draw(_ status: [String]) -> String { status.joined(separator: "\n") }
}
