import SwarmCore
import Testing

@testable import LlamaEngine

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

struct LogitsTests {
    private static func random(_ count: Int, seed: UInt64) -> [Float] {
        var generator = SplitMix64(seed: seed)
        return (0..<count).map { _ in Float.random(in: -30...30, using: &generator) }
    }

    @Test(arguments: [1, 2, 15, 16, 17, 100, 2048, 5003])
    func theSummaryAgreesWithDoublePrecision(count: Int) {
        let logits = Self.random(count, seed: UInt64(count))
        let summary = unsafe logits.withUnsafeBufferPointer { unsafe LogitSummary($0) }
        let maximum = Double(logits.max() ?? 0)
        var total = 0.0
        for logit in logits { total += pow(M_E, Double(logit) - maximum) }
        let expected = maximum + log(total)
        let mean = logits.reduce(0.0) { $0 + Double($1) } / Double(count)
        #expect(abs(Double(summary.logSumExp) - expected) < 1e-4)
        #expect(abs(Double(summary.selfCertainty) - (expected - mean - log(Double(count)))) < 1e-3)
    }

    @Test(arguments: 0..<40)
    func theLargestLogitsAreTheHeadOfTheSortedOnes(seed: Int) {
        var generator = SplitMix64(seed: UInt64(seed))
        let count = Int.random(in: 1...3000, using: &generator)
        // Few distinct values, so that ties happen.
        let logits = (0..<count).map { _ in Float(Int.random(in: -50...50, using: &generator)) }
        let wanted = Int.random(in: 0...200, using: &generator)
        let found = unsafe logits.withUnsafeBufferPointer { unsafe largestLogits($0, count: wanted) }
        let sorted = logits.enumerated().sorted { ($0.element, $1.offset) > ($1.element, $0.offset) }.prefix(wanted)
        #expect(found.map(\.token) == sorted.map { Int32($0.offset) })
        #expect(found.map(\.logit) == sorted.map(\.element))
    }

    @Test func exponentialsAreGoodToSevenDigits() {
        var x = SIMD16<Float>(repeating: 0)
        for step in 0..<1000 {
            for lane in 0..<16 { x[lane] = -Float(step * 16 + lane) * 0.0054 }
            let result = exponential(x)
            for lane in 0..<16 {
                let expected = exp(Double(x[lane]))
                #expect(abs(Double(result[lane]) - expected) <= expected * 3e-7)
            }
        }
        #expect(exponential(SIMD16(repeating: -1000)) == SIMD16(repeating: 0))
    }

    @Test func thinkingBeginsAndEndsAtItsMarkers() {
        let reading = AnswerReading(isPlainText: false, thinkingStart: "<think>", thinkingEnds: ["</think>"])
        var gate = ThinkingGate(reading)
        var open: [Bool] = []
        for piece in ["a<th", "ink>b", "c</thi", "nk>", "d"] {
            gate.feed(Array(piece.utf8))
            open.append(gate.isOpen)
        }
        #expect(open == [false, true, true, false, false])
    }
}
