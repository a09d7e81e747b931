import AsyncAlgorithms
import SwarmCore

extension CandidateStream {
    /// The events of several streams as they come; each is asked for one event at a time.
    ///
    /// Ending the iteration ends that of every stream.
    static func merged(_ streams: [CandidateStream]) -> CandidateStream {
        switch streams.count {
        case 0: return CandidateStream { Iterator { nil } }
        case 1: return streams[0]
        default:
            let half = streams.count / 2
            let pair = merge(merged(Array(streams[..<half])), merged(Array(streams[half...])))
            return CandidateStream {
                var updates = pair.makeAsyncIterator()
                return Iterator { await updates.next() }
            }
        }
    }
}
