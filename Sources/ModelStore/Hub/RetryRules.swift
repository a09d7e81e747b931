/// How often something is tried again, and how long is waited before.
package struct RetryRules: Sendable {
    /// Tries in a row that bring nothing before it is given up.
    package var attempts: Int
    /// Doubled after every further failure.
    package var firstWait: Duration
    package var longestWait: Duration
    /// A server that asks for a longer wait is not waited for; the hub counts requests over five minutes.
    package var longestAsked: Duration
    /// Waits; tests pass one that does not.
    package var sleep: @Sendable (Duration) async throws -> Void

    package init(
        attempts: Int = 6,
        firstWait: Duration = .milliseconds(500),
        longestWait: Duration = .seconds(20),
        longestAsked: Duration = .seconds(300),
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.attempts = attempts
        self.firstWait = firstWait
        self.longestWait = longestWait
        self.longestAsked = longestAsked
        self.sleep = sleep
    }

    /// How long to wait after so many failures: exponential, with jitter over the upper half.
    /// - Parameter random: 0 to 1.
    package func wait(failures: Int, random: Double) -> Duration {
        let doubled = firstWait * (1 << min(max(failures, 1) - 1, 20))
        return min(doubled, longestWait) * (0.5 + 0.5 * random)
    }

    /// What to do after a failure.
    enum Step: Equatable {
        case wait(Duration)
        case giveUp(PullError)
    }

    /// What to do after a failure, the `failures`-th in a row.
    func step(after trouble: Trouble, failures: Int, random: Double) -> Step {
        switch trouble {
        case .final(let error): return .giveUp(error)
        case .passing(let reason, let asked):
            if failures >= attempts { return .giveUp(.givenUp(reason: reason, attempts: failures)) }
            if let asked, asked > longestAsked { return .giveUp(.busy(reason: reason, wait: asked)) }
            return .wait(max(asked ?? .zero, wait(failures: failures, random: random)))
        }
    }

    /// Waits before the next try, or throws what to give up with.
    func pause(after trouble: Trouble, failures: Int) async throws(PullError) {
        if Task.isCancelled { throw .cancelled }
        switch step(after: trouble, failures: failures, random: .random(in: 0...1)) {
        case .giveUp(let error): throw error
        case .wait(let duration):
            do { try await sleep(duration) } catch { throw .cancelled }
        }
    }
}

/// Something that went wrong with one request.
enum Trouble: Error, Equatable {
    /// May go away by itself.
    /// - Parameter asked: how long the server asks to wait.
    case passing(String, asked: Duration? = nil)
    case final(PullError)
}
