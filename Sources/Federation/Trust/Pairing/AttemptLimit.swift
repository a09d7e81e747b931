/// Whom failed attempts are counted for.
package enum AttemptOrigin: Hashable, Sendable {
    /// An address without its port; of IPv6 the first 64 bits are enough, since one machine has all the others.
    case address(String)
    case fingerprint(Fingerprint)
}

/// Makes those wait whose attempts fail: a pure record of failures, with the time passed in.
///
/// With 128 bits nobody finds a secret by trying; this keeps the trying cheap, and the log short.
package struct AttemptLimit: Sendable {
    /// Failures that cost no wait: a person may have typed the wrong code.
    package var free = 3
    /// The wait after the first failure that costs one; it doubles with each further one.
    package var firstWait = Duration.seconds(1)
    package var longestWait = Duration.seconds(300)
    /// Failures are forgotten when there was none for so long.
    package var memory = Duration.seconds(900)
    /// Most origins that are remembered; the one that failed longest ago goes first.
    package var capacity = 1024

    private struct Record {
        var failures: Int
        var last: ContinuousClock.Instant
    }

    private var records: [AttemptOrigin: Record] = [:]

    package init() {}

    /// How many origins are remembered.
    package var count: Int { records.count }

    /// How long an origin has to wait; `nil` when it may try now.
    package func wait(_ origin: AttemptOrigin, now: ContinuousClock.Instant) -> Duration? {
        guard let record = records[origin], record.failures > free, now - record.last < memory else { return nil }
        let left = record.last + delay(record.failures) - now
        return left > .zero ? left : nil
    }

    /// Counts a failure.
    package mutating func fail(_ origin: AttemptOrigin, now: ContinuousClock.Instant) {
        if let record = records[origin], now - record.last < memory {
            records[origin] = Record(failures: record.failures + 1, last: now)
            return
        }
        if records[origin] == nil, records.count >= capacity {
            records = records.filter { now - $0.value.last < memory }
            if records.count >= capacity, let oldest = records.min(by: { $0.value.last < $1.value.last })?.key {
                records[oldest] = nil
            }
        }
        records[origin] = Record(failures: 1, last: now)
    }

    /// Forgets the failures of one that succeeded.
    package mutating func succeed(_ origin: AttemptOrigin) { records[origin] = nil }

    private func delay(_ failures: Int) -> Duration {
        let doublings = min(failures - free - 1, 20)
        return min(longestWait, firstWait * (1 << doublings))
    }
}
