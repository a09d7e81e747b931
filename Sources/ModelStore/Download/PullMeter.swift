import SwarmCore

/// How far a pull is, at one moment.
package struct PullProgress: Sendable, Equatable {
    package enum Phase: Sendable, Equatable {
        /// Asking the hub what there is.
        case resolving
        /// Somebody else fetches the same file; the bytes are theirs.
        case waiting
        case downloading
        /// Reading the file again for its hash.
        case verifying
    }

    package var phase: Phase
    /// The file that is being fetched; empty before the first.
    package var file: String
    /// Of which files this is the n-th, from 1.
    package var number: Int
    package var files: Int
    /// Of all files together; while verifying, bytes read of this file.
    package var bytes: UInt64
    /// Of all files together, `nil` until it is known; while verifying, of this file.
    package var total: UInt64?
    /// Bytes per second over the last seconds; `nil` until there is one.
    package var rate: Double?

    /// At this rate; `nil` when it cannot be told.
    package var timeLeft: Duration? {
        guard let total, let rate, rate > 0, bytes <= total else { return nil }
        return .seconds((Double(total - bytes) / rate).rounded(.up))
    }
}

/// Bytes per second over a sliding window.
struct RateWindow: Sendable {
    private static let length = Duration.seconds(5)
    private static let step = Duration.milliseconds(100)
    /// Bytes up to then, the oldest first.
    private var samples: [(time: ContinuousClock.Instant, bytes: UInt64)] = []
    private var bytes: UInt64 = 0

    mutating func add(_ count: UInt64, at now: ContinuousClock.Instant) {
        if samples.isEmpty { samples = [(now, 0)] }
        bytes += count
        if samples.count > 1, let last = samples.last, now - samples[samples.count - 2].time < Self.step {
            samples[samples.count - 1] = (max(now, last.time), bytes)
        } else {
            samples.append((now, bytes))
        }
        // One sample from before the window stays: the window is measured from there.
        while samples.count > 2, now - samples[1].time > Self.length { samples.removeFirst() }
    }

    /// `nil` until there is something to tell; falls towards nothing while nothing comes.
    func rate(at now: ContinuousClock.Instant) -> Double? {
        guard let first = samples.first, now - first.time >= Self.step else { return nil }
        return Double(bytes - first.bytes) / (now - first.time).seconds
    }
}

/// Where a pull says how far it is, and a progress bar reads it.
///
/// Any task may do either at any time.
package final class PullMeter: Sendable {
    private struct State {
        var phase = PullProgress.Phase.resolving
        var file = ""
        var number = 0
        var files = 0
        /// Of the files before this one.
        var before: UInt64 = 0
        var bytes: UInt64 = 0
        var total: UInt64?
        var fileTotal: UInt64 = 0
        var window = RateWindow()
    }

    private let state = Locked(State())

    package init() {}

    /// How far it is.
    package func progress(at now: ContinuousClock.Instant = .now) -> PullProgress {
        state.withLock { state in
            let isAlone = state.phase == .verifying
            return PullProgress(
                phase: state.phase,
                file: state.file,
                number: state.number,
                files: state.files,
                bytes: isAlone ? state.bytes : state.before + state.bytes,
                total: isAlone ? state.fileTotal : state.total,
                rate: state.window.rate(at: now)
            )
        }
    }

    func begin(files: Int, total: UInt64?) {
        state.withLock { state in
            state.files = files
            state.total = total
        }
    }

    func begin(file: String, number: Int, bytes: UInt64, before: UInt64) {
        state.withLock { state in
            state.file = file
            state.number = number
            state.before = before
            state.bytes = 0
            state.fileTotal = bytes
        }
    }

    func enter(_ phase: PullProgress.Phase, bytes: UInt64) {
        state.withLock { state in
            state.phase = phase
            state.bytes = bytes
            state.window = RateWindow()
        }
    }

    /// Bytes that were there before do not count for the rate.
    func add(_ bytes: UInt64, at now: ContinuousClock.Instant = .now) {
        state.withLock { state in
            state.bytes += bytes
            state.window.add(bytes, at: now)
        }
    }

    /// The number of bytes is now this.
    func reach(_ bytes: UInt64, at now: ContinuousClock.Instant = .now) {
        state.withLock { state in
            if bytes > state.bytes { state.window.add(bytes - state.bytes, at: now) }
            state.bytes = bytes
        }
    }
}
