import Consensus
package import SwarmCore

/// Which source generates which candidate of a request.
package struct Deal: Sendable, Equatable {
    /// One source and how large its part is.
    package struct Share: Sendable, Equatable {
        package var source: SourceID
        /// Its part in proportion to those of the others, at least 1.
        package var weight: Int

        package init(_ source: SourceID, weight: Int = 1) {
            self.source = source
            self.weight = max(1, weight)
        }
    }

    /// At least one; the head's own engine first, if it has one.
    let shares: [Share]

    /// - Parameter shares: none stands for a single source.
    package init(_ shares: [Share] = []) {
        self.shares = shares.isEmpty ? [Share(SourceID(rawValue: "local"))] : shares
    }

    /// The parts of a vote: an engine's own is as wide as the schedule says, and another source's as large unless it says, or
    /// its speed is known: then all are to end together, and one that would come too late has no part.
    /// - Parameter curve: tokens per second of the first source; empty where that is not known.
    package init(_ sources: [any CandidateSource], width: Int, curve: [Int: Double] = [:]) {
        var shares: [Share] = []
        for source in sources {
            let traits = source.traits
            let part = traits.candidates ?? Pace.candidates(of: traits.curve, while: width, of: curve)
            if part > 0 || shares.isEmpty { shares.append(Share(source.id, weight: part)) }
        }
        self.init(shares)
    }

    /// How many candidates a vote begins with for which nobody named a number.
    var width: Int { shares.reduce(0) { $0 + $1.weight } }

    /// The sources of further candidates, in order of index.
    ///
    /// Dealt by highest averages (D'Hondt): as many as the weights sum up to are divided exactly by them. The very first
    /// candidate is of the first source: it is sampled as the client said.
    /// - Parameters:
    ///   - dealt: the sources of the candidates before.
    ///   - lost: sources that are passed over while there is another.
    func sources(of count: Int, after dealt: [SourceID] = [], without lost: Set<SourceID> = []) -> [SourceID] {
        let living = shares.filter { !lost.contains($0.source) }
        let able = living.isEmpty ? shares : living
        var counts = Dictionary(dealt.map { ($0, 1) }, uniquingKeysWith: +)
        var sources: [SourceID] = []
        for _ in 0..<count {
            var next = able[0]
            if !(dealt.isEmpty && sources.isEmpty) {
                for share in able.dropFirst() where Self.isBefore(share, next, counts) { next = share }
            }
            counts[next.source, default: 0] += 1
            sources.append(next.source)
        }
        return sources
    }

    private static func isBefore(_ a: Share, _ b: Share, _ counts: [SourceID: Int]) -> Bool {
        a.weight * ((counts[b.source] ?? 0) + 1) > b.weight * ((counts[a.source] ?? 0) + 1)
    }
}
