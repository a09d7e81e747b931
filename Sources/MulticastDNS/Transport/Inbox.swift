import SwarmCore

/// A datagram that came in.
struct Datagram: Sendable {
    var bytes: [UInt8]
    var link: LinkID
    var source: Endpoint
    /// Whether it was sent to the group.
    var isMulticast: Bool
}

/// What the owner of the state machines is told, in the order in which it happened; there is one reader.
final class Inbox: Sendable {
    enum Item: Sendable {
        case datagrams([Datagram])
        case interfaces([NetworkInterface])
        case text(TextRecord, service: Int)
        /// By the system, or by us; another may be open in its place by now.
        case closed(LinkID, socket: ObjectIdentifier)
        /// A deadline has come.
        case wake
    }

    private struct State {
        var items: [Item] = []
        var datagrams: [Datagram] = []
        var lost = 0
        var isOver = false
        var waiter: CheckedContinuation<Bool, Never>?
    }

    private let state = Locked(State())

    /// Datagrams that wait, at most; what comes on top is lost, as on the network.
    static let limit = 512

    func post(_ item: Item) {
        state.withLock { state in
            state.items.append(item)
            return state.waiter.take()
        }?.resume(returning: true)
    }

    func post(_ datagram: Datagram) {
        state.withLock { state in
            if state.datagrams.count < Self.limit { state.datagrams.append(datagram) } else { state.lost += 1 }
            return state.waiter.take()
        }?.resume(returning: true)
    }

    /// Everything that has happened since the last time, as soon as anything has; `nil` when the task is cancelled.
    func take() async -> [Item]? {
        let isThere = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer = state.withLock { state -> Bool? in
                    if state.isOver { return false }
                    if !state.items.isEmpty || !state.datagrams.isEmpty { return true }
                    state.waiter = continuation
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            state.withLock { state in
                state.isOver = true
                return state.waiter.take()
            }?.resume(returning: false)
        }
        guard isThere else { return nil }
        return state.withLock { state in
            let items = state.items + (state.datagrams.isEmpty ? [] : [.datagrams(state.datagrams)])
            state.items = []
            state.datagrams = []
            return items
        }
    }

    /// How many datagrams were lost because they came faster than they could be read.
    var lost: Int { state.withLock { $0.lost } }
}
