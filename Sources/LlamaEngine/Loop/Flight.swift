import SwarmCore

/// One assignment in the engine, from admission to the end of its last candidate.
///
/// Belongs to the engine thread.
final class Flight {
    /// The prompt being read; its sequence becomes the first candidate's.
    struct Trunk {
        var sequence: Int32
        var holding: CellLedger.Holding
        /// Prompt tokens in memory.
        var done: Int
        /// Where the logits of the last prompt token are in the current batch.
        var logitsPlace: Int32?
        /// Positions whose logits are wanted, and where these are in the current batch.
        var scoredPlaces: [(position: Int, place: Int32)] = []
    }

    let work: Work
    let arrival: Int
    /// Candidates that were admitted; the others were shed.
    var plans: ArraySlice<CandidatePlan>
    let preserved: Set<Int32>
    let cachedTokens: Int
    var trunk: Trunk?
    /// Ids kept for the candidates that are forked when the prompt is read.
    var spareSequences: [Int32]
    var lanes: [Lane] = []
    /// How likely the prompt's tokens were, where that is asked for.
    var promptScores: [TokenScore] = []
    /// The reader is behind: generate nothing until it has caught up.
    var isParked = false

    init(
        work: Work,
        arrival: Int,
        plans: ArraySlice<CandidatePlan>,
        preserved: Set<Int32>,
        cachedTokens: Int,
        trunk: Trunk,
        spareSequences: [Int32]
    ) {
        self.work = work
        self.arrival = arrival
        self.plans = plans
        self.preserved = preserved
        self.cachedTokens = cachedTokens
        self.trunk = trunk
        self.spareSequences = spareSequences
    }

    var ticket: Int { work.ticket }
    var isOver: Bool { trunk == nil && lanes.isEmpty }

    /// Cells it was promised and has not grown into yet.
    var promisedCells: Int {
        let reserved = Admission.reserved(maxTokens: work.maxTokens)
        guard let trunk else { return lanes.reduce(0) { $0 + max(0, reserved - $1.generated) } }
        return work.promptTokens.count - trunk.done + plans.count * reserved
    }

    /// What a candidate took; what its answer began with was read, not generated.
    func usage(generated: Int) -> Usage {
        Usage(promptTokens: work.promptTokens.count, completionTokens: generated, cachedTokens: cachedTokens)
    }
}
