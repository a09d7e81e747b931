package import SwarmCore

/// What one vote says about its sources: whether each came to what the others came to without it.
package enum Agreement {
    /// Sources by whether they agree with the others.
    ///
    /// A source's answer is that of most of its candidates. A source never confirms itself; where it or the others are divided
    /// equally, nothing is said about it.
    /// - Parameters:
    ///   - clusters: candidates with the same answer, by their indices; only kinds of answers with keys have them.
    ///   - sources: who generated each candidate, by index.
    package static func observations(
        clusters: [VoteReport.Cluster],
        sources: [Int: SourceID]
    ) -> [SourceID: Bool] {
        // Votes per cluster and source.
        let counts = clusters.map { cluster in
            Dictionary(cluster.members.compactMap { sources[$0] }.map { ($0, 1) }, uniquingKeysWith: +)
        }
        let names = Set(counts.flatMap(\.keys))
        guard names.count > 1 else { return [:] }
        var observed: [SourceID: Bool] = [:]
        for name in names {
            let own = counts.map { $0[name] ?? 0 }
            let others = counts.map { $0.reduce(0) { $1.key == name ? $0 : $0 + $1.value } }
            guard let mine = best(own), let theirs = best(others) else { continue }
            observed[name] = mine == theirs
        }
        return observed
    }

    /// The place of the largest count; `nil` where there is none, or two.
    private static func best(_ counts: [Int]) -> Int? {
        guard let most = counts.max(), most > 0, counts.count(where: { $0 == most }) == 1 else { return nil }
        return counts.firstIndex(of: most)
    }
}
