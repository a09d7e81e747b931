/// What a model is to be chosen for.
package struct Wish: Sendable, Equatable {
    /// Contexts to try, the largest first, in tokens; agents need 32768.
    package var contexts: [Int]
    /// Candidates per answer that are wanted, and the fewest that still make a vote.
    package var candidates: Int
    package var fewestCandidates: Int
    package var format: ModelArtifact.Format
    package var cache: CacheType
    /// What the model must have been trained for.
    package var abilities: Set<Catalogue.Ability>
    /// Models slower than this are not chosen.
    package var slowest: SpeedClass
    /// Only these models; `nil` allows all but the bundled one, which is taken when nothing else fits.
    package var only: CatalogueQuery?

    package init(
        contexts: [Int] = [32_768, 16_384, 8192, 4096],
        candidates: Int = 5,
        fewestCandidates: Int = 3,
        format: ModelArtifact.Format = .gguf,
        cache: CacheType = .f16,
        abilities: Set<Catalogue.Ability> = [.chat, .tools],
        slowest: SpeedClass = .slow,
        only: CatalogueQuery? = nil
    ) {
        self.contexts = contexts
        self.candidates = candidates
        self.fewestCandidates = fewestCandidates
        self.format = format
        self.cache = cache
        self.abilities = abilities
        self.slowest = slowest
        self.only = only
    }
}
