import SwarmCore

/// What happens to the services on the network, from the moment on at which it is iterated: first everything that is
/// there already, as added.
///
/// Changes of one service that a slow reader has not seen are put together, so that no more wait than there are services.
/// It ends when discovery does.
package struct ServiceChanges: AsyncSequence, Sendable {
    package typealias Element = ServiceChange
    package typealias Failure = Never

    let feed: ChangeFeed

    package func makeAsyncIterator() -> Iterator { Iterator(reader: feed.subscribe()) }

    package struct Iterator: AsyncIteratorProtocol {
        fileprivate let reader: ChangeReader

        package mutating func next(isolation actor: isolated (any Actor)?) async -> ServiceChange? {
            await reader.next()
        }

        package mutating func next() async -> ServiceChange? { await reader.next() }
    }
}

/// The services as they are now, and who wants to know of changes.
final class ChangeFeed: Sendable {
    private struct State {
        var services: [DiscoveredService.ID: DiscoveredService] = [:]
        var readers: [Int: Reader] = [:]
        var nextReader = 0
        var isOver = false
    }

    private struct Reader {
        var told: [DiscoveredService.ID: DiscoveredService] = [:]
        /// Services that may be different from what was told, the longest waiting first.
        var touched: [DiscoveredService.ID] = []
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Locked(State())

    var services: [DiscoveredService] {
        state.withLock { $0.services.values.sorted { $0.id.description < $1.id.description } }
    }

    func apply(_ change: ServiceChange) {
        let id = change.service.id
        let waiters = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            switch change {
            case .added(let service), .updated(let service): state.services[id] = service
            case .removed: state.services[id] = nil
            }
            for reader in state.readers.keys where state.readers[reader]?.touched.contains(id) == false {
                state.readers[reader]?.touched.append(id)
            }
            return state.readers.keys.compactMap { state.readers[$0]?.waiter.take() }
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Nothing will change any more.
    func finish() {
        let waiters = state.withLock { state in
            state.isOver = true
            return state.readers.keys.compactMap { state.readers[$0]?.waiter.take() }
        }
        for waiter in waiters { waiter.resume() }
    }

    fileprivate func subscribe() -> ChangeReader {
        let number = state.withLock { state in
            let touched = state.services.keys.sorted { $0.description < $1.description }
            state.readers[state.nextReader] = Reader(touched: touched)
            state.nextReader += 1
            return state.nextReader - 1
        }
        return ChangeReader(feed: self, number: number)
    }

    fileprivate func unsubscribe(_ number: Int) { state.withLock { $0.readers[number] = nil } }

    private enum Answer {
        case change(ServiceChange)
        case wait
        case over
    }

    fileprivate func next(_ number: Int) async -> ServiceChange? {
        while !Task.isCancelled {
            switch answer(number) {
            case .change(let change): return change
            case .over: return nil
            case .wait: await wait(number)
            }
        }
        return nil
    }

    private func answer(_ number: Int) -> Answer {
        state.withLock { state in
            while let id = state.readers[number]?.touched.first {
                state.readers[number]?.touched.removeFirst()
                let (old, new) = (state.readers[number]?.told[id], state.services[id])
                state.readers[number]?.told[id] = new
                switch (old, new) {
                case (nil, let service?): return .change(.added(service))
                case (let service?, nil): return .change(.removed(service))
                case (let old?, let new?) where old != new: return .change(.updated(new))
                default: continue
                }
            }
            return state.isOver ? .over : .wait
        }
    }

    private func wait(_ number: Int) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    guard let reader = state.readers[number], reader.touched.isEmpty, !state.isOver, !Task.isCancelled
                    else { return true }
                    state.readers[number]?.waiter = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.readers[number]?.waiter.take() }?.resume()
        }
    }
}

/// One reader's place in the feed, given up when nobody holds it any more.
private final class ChangeReader: Sendable {
    private let feed: ChangeFeed
    private let number: Int

    init(feed: ChangeFeed, number: Int) {
        self.feed = feed
        self.number = number
    }

    deinit { feed.unsubscribe(number) }

    func next() async -> ServiceChange? { await feed.next(number) }
}
