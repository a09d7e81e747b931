extension StatusSnapshot {
    /// The live status: a line per request, and one of totals when there are several.
    ///
    /// No line is as wide as the terminal, so that none wraps, and one row is left for what stands above. What does not
    /// fit is counted in the totals.
    /// - Parameter history: snapshots to compute rates from, oldest first.
    package func lines(since history: [StatusSnapshot], size: TerminalSize) -> [String] {
        let rows = max(1, size.height - 1)
        let shown = requests.count <= 1 ? requests : Array(requests.prefix(rows - 1))
        var lines = shown.map { line(for: $0, since: history) }
        if requests.count > 1 { lines.append(totals(since: history)) }
        return lines.map { Self.fit($0, width: size.width) }
    }

    private func line(for request: Request, since history: [StatusSnapshot]) -> String {
        let count = request.tokens.count
        var parts = [SafeText.line(String(request.id.prefix(17)))]
        if count > 1 { parts.append("\(count) candidates") }
        guard request.total > 0 else { return (parts + [Self.words(request.stage)]).joined(separator: "  ") }
        let numbers = count <= 8 ? request.tokens.map(String.init).joined(separator: "/") : "\(request.total)"
        parts.append("\(numbers) tokens")
        if let rate = rate(of: request, since: history) {
            let running = count - request.ended
            let each = running > 1 ? " swarm (\(Self.whole(rate / Double(running))) each)" : ""
            parts.append("\(Self.whole(rate)) tok/s\(each)")
        }
        if count > 1 { parts.append("voting \(request.ended)/\(count)") }
        return parts.joined(separator: "  ")
    }

    private func totals(since history: [StatusSnapshot]) -> String {
        var parts = ["\(requests.count) requests"]
        let rates = requests.compactMap { rate(of: $0, since: history) }
        if !rates.isEmpty { parts.append("\(Self.whole(rates.reduce(0, +))) tok/s in all") }
        let queued = requests.count { if case .queued = $0.stage, $0.total == 0 { true } else { false } }
        if queued > 0 { parts.append("\(queued) waiting") }
        if cells > 0 { parts.append("\(usedCells)/\(cells) cells") }
        return parts.joined(separator: "  ")
    }

    private static func words(_ stage: Stage) -> String {
        switch stage {
        case .starting: "starting"
        case .queued(let ahead): ahead == 0 ? "waiting for memory" : "waiting for memory, \(ahead) ahead"
        case .prefilling(let done, let all): "reading the prompt \(done)/\(all)"
        case .generating: "generating"
        }
    }

    private static func whole(_ rate: Double) -> String { String(Int(max(0, rate).rounded())) }

    private static func fit(_ line: String, width: Int) -> String {
        let room = max(1, width - 1)
        return line.count <= room ? line : String(line.prefix(room - 1)) + "…"
    }
}
