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
    /// log-sum-exp − mean − log V: how far the distribution is from uniform (Kang et al.
    ///
    /// 2025, arXiv 2502.18581).
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
/// Range reduction x = n·ln 2 + r with |r| ≤ ln 2 / 2, Taylor polynomial of degree 6 in r, exponent bits for 2^n.
@inline(__always)
func exponential(_ x: SIMD16<Float>) -> SIMD16<Float> {
    let clamped = x.clamped(lowerBound: SIMD16(repeating: -87), upperBound: SIMD16(repeating: 0))
    let n = (clamped * 1.442_695_04).rounded(.toNearestOrEven)
    var r = clamped - n * 0.693_145_75
    r -= n * 1.428_606_8e-6
    var p = SIMD16<Float>(repeating: 1.0 / 720)
    p = p * r + 1.0 / 120
    p = p * r + 1.0 / 24
    p = p * r + 1.0 / 6
    p = p * r + 0.5
    p = p * r + 1
    p = p * r + 1
    let exponent = SIMD16<Int32>(truncatingIfNeeded: SIMD16<Int32>(n) &+ 127) &<< 23
    let scale = unsafe unsafeBitCast(exponent, to: SIMD16<Float>.self)
    return (p * scale).replacing(with: 0, where: x .< -87)
}

/// The `count` largest logits with their tokens, largest first; ties by lower token.
///
/// One pass with a rising threshold: after a few blocks almost every block is rejected by one vector comparison.
func largestLogits(_ logits: UnsafeBufferPointer<Float>, count: Int) -> [(token: Int32, logit: Float)] {
    let count = min(count, logits.count)
    guard count > 0, let base = unsafe UnsafeRawPointer(logits.baseAddress) else { return [] }
    let precedes: ((token: Int32, logit: Float), (token: Int32, logit: Float)) -> Bool = {
        ($0.logit, $1.token) > ($1.logit, $0.token)
    }
    // Collect into a buffer of a few times the size; when it is full keep the best and raise the threshold.
    var found: [(token: Int32, logit: Float)] = []
    let room = max(count * 4, 256)
    found.reserveCapacity(room)
    var threshold = -Float.infinity
    func keepBest() {
        found.sort(by: precedes)
        if found.count > count { found.removeSubrange(count...) }
        if found.count == count, let last = found.last { threshold = last.logit }
    }
    let width = 16
    let blocks = logits.count / width
    for block in 0..<blocks {
        let values = unsafe base.loadUnaligned(fromByteOffset: block * width * 4, as: SIMD16<Float>.self)
        let above = values .> SIMD16(repeating: threshold)
        guard threshold == -.infinity || any(above) else { continue }
        for lane in 0..<width where values[lane] > threshold || (threshold == -.infinity && !values[lane].isNaN) {
            found.append((Int32(block * width + lane), values[lane]))
            if found.count == room { keepBest() }
        }
    }
    for index in (blocks * width)..<logits.count where unsafe !logits[index].isNaN {
        unsafe found.append((Int32(index), logits[index]))
        if found.count == room { keepBest() }
    }
    keepBest()
    return found
}
