/// A small, fast, well-mixed generator for deriving seeds and for reproducible tests.
///
/// SplitMix64, Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
package struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

extension Sampling {
    /// The seed of candidate `index`: candidate 0 keeps the request's, the others derive theirs from it.
    package static func seed(ofCandidate index: Int, request seed: UInt64) -> UInt64 {
        guard index > 0 else { return seed }
        var generator = SplitMix64(seed: seed &+ UInt64(index) &* 0xD129_0DA9_9E3B_3A1D)
        return generator.next()
    }
}
