package import SwarmCore

/// Joins keys that mean the same although they are written differently.
///
/// Only numbers and short answers have such keys; all others stand for themselves. The result does not depend on the
/// order of the keys.
package enum KeyMerging {
    /// The representative of each key's cluster: the most frequent key in it, then the shortest, then the least.
    ///
    /// Numbers are sorted by value and joined with their neighbour when they are the same within
    /// `NumberKey.tolerance`; a cluster never has two different whole numbers. Short answers are joined when one is the
    /// other with whole words before or after it and the F1 of their words is at least 0.8; the clusters are the connected
    /// components of that relation.
    package static func merged(keys: [(kind: TurnKind, key: String)]) -> [String: String] {
        var representatives: [String: String] = [:]
        for kind in TurnKind.allCases {
            var counts: [String: Int] = [:]
            for (_, key) in keys.lazy.filter({ $0.kind == kind }) { counts[key, default: 0] += 1 }
            for cluster in clusters(of: counts.keys.sorted(), kind: kind) {
                let representative = cluster.min { isBetter($0, $1, counts: counts) }
                // A text that is a key of two kinds keeps the cluster it was first given.
                for key in cluster where representatives[key] == nil { representatives[key] = representative }
            }
        }
        return representatives
    }

    private static func isBetter(_ a: String, _ b: String, counts: [String: Int]) -> Bool {
        let (often, seldom) = (counts[a] ?? 0, counts[b] ?? 0)
        if often != seldom { return often > seldom }
        return a.count != b.count ? a.count < b.count : a < b
    }

    private static func clusters(of keys: [String], kind: TurnKind) -> [[String]] {
        switch kind {
        case .number: numbers(keys)
        case .short: components(of: keys)
        case .toolCall, .json, .choice, .code, .prose: keys.map { [$0] }
        }
    }

    private static func numbers(_ keys: [String]) -> [[String]] {
        let values = keys.compactMap(NumberKey.Value.init).sorted {
            $0.approximate != $1.approximate ? $0.approximate < $1.approximate : $0.key < $1.key
        }
        var clusters: [[NumberKey.Value]] = []
        for value in values {
            if let run = clusters.last, let neighbour = run.last, neighbour.isNear(value),
                !(value.isWhole && run.contains { $0.isWhole })
            {
                clusters[clusters.count - 1].append(value)
            } else {
                clusters.append([value])
            }
        }
        return clusters.map { $0.map(\.key) } + keys.filter { NumberKey.Value($0) == nil }.map { [$0] }
    }

    private static func components(of keys: [String]) -> [[String]] {
        let words = keys.map { $0.split(separator: " ") }
        var roots = Array(keys.indices)
        for one in keys.indices {
            for other in keys.indices where other > one && roots[one] != roots[other] {
                guard isExtension(words[one], of: words[other]) || isExtension(words[other], of: words[one]) else {
                    continue
                }
                let (kept, joined) = (min(roots[one], roots[other]), max(roots[one], roots[other]))
                for place in roots.indices where roots[place] == joined { roots[place] = kept }
            }
        }
        return Set(roots).sorted().map { root in keys.indices.filter { roots[$0] == root }.map { keys[$0] } }
    }

    /// Whether `long` is `short` with words around it that add detail, the F1 of the two being at least 0.8.
    private static func isExtension(_ long: [Substring], of short: [Substring]) -> Bool {
        // With all of `short` in `long`, F1 is 2·short / (short + long).
        guard short.count < long.count, 10 * short.count >= 4 * (short.count + long.count) else { return false }
        return (0...(long.count - short.count)).contains { start in
            let end = start + short.count
            return long[start..<end].elementsEqual(short)
                && !(long[..<start] + long[end...]).contains(where: changesMeaning)
        }
    }

    /// Negations, alternatives and numbers make another answer of what they are added to.
    private static func changesMeaning(_ word: Substring) -> Bool {
        contraries.contains(word) || word.hasSuffix("n't") || word.contains(where: \.isNumber)
            || word.allSatisfy { "ivx".contains($0) }
    }

    private static let contraries: Set<Substring> = [
        "not", "no", "non", "never", "nor", "neither", "without", "except", "and", "or", "but", "nicht", "kein",
        "keine",
        "ohne", "und", "oder", "ne", "pas", "sans", "et", "ou", "sin", "y", "o", "senza", "niet", "geen", "en", "não",
        "sem", "e",
    ]
}
