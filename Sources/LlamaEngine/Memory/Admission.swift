/// Decides how many candidates of a request may start now.
///
/// Pure arithmetic over cells and sequence ids.
///
/// Every running candidate has a reservation: cells it may still grow into without asking. Past it, it grows as long as
/// there is room, and under pressure the youngest candidates of the widest request are given up (DESIGN: KV exhaustion is
/// never an abort).
struct Admission: Sendable, Equatable {
    /// What is there.
    ///
    /// All in cells, except `sequences`.
    struct Room: Sendable, Equatable {
        var freeCells: Int
        /// Cells that evicting all resident sequences would free.
        var evictableCells: Int
        /// Cells promised to what already runs: prompts still to be read and reservations not yet grown into.
        var promisedCells: Int
        /// Sequence ids that are free or could be freed by eviction.
        var sequences: Int
    }

    /// What is asked for.
    struct Need: Sendable, Equatable {
        /// Prompt tokens that are not in memory yet.
        var newPromptCells: Int
        /// Most tokens each candidate may generate.
        var maxTokens: Int
        var candidates: Int
    }

    /// Cells reserved per candidate at its start, unless it may not generate that many.
    static let reservation = 512

    /// Cells a candidate that may generate `maxTokens` is promised.
    static func reserved(maxTokens: Int) -> Int { min(maxTokens, reservation) }

    /// How many of the candidates may start; 0 means wait.
    ///
    /// - Parameter isAlone: nothing else runs; then one candidate always starts, since waiting would not help.
    static func admitted(_ need: Need, in room: Room, isAlone: Bool) -> Int {
        let available = room.freeCells + room.evictableCells - room.promisedCells - need.newPromptCells
        let perCandidate = max(1, reserved(maxTokens: need.maxTokens))
        let fitting = min(need.candidates, max(0, available) / perCandidate, room.sequences)
        if fitting == 0, isAlone, room.sequences > 0, available > 0 { return 1 }
        return fitting
    }
}
