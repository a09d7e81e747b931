extension Processor {
    /// The most threads that are worth measuring: one per fast core, one core being left to the server where there are at
    /// most four.
    ///
    /// Threads of the same core share what computes, and slow cores hold up the fast ones at every step. Decode threads wait
    /// for each other in short loops, so on a small machine the server that shares their cores makes them wait long.
    package var mostThreads: Int {
        let fast = max(1, performanceCores ?? cores)
        return cores <= 4 && fast == cores ? max(1, fast - 1) : fast
    }

    /// Thread counts to measure, from few to many; the fewest of equally fast ones is best.
    package var threadCandidates: [Int] {
        let most = mostThreads
        return Set([1, most / 2, most * 3 / 4, most - 1, most, min(cores, most + 1)]).filter { $0 >= 1 }.sorted()
    }
}
