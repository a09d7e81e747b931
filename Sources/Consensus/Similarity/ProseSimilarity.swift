/// How alike two texts of prose are: half of chrF with β = 2, half of ROUGE-L's F1.
package struct ProseSimilarity: Similarity {
    private let characters: ChrF
    private let words: RougeL

    package var length: Int { characters.length }

    package init(_ text: String) {
        characters = ChrF(text)
        words = RougeL(text)
    }

    package func scores(with other: ProseSimilarity) -> (mine: Double, theirs: Double) {
        let (mine, theirs) = characters.scores(with: other.characters)
        let common = words.score(against: other.words)
        return (0.5 * (mine + common), 0.5 * (theirs + common))
    }
}
