package import SwarmCore

/// Which program to take, from what its runs showed and how much it is like the others.
///
/// Programs that do not parse are dropped, then those that pass fewer of the user's examples. With at least five tests of
/// unknown truth the groups that pass the same of them are ranked as in CodeT (Chen et al. 2022, arXiv 2207.10397);
/// otherwise agreement of outputs (Shi et al. 2022, arXiv 2204.11454) and similarity are added up.
package struct CodeScore: Sendable, Equatable {
    /// What is known of one candidate.
    package struct Candidate: Sendable, Equatable {
        /// Mean chrF of its canonical code against that of the others, 0…1.
        package var similarity: Double
        package var finding: CodeEvidence.Finding?
        /// Length of its code; of equals the longer is taken.
        package var length: Int

        package init(similarity: Double, finding: CodeEvidence.Finding? = nil, length: Int) {
            self.similarity = similarity
            self.finding = finding
            self.length = length
        }
    }

    /// The strongest evidence that told candidates apart.
    package enum Basis: String, Sendable, CaseIterable {
        case similarity, outputs, examples, tests
    }

    /// Places of the candidates, best first; those dropped come last.
    package let order: [Int]
    /// Per candidate what it was ranked by; 0 for those dropped.
    package let scores: [Double]
    package let basis: Basis
    /// The share of candidates not dropped that behave as the winner does, or without runs the winner's similarity; 0…1.
    package let agreement: Double
    /// Candidates that behave alike, largest group first; a program without any result is in none.
    package let clusters: [[Int]]

    /// From so many tests on they are worth more than outputs alone (measured by the authors of CodeT with 5 per sample).
    package static let minimumTests = 5
    /// What full similarity is worth against full agreement of outputs.
    package static let similarityWeight = 0.5
    /// Scores closer than this are the same: they differ in rounding only.
    private static let tolerance = 1e-9

    package init(_ candidates: [Candidate]) {
        let all = Array(candidates.indices)
        let findings = candidates.map { $0.finding ?? CodeEvidence.Finding() }
        let parsed = all.filter { findings[$0].isValid != false }
        let valid = parsed.isEmpty ? all : parsed
        let passes = findings.map { $0.passedExamples.count { $0 } }
        let most = valid.map { passes[$0] }.max() ?? 0
        let kept = valid.filter { passes[$0] == most }

        let tested = Self.testScores(findings, kept)
        let agreements = Self.outputScores(findings, kept)
        let similarities = candidates.map(\.similarity)
        var scores = candidates.map { _ in 0.0 }
        var basis = kept.count < valid.count ? Basis.examples : .similarity
        if let tested {
            for place in kept { scores[place] = tested[place] }
            basis = .tests
        } else {
            for place in kept { scores[place] = agreements[place] + Self.similarityWeight * similarities[place] }
            if kept.contains(where: { agreements[$0] > 0 }) {
                basis = .outputs
            } else {
                for place in kept { scores[place] = similarities[place] }
            }
        }

        let ranks = all.map { place in
            [
                kept.contains(place) ? 1 : 0, valid.contains(place) ? 1 : 0, Double(passes[place]), scores[place],
                similarities[place], Double(candidates[place].length),
            ]
        }
        order = Self.sorted(all, by: ranks)
        self.scores = scores
        self.basis = basis
        clusters = Self.clusters(findings, valid)
        agreement = Self.agreement(order.first, of: kept, findings, basis, similarities)
    }

    /// Best first: numbers are compared one after the other, equal places keep their order.
    private static func sorted(_ places: [Int], by ranks: [[Double]]) -> [Int] {
        // Rounding first: "equal within a tolerance" is no order, since it is not transitive.
        let steps = ranks.map { $0.map { ($0 / tolerance).rounded() * tolerance } }
        return places.sorted { one, other in
            for (mine, theirs) in zip(steps[one], steps[other]) where mine != theirs { return mine > theirs }
            return one < other
        }
    }

    /// Per candidate the number of tests passed, times the root of the number of candidates that pass the same ones.
    private static func testScores(_ findings: [CodeEvidence.Finding], _ kept: [Int]) -> [Double]? {
        guard (kept.map { findings[$0].passedTests.count }.max() ?? 0) >= minimumTests else { return nil }
        var sizes: [[Bool]: Int] = [:]
        for place in kept { sizes[findings[place].passedTests, default: 0] += 1 }
        let scores = findings.map { finding in
            Double(finding.passedTests.count { $0 }) * Double(sizes[finding.passedTests] ?? 0).squareRoot()
        }
        return kept.contains { scores[$0] > 0 } ? scores : nil
    }

    /// Per candidate the share of equal outputs over the other candidates and the calls.
    private static func outputScores(_ findings: [CodeEvidence.Finding], _ kept: [Int]) -> [Double] {
        let calls = kept.map { findings[$0].outputs.count }.max() ?? 0
        var scores = findings.map { _ in 0.0 }
        guard calls > 0, kept.count > 1 else { return scores }
        for one in kept {
            var equal = 0
            for other in kept where other != one {
                for (mine, theirs) in zip(findings[one].outputs, findings[other].outputs) {
                    equal += mine != nil && mine == theirs ? 1 : 0
                }
            }
            scores[one] = Double(equal) / Double((kept.count - 1) * calls)
        }
        return scores
    }

    /// How a candidate behaves, as far as it ran; `nil` when it gave nothing to compare.
    private struct Behaviour: Hashable {
        var outputs: [String?]
        var passed: [Bool]

        init?(_ finding: CodeEvidence.Finding) {
            outputs = finding.outputs
            passed = outputs.isEmpty ? finding.passedTests + finding.passedExamples : []
            if !outputs.contains(where: { $0 != nil }), !passed.contains(true) { return nil }
        }
    }

    private static func clusters(_ findings: [CodeEvidence.Finding], _ valid: [Int]) -> [[Int]] {
        var clusters: [Behaviour: [Int]] = [:]
        for place in valid {
            if let behaviour = Behaviour(findings[place]) { clusters[behaviour, default: []].append(place) }
        }
        return clusters.values.sorted { $0.count != $1.count ? $0.count > $1.count : $0[0] < $1[0] }
    }

    private static func agreement(
        _ winner: Int?,
        of kept: [Int],
        _ findings: [CodeEvidence.Finding],
        _ basis: Basis,
        _ similarities: [Double]
    ) -> Double {
        guard let winner, !kept.isEmpty else { return 0 }
        let alike: Int
        if basis == .tests {
            alike = kept.count { findings[$0].passedTests == findings[winner].passedTests }
        } else if let behaviour = Behaviour(findings[winner]), !behaviour.outputs.isEmpty {
            alike = kept.count { findings[$0].outputs == behaviour.outputs }
        } else {
            return min(1, max(0, similarities[winner]))
        }
        return Double(alike) / Double(kept.count)
    }
}
