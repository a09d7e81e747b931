/// One candidate that another node asks for.
package struct AskedCandidate: Sendable, Equatable {
    /// Its place in the vote of the node that asks, 0…999.
    package var index: Int
    package var seed: UInt64
    /// As warm as the asking node would draw it; `nil` goes by the request and the model here.
    package var temperature: Double?

    package init(index: Int, seed: UInt64, temperature: Double? = nil) {
        self.index = index
        self.seed = seed
        self.temperature = temperature
    }
}
