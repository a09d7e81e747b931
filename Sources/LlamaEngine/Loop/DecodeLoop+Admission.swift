import SwarmCore

// How requests get in: room is made, the longest prefix in memory is found.
extension DecodeLoop {
    func admitWaiting() {
        var admittedOne = true
        // What repeats to the last bit shares no batch.
        while admittedOne, !waiting.isEmpty, !flights.contains(where: \.work.isStrict) {
            admittedOne = false
            // In order of arrival; a later one that needs less may go ahead only by shortest-first reading, not by entry.
            guard let work = waiting.first, let flight = admit(work) else { break }
            waiting.removeFirst()
            announced[work.ticket] = nil
            flights.append(flight)
            admittedOne = true
        }
        for (ahead, work) in waiting.enumerated() where announced[work.ticket] != ahead {
            announced[work.ticket] = ahead
            send(.phase(.queued(ahead: ahead)), for: work.assignment.candidates.prefix(1), of: work)
        }
    }

    /// Makes room for a request and starts it from the longest prefix in memory; `nil` when it has to wait.
    ///
    /// A strict request waits until nothing else runs, and finds the memory as it was at the start: where a token's cell
    /// lies, and how many are in use, changes the order in which attention sums.
    func admit(_ work: Work) -> Flight? {
        if work.isStrict {
            guard flights.isEmpty else { return nil }
            forgetEverything()
        }
        let prompt = work.promptTokens
        // A prompt whose own scores are asked for is read from its beginning.
        let mayReuse = !work.mustRepeat && !work.wantsPromptScores
        if mayReuse { unshelve(for: work, known: residentMatch(for: work)?.length ?? 0) }
        let match = mayReuse ? residentMatch(for: work) : nil
        let reused = match?.length ?? 0
        let room = Admission.Room(
            freeCells: ledger.freeCount,
            evictableCells: max(0, ledger.exclusiveCount(of: residents.entries.map(\.holding)) - reused),
            promisedCells: flights.reduce(0) { $0 + $1.promisedCells },
            sequences: freeSequences.count + residents.count - (match == nil ? 0 : 1)
        )
        let need = Admission.Need(
            newPromptCells: prompt.count - reused,
            maxTokens: work.maxTokens,
            candidates: work.candidateCount
        )
        let count = Admission.admitted(need, in: room, isAlone: flights.isEmpty)
        guard count > 0 else { return nil }
        while freeSequences.count < count {
            guard evictOne(sparing: match?.entry.sequence) else { return nil }
        }
        var sequences: [Int32] = []
        for _ in 0..<count { sequences.append(freeSequences.removeLast()) }
        let trunkSequence = sequences.removeFirst()
        var holding = CellLedger.Holding()
        if let match {
            context.fork(match.entry.sequence, to: trunkSequence, length: hasRunningState ? nil : match.length)
            holding = ledger.fork(match.entry.holding, length: match.length)
            residents.touch(match.entry.sequence)
            // Of the request itself others may yet be taken up: they stay until the vote is settled.
            if match.entry.request != work.request {
                forgetSiblings(of: match.entry.candidate, in: match.entry.request)
            }
        }
        arrivals += 1
        let plans = work.assignment.candidates
        for plan in plans.dropFirst(count) { send(.failed(.shed), for: [plan], of: work) }
        return Flight(
            work: work,
            arrival: arrivals,
            plans: plans.prefix(count),
            preserved: vocabulary.singleTokens(of: work.assignment.prompt.preservedTokens),
            cachedTokens: reused,
            trunk: .init(sequence: trunkSequence, holding: holding, done: reused),
            spareSequences: sequences
        )
    }

    /// The resident sequence to start from, and how many of its tokens fit.
    private func residentMatch(for work: Work) -> (entry: Residents.Entry, length: Int)? {
        residents.bestMatch(
            for: work.promptTokens,
            session: work.session,
            limit: work.promptTokens.count - 1,
            wholeOnly: hasRunningState,
            canCut: { context.canCut($0.sequence, to: $1) }
        )
    }

    /// Frees what was kept of a request's answers but for one.
    func forgetSiblings(of candidate: Int, in request: RequestID) {
        for entry in residents.removeSiblings(of: candidate, in: request) { free(entry.sequence, entry.holding) }
    }

    /// Frees every resident sequence.
    func forgetPrefixes() {
        for entry in residents.removeAll() { free(entry.sequence, entry.holding) }
    }

    /// Makes memory what it was before anything ran; only for when nothing runs.
    private func forgetEverything() {
        forgetPrefixes()
        context.clearMemory()
        freeSequences.sort(by: >)
    }

    /// Frees the resident sequence that was not used for the longest time; `false` when there is none.
    func evictOne(sparing spared: Int32? = nil) -> Bool {
        guard let entry = residents.removeLeastRecentlyUsed(sparing: spared) else { return false }
        free(entry.sequence, entry.holding)
        return true
    }

    /// Frees what need not be kept of what has ended.
    func evictSurplus(sparing spared: Int32? = nil) {
        while let entry = residents.removeSurplus(keeping, used: ledger.usedCount, sparing: spared) {
            free(entry.sequence, entry.holding)
        }
    }
}
