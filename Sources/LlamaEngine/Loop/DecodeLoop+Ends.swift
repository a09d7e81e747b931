import SwarmCore

// How requests and candidates end before their time, and what they give back.
extension DecodeLoop {
    /// A client left, or the vote is decided.
    func cancel(_ ticket: Int) {
        if let place = waiting.firstIndex(where: { $0.ticket == ticket }) {
            waiting.remove(at: place).output.finish()
            announced[ticket] = nil
        } else if let place = flights.firstIndex(where: { $0.ticket == ticket }) {
            let flight = flights.remove(at: place)
            drop(flight)
            flight.work.output.finish()
        }
    }

    /// One candidate is not wanted any more, whether it runs, is read or waits; the others go on.
    func stop(_ candidate: Int, of request: RequestID) {
        for (place, work) in waiting.enumerated().reversed() where work.request == request {
            let plans = work.assignment.candidates.filter { $0.index == candidate }
            guard !plans.isEmpty else { continue }
            send(.failed(.cancelled), for: plans, of: work)
            waiting[place].assignment.candidates.removeAll { $0.index == candidate }
            if waiting[place].assignment.candidates.isEmpty { cancel(work.ticket) }
        }
        for flight in flights where flight.work.request == request { stop(candidate, of: flight) }
    }

    private func stop(_ candidate: Int, of flight: Flight) {
        if let lane = flight.lanes.first(where: { $0.id.index == candidate }) {
            if let rest = lane.rest() { send(.text(rest), for: [lane.plan], of: flight.work, flight: flight) }
            send(.failed(.cancelled), for: [lane.plan], of: flight.work, flight: flight)
            remove(lane, from: flight)
        } else if flight.trunk != nil, let place = flight.plans.firstIndex(where: { $0.index == candidate }) {
            send(.failed(.cancelled), for: [flight.plans.remove(at: place)], of: flight.work, flight: flight)
            if let spare = flight.spareSequences.popLast() {
                freeSequences.append(spare)
            } else {
                drop(flight)
            }
        }
    }

    func shutDown() {
        for work in waiting { refuse(work, because: .cancelled) }
        for flight in flights { fail(flight, because: .cancelled) }
        for job in embeddingJobs { job.work.reply(.failure(.cancelled)) }
        embeddingJobs = []
        shelf?.finish()
        waiting = []
        flights = []
        publish()
    }

    func remove(_ lane: Lane, from flight: Flight) {
        flight.lanes.removeAll { $0 === lane }
        free(lane.sequence, lane.holding)
    }

    /// Frees everything a request holds.
    func drop(_ flight: Flight) {
        for lane in flight.lanes { free(lane.sequence, lane.holding) }
        if let trunk = flight.trunk { free(trunk.sequence, trunk.holding) }
        freeSequences.append(contentsOf: flight.spareSequences)
        flight.lanes = []
        flight.trunk = nil
        flight.spareSequences = []
    }

    func fail(_ flight: Flight, because error: SourceError) {
        let unfinished = flight.trunk == nil ? flight.lanes.map(\.plan)[...] : flight.plans
        send(.failed(error), for: unfinished, of: flight.work)
        drop(flight)
        flight.work.output.finish()
    }

    func refuse(_ work: Work, because error: SourceError) {
        send(.failed(error), for: work.assignment.candidates[...], of: work)
        work.output.finish()
    }

    func free(_ sequence: Int32, _ holding: CellLedger.Holding) {
        var holding = holding
        context.release(sequence)
        ledger.truncate(&holding, to: 0)
        freeSequences.append(sequence)
    }
}
