/// Keeps the live status on the terminal up to date while something is being generated.
package struct LiveStatus: Sendable {
    private let terminal: Terminal
    private let read: @Sendable () -> StatusSnapshot
    private let interval = Duration.milliseconds(200)
    /// Rates are taken over this many intervals: long enough to be steady, short enough to follow.
    private let window = 8

    /// - Parameter read: what is being generated now; called five times a second.
    package init(terminal: Terminal, read: @escaping @Sendable () -> StatusSnapshot) {
        self.terminal = terminal
        self.read = read
    }

    /// Redraws until its task is cancelled, then leaves nothing behind.
    ///
    /// Returns at once where no status can be shown.
    package func run() async {
        guard terminal.canShowStatus else { return }
        defer { terminal.show([]) }
        var history: [StatusSnapshot] = []
        while !Task.isCancelled {
            let now = read()
            if now.requests.isEmpty { history = [] }
            let size = TerminalSize.current() ?? TerminalSize(width: 80, height: 24)
            terminal.show(now.lines(since: history, size: size))
            history = (history + [now]).suffix(window)
            guard (try? await Task.sleep(for: interval)) != nil else { return }
        }
    }
}
