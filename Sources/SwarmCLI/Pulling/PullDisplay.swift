import ModelStore
import Observability
import SwarmCore

/// Shows how far a pull is: a bar where there is a terminal, else a line every few seconds.
struct PullDisplay: Sendable {
    let terminal: Terminal
    let meter: PullMeter
    /// A bar that is redrawn in place.
    let isLive: Bool

    private static let redraw = Duration.milliseconds(200)
    private static let lines = Duration.seconds(5)

    /// Shows it until its task is cancelled, then takes the bar away.
    func run() async {
        defer { terminal.show([]) }
        var phase: PullProgress.Phase?
        var told = ContinuousClock.now
        while !Task.isCancelled {
            let progress = meter.progress()
            if isLive {
                terminal.show([progress.bar(width: TerminalSize.current()?.width ?? 80)])
            } else if progress.phase != phase || ContinuousClock.now - told >= Self.lines {
                // What takes no time needs no line.
                if phase != nil { terminal.note(progress.line) }
                phase = progress.phase
                told = .now
            }
            guard (try? await Task.sleep(for: Self.redraw)) != nil else { return }
        }
    }
}
