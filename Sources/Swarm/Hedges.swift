import SwarmCore

/// Candidates that were begun a second time, since the first is late; the first of the two to end counts.
struct Hedges {
    /// The other of two.
    enum Other {
        /// Which was late.
        case first(CandidateID)
        /// Which was begun in its place.
        case second(CandidateID)
    }

    /// In whose place each one runs.
    private var places: [CandidateID: CandidateID] = [:]
    /// How many were begun.
    private(set) var count = 0

    /// How many run beside the one they were begun for.
    var running: Int { places.count }

    /// Whether it was begun in the place of another that still runs.
    func contains(_ id: CandidateID) -> Bool { places[id] != nil }

    mutating func begin(_ id: CandidateID, for late: CandidateID) {
        places[id] = late
        count += 1
    }

    /// One of the two has an end: they are no pair any more.
    /// - Returns: the other; `nil` when there is none.
    mutating func end(of id: CandidateID) -> Other? {
        if let late = places.removeValue(forKey: id) { return .first(late) }
        guard let hedge = places.first(where: { $0.value == id })?.key else { return nil }
        places[hedge] = nil
        return .second(hedge)
    }
}
