/// A text made ready to be compared with many others.
package protocol Similarity: Sendable {
    /// Takes the text apart once.
    init(_ text: String)

    /// How much there is to compare; breaks ties towards the longer text.
    var length: Int { get }

    /// How well each of the two fares as a hypothesis with the other as its reference, 0…1; 1 for equal texts.
    func scores(with other: Self) -> (mine: Double, theirs: Double)
}
