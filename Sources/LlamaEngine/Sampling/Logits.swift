#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What one pass over the raw logits of a token position tells, before any sampling rule touches them.
struct LogitSummary: Sendable, Equatable {
    var maximum: Float
    /// Natural log of the sum of exponentials: the logarithm of softmax's denominator.
    var logSumExp: Float
    /// log-sum-exp − mean − log V: how far the distribution is from uniform.
    ///
    /// Kang and others 2025, arXiv 2502.18581, there called self-certainty.
    var selfCertainty: Float

    init(_ logits: UnsafeBufferPointer<Float>) {
        let width = 16
        let blocks = logits.count / width
        var maxima = SIMD16<Float>(repeating: -.infinity)
        var sums = SIMD16<Float>(repeating: 0)
        let base = unsafe UnsafeRawPointer(logits.baseAddress)
        for block in 0..<blocks {
            guard let base = unsafe base else { break }
            let values = unsafe base.loadUnaligned(fromByteOffset: block * width * 4, as: SIMD16<Float>.self)
            maxima.replace(with: values, where: values .> maxima)
            sums += values
        }
        var maximum = maxima.max()
        var sum = Double(sums.sum())
        for index in (blocks * width)..<logits.count {
            unsafe maximum = max(maximum, logits[index])
            unsafe sum += Double(logits[index])
        }
        var exponentials = SIMD16<Float>(repeating: 0)
        let shift = SIMD16<Float>(repeating: maximum)
        for block in 0..<blocks {
            guard let base = unsafe base else { break }
            let values = unsafe base.loadUnaligned(fromByteOffset: block * width * 4, as: SIMD16<Float>.self)
            exponentials += exponential(values - shift)
        }
        var total = Double(exponentials.sum())
        for index in (blocks * width)..<logits.count { unsafe total += Double(exp(logits[index] - maximum)) }
        self.maximum = maximum
        logSumExp = maximum + Float(log(total))
        let count = Double(logits.count)
        selfCertainty = Float(Double(logSumExp) - sum / count - log(count))
    }
}

/// e^x for x ≤ 0, to about seven digits; 0 below −87, where the result would be subnormal.
///
/// Range reduction x = n·ln 2 + r with |r| ≤ ln 2 / 2, Taylor polynomial of degree 6 in r, exponent bits for 2^n. The sum
/// with 1.5·2²³ rounds to whole numbers and leaves them in its low bits: `rounded`, `clamped`, `pointwiseMax` and the
/// conversion to Int32 would be one call per lane, thirty times slower in all (measured).
@inline(__always)
func exponential(_ x: SIMD16<Float>) -> SIMD16<Float> {
    let lowest = SIMD16<Float>(repeating: -87)
    let clamped = x.replacing(with: lowest, where: x .< lowest)
    let shifted = clamped * 1.442_695_04 + 12_582_912
    let n = shifted - 12_582_912
    var r = clamped - n * 0.693_145_75
    r -= n * 1.428_606_8e-6
    var p = SIMD16<Float>(repeating: 1.0 / 720)
    p = p * r + 1.0 / 120
    p = p * r + 1.0 / 24
    p = p * r + 1.0 / 6
    p = p * r + 0.5
    p = p * r + 1
    p = p * r + 1
    let exponent = unsafe (unsafeBitCast(shifted, to: SIMD16<Int32>.self) &+ 127) &<< 23
    let scale = unsafe unsafeBitCast(exponent, to: SIMD16<Float>.self)
    return (p * scale).replacing(with: SIMD16(repeating: 0), where: x .< lowest)
}

/// The `count` largest logits with their tokens, largest first; ties by lower token.
///
/// One pass with a rising threshold: after a few blocks almost every block is rejected by one vector comparison.
func largestLogits(_ logits: UnsafeBufferPointer<Float>, count: Int) -> [(token: Int32, logit: Float)] {
    let count = min(count, logits.count)
    guard count > 0, let base = unsafe UnsafeRawPointer(logits.baseAddress) else { return [] }
    // A buffer of a few times the size; when it is full the best are kept and the threshold rises.
    var found: [UInt64] = []
    let room = max(count * 4, 256)
    found.reserveCapacity(room)
    var threshold = -Float.infinity
    // The threshold in every lane, made only when it changes: making it takes sixteen steps.
    var bar = SIMD16<Float>(repeating: threshold)
    func keepBest() {
        found.sort(by: >)
        if found.count > count { found.removeSubrange(count...) }
        if found.count == count, let last = found.last {
            threshold = unsafe logits[token(ofKey: last)]
            bar = SIMD16(repeating: threshold)
        }
    }
    func take(_ index: Int) {
        let value = unsafe logits[index]
        guard value > threshold || (threshold == -.infinity && !value.isNaN) else { return }
        found.append(sortingKey(token: index, logit: value))
        if found.count == room { keepBest() }
    }
    let width = 16
    let blocks = logits.count / width
    for block in 0..<blocks {
        if threshold > -.infinity {
            let values = unsafe base.loadUnaligned(fromByteOffset: block * width * 4, as: SIMD16<Float>.self)
            guard any(values .> bar) else { continue }
        }
        for index in block * width..<(block + 1) * width { take(index) }
    }
    for index in blocks * width..<logits.count { take(index) }
    keepBest()
    return found.map { key in unsafe (Int32(token(ofKey: key)), logits[token(ofKey: key)]) }
}

/// A whole number that sorts like a logit, and of equal logits like the lower token: sorting it needs no closure.
private func sortingKey(token: Int, logit: Float) -> UInt64 {
    let bits = logit.bitPattern
    let ordered = bits & 0x8000_0000 == 0 ? bits | 0x8000_0000 : ~bits
    return UInt64(ordered) << 32 | UInt64(~UInt32(truncatingIfNeeded: token))
}

private func token(ofKey key: UInt64) -> Int { Int(~UInt32(truncatingIfNeeded: key)) }
