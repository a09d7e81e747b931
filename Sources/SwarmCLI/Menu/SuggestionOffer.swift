package import Hardware
package import ModelCatalog
package import ModelStore

/// What the menu offers: the best for this machine that can be had.
package struct SuggestionOffer: Sendable {
    package var catalogue: Catalogue
    package var machine: Machine
    /// What is on this machine already.
    package var found: [FoundModel]
    package var isHubReached: Bool

    package init(catalogue: Catalogue, machine: Machine, found: [FoundModel], isHubReached: Bool) {
        self.catalogue = catalogue
        self.machine = machine
        self.found = found
        self.isHubReached = isHubReached
    }

    private static let count = 3

    /// What the user should know before choosing.
    package var notes: [String] {
        isHubReached ? [] : ["the hub cannot be reached: only what is on this machine can be had"]
    }

    /// At most three, the best first, each another model; what was chosen before comes on top of these.
    ///
    /// - Parameter remembered: what `model.path` is set to.
    package func suggestions(remembered: String? = nil) throws -> [Suggestion] {
        let choices = try Selection.choose(catalogue, on: machine)
        var taken: [Selection.Choice] = []
        for choice in choices where !choice.entry.isBundled {
            guard isHubReached || isHere(choice) else { continue }
            // Another quantisation of the same model is no other choice.
            let isNew = !taken.contains { $0.entry.served == choice.entry.served }
            if isNew, taken.count < Self.count { taken.append(choice) }
        }
        var suggestions = taken.map(suggestion)
        if suggestions.isEmpty { suggestions = bundled }
        if let remembered, !suggestions.contains(where: { $0.reference == remembered }) {
            suggestions.insert(again(remembered, choices), at: 0)
        }
        return suggestions
    }

    private func isHere(_ choice: Selection.Choice) -> Bool { found.contains { $0.isSame(as: choice.entry) } }

    private func suggestion(_ choice: Selection.Choice) -> Suggestion {
        let entry = choice.entry
        let bytes = entry.bytes
        let place = isHere(choice) ? "It is on this machine already" : "It is fetched from the hub first"
        return Suggestion(
            title: "\(entry.name), \(entry.build.quantisation)",
            size: (bytes.isEstimate ? "~" : "") + Amount.words(bytes.count),
            speed: choice.speed.rawValue,
            fit: "\(place). With \(choice.fit.context) tokens of context and \(choice.fit.candidates) "
                + "candidate\(choice.fit.candidates == 1 ? "" : "s") it \(choice.fit.verdict.words) and takes "
                + "\(Amount.words(choice.fit.needed)).",
            reference: entry.id,
            context: entry.size.context
        )
    }

    private var bundled: [Suggestion] {
        guard let entry = catalogue.entries.first(where: \.isBundled) else { return [] }
        return [
            Suggestion(
                title: entry.name,
                size: Amount.words(entry.bytes.count),
                speed: SpeedClass.fast.rawValue,
                fit: "A toy that comes with the program: it adds small numbers and repeats facts. It shows how a vote "
                    + "works, and is of no use for anything else.",
                reference: entry.family.id,
                context: entry.size.context
            )
        ]
    }

    private func again(_ reference: String, _ choices: [Selection.Choice]) -> Suggestion {
        if let choice = choices.first(where: { $0.entry.id == reference }) {
            var suggestion = suggestion(choice)
            suggestion.fit = "As last time. " + suggestion.fit
            return suggestion
        }
        return Suggestion(title: reference, size: "", speed: "", fit: "As last time.", reference: reference)
    }
}
