package import SwarmCore

/// What a peer did so far.
package struct PeerStatistics: Sendable, Equatable {
    /// Latencies that the mean and the 95th percentile are of, the newest.
    package static let kept = 200
    /// How much one vote moves the speed.
    private static let learning = 0.2

    /// Votes it was asked to take part in.
    package private(set) var requests = 0
    /// Those in which at least one of its candidates ended by itself.
    package private(set) var succeeded = 0
    /// Those to which it gave nothing.
    package private(set) var failed = 0
    /// Votes that one of its candidates won.
    package private(set) var wins = 0
    /// Seconds from request to its last word, newest last.
    package private(set) var latencies: [Double] = []
    /// Of all its candidates together, in recent votes; `nil` before the first.
    package private(set) var tokensPerSecond: Double?
    package private(set) var lastError: String?
    /// Seconds since 1970; `nil` when there was none.
    package private(set) var lastErrorTime: Double?

    package init() {}

    /// Takes note of a vote.
    /// - Parameter time: seconds since 1970.
    package mutating func note(_ report: SourceReport, hasWon: Bool, time: Double) {
        requests += 1
        if report.finished > 0 { succeeded += 1 } else if report.failure != nil { failed += 1 }
        if hasWon { wins += 1 }
        if let seconds = report.seconds, report.finished > 0 {
            latencies.append(seconds)
            if latencies.count > Self.kept { latencies.removeFirst(latencies.count - Self.kept) }
        }
        if let rate = report.tokensPerSecond {
            tokensPerSecond = tokensPerSecond.map { $0 + Self.learning * (rate - $0) } ?? rate
        }
        if let failure = report.failure { note(error: failure, time: time) }
    }

    /// Takes note of something that went wrong outside of a vote.
    package mutating func note(error: String, time: Double) {
        lastError = String(error.prefix(300))
        lastErrorTime = time
    }

    /// 0…1; `nil` before the first vote that was won or lost by it.
    package var successRate: Double? {
        let all = succeeded + failed
        return all > 0 ? Double(succeeded) / Double(all) : nil
    }

    /// In seconds.
    package var meanLatency: Double? {
        latencies.isEmpty ? nil : latencies.reduce(0, +) / Double(latencies.count)
    }

    /// In seconds: 95 of 100 votes took no longer (nearest rank).
    package var p95Latency: Double? {
        guard !latencies.isEmpty else { return nil }
        let rank = (Double(latencies.count) * 0.95).rounded(.up)
        return latencies.sorted()[max(0, Int(rank) - 1)]
    }
}

extension PeerStatistics {
    /// For the peer book and for people.
    package var json: JSON {
        [
            "requests": .integer(requests), "succeeded": .integer(succeeded), "failed": .integer(failed),
            "success_rate": successRate.map { .rounded($0) } ?? .null, "wins": .integer(wins),
            "latency_mean": meanLatency.map { .rounded($0) } ?? .null,
            "latency_p95": p95Latency.map { .rounded($0) } ?? .null,
            "tokens_per_second": tokensPerSecond.map { .rounded($0) } ?? .null,
            "last_error": lastError.map { .string($0) } ?? .null,
            "last_error_time": lastErrorTime.map { .double($0) } ?? .null,
        ]
    }

    /// With the latencies one by one, so that nothing is lost.
    package var stored: JSON {
        guard case .object(var object) = json else { return json }
        object["latencies"] = .array(latencies.map { .rounded($0) })
        return .object(object)
    }

    /// What was stored; members that are missing or make no sense count as nothing.
    package init(stored json: JSON) {
        func count(_ name: String) -> Int { max(0, json[name]?.intValue ?? 0) }
        requests = count("requests")
        succeeded = count("succeeded")
        failed = count("failed")
        wins = count("wins")
        latencies = (json["latencies"]?.arrayValue ?? []).compactMap(\.doubleValue).suffix(Self.kept)
        tokensPerSecond = json["tokens_per_second"]?.doubleValue
        lastError = json["last_error"]?.stringValue
        lastErrorTime = json["last_error_time"]?.doubleValue
    }
}

extension JSON {
    fileprivate static func rounded(_ value: Double) -> JSON { .double((value * 1000).rounded() / 1000) }
}
