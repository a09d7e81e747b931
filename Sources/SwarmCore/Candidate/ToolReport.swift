/// What the server did with its own tools before it answered.
package struct ToolReport: Sendable, Equatable {
    /// Why the model was asked to answer without more tools, or a person was asked.
    package enum Stop: String, Sendable, CaseIterable {
        /// So many turns, so much time, or so many tokens are spent.
        case steps, time, tokens
        /// The model went on repeating itself after it had been told.
        case repetition
        /// The candidates went on disagreeing on something that changes the world.
        case disagreement
        /// A person has to answer first.
        case question
        /// The results no longer fit the context.
        case context
    }

    /// One call, in the order in which the model made them.
    package struct Run: Sendable, Equatable {
        /// How it ended.
        package enum Status: String, Sendable, CaseIterable {
            case done, failed, refused, asks
            /// It was not carried out: malformed, unknown, repeated, or not agreed on.
            case notRun = "not_run"
        }

        package var name: String
        package var status: Status
        /// From start to end; 0 for what was not carried out.
        package var seconds: Double

        package init(name: String, status: Status, seconds: Double) {
            self.name = name
            self.status = status
            self.seconds = seconds
        }
    }

    package var runs: [Run]
    /// Turns that the model wrote, the answer among them.
    package var steps: Int
    /// `nil` where the model answered by itself.
    package var stop: Stop?

    package init(runs: [Run] = [], steps: Int, stop: Stop? = nil) {
        self.runs = runs
        self.steps = steps
        self.stop = stop
    }
}

extension ToolReport.Run.Status {
    /// The end of a call that was carried out.
    package init(_ status: ToolOutcome.Status) {
        self =
            switch status {
            case .done: .done
            case .failed: .failed
            case .refused: .refused
            case .asks: .asks
            }
    }
}
