/// A model that the menu offers.
package struct Suggestion: Sendable, Equatable {
    /// For people, such as `Qwen2.5-Coder 7B, q4_k_m`.
    package var title: String
    /// On disk, in words.
    package var size: String
    /// How fast it is likely to be, in a word or two.
    package var speed: String
    /// How it fits into this machine and where its file is, in a sentence or two.
    package var fit: String
    /// What `model.path` is set to.
    package var reference: String
    /// The longest context it can have; `nil` when that is not known.
    package var context: Int?

    package init(
        title: String,
        size: String,
        speed: String,
        fit: String,
        reference: String,
        context: Int? = nil
    ) {
        self.title = title
        self.size = size
        self.speed = speed
        self.fit = fit
        self.reference = reference
        self.context = context
    }
}
