package import Hardware
package import ModelCatalog
package import ModelStore

/// One way to come to a model; of several the first that works is taken.
package struct ModelStep: Sendable, Equatable {
    /// Where its file is.
    package enum Place: Sendable, Equatable {
        /// A path that a person named.
        case path(String)
        /// On this machine already.
        case found(FoundModel)
        /// On a hub.
        case hub(ModelArtifact)
        /// In a repository of a hub: which file is meant depends on what it has.
        case repository(HubReference)
        /// The one that comes with the program.
        case bundled
    }

    package var place: Place
    /// What clients call it unless told otherwise; `nil` takes the name of the file.
    package var name: String?
    /// How it was reckoned, where the catalogue knows it.
    package var choice: Selection.Choice?
    /// Why it is this one, in words for the log; `nil` when a person named it.
    package var reason: String?

    package init(_ place: Place, name: String? = nil, choice: Selection.Choice? = nil, reason: String? = nil) {
        self.place = place
        self.name = name
        self.choice = choice
        self.reason = reason
    }
}

/// Which model is to be loaded.
package struct ModelQuestion: Sendable {
    package var catalogue: Catalogue
    package var machine: Machine
    /// What is on this machine already.
    package var found: [FoundModel]
    /// What the model is chosen for.
    package var wish: Wish
    /// Models may be fetched that nobody named.
    package var mayFetch: Bool

    package init(catalogue: Catalogue, machine: Machine, found: [FoundModel], wish: Wish, mayFetch: Bool) {
        self.catalogue = catalogue
        self.machine = machine
        self.found = found
        self.wish = wish
        self.mayFetch = mayFetch
    }

    /// Points of quality that a model on this machine may have less than one that would have to be fetched.
    private static let convenience = 5

    /// The steps to the model that a person named, or to one that is chosen when nobody named one.
    ///
    /// - Throws: when nothing is called so, or it does not fit; what would fit is named, and never taken in its place.
    package func steps(to name: String?) throws -> [ModelStep] {
        guard let name else { return try stepsByItself() }
        switch try ModelReference(name, aliases: catalogue.aliases) {
        case .path(let path): return [ModelStep(.path(path))]
        case .hub(let reference): return [hub(reference)]
        case .catalogue(let query):
            var wish = wish
            wish.only = query
            let choices = try Selection.choose(catalogue, on: machine, wish)
            if choices.isEmpty, let refusal = try Selection.refusal(catalogue, on: machine, wish) {
                throw Failure(refusal)
            }
            // What is here is taken before anything is fetched.
            if let here = choices.lazy.compactMap({ self.here($0) }).first { return [here] }
            return choices.prefix(1).map { ModelStep($0.place, name: $0.entry.served, choice: $0) }
        }
    }

    /// The steps to a model when nobody named one: the best for this machine, then what is here, then the bundled one.
    private func stepsByItself() throws -> [ModelStep] {
        let choices = try Selection.choose(catalogue, on: machine, wish).filter { !$0.entry.isBundled }
        let here = choices.compactMap { self.here($0) }
        var steps: [ModelStep] = []
        if mayFetch, let best = choices.first {
            let isHere = here.first.flatMap(\.choice).map { Self.isAsGood($0, as: best) } ?? false
            if !isHere {
                let reason = "the best for this machine: " + best.reasons.joined(separator: "; ")
                steps.append(ModelStep(best.place, name: best.entry.served, choice: best, reason: reason))
            }
        }
        if let first = here.first {
            var step = first
            step.reason = "the best of what is on this machine"
            steps.append(step)
        }
        let reason =
            mayFetch
            ? "the hub cannot be reached and no model that fits is on this machine: bumble is a toy that comes with the program"
            : "no model was chosen and none that fits is on this machine: bumble is a toy that comes with the program; "
                + "`swarm` shows a menu, --auto picks and fetches a real one"
        return steps + [ModelStep(.bundled, name: "bumble", reason: reason)]
    }

    /// A choice that needs no fetching; `nil` when its file is not on this machine.
    private func here(_ choice: Selection.Choice) -> ModelStep? {
        if choice.entry.isBundled { return ModelStep(.bundled, name: choice.entry.family.id, choice: choice) }
        let match = found.first { $0.isSame(as: choice.entry) }
        return match.map { ModelStep(.found($0), name: choice.entry.served, choice: choice) }
    }

    private func hub(_ reference: HubReference) -> ModelStep {
        let here = found.first { found in
            guard let artifact = found.artifact, artifact.repository == reference.repository else { return false }
            guard reference.revision == "main" || artifact.revision == reference.revision else { return false }
            if let file = reference.file { return artifact.files.first?.name == file }
            let own = artifact.files.first.flatMap { Quantisation.found(in: $0.name) }
            return reference.quantisation.map { $0 == own } ?? true
        }
        if let here { return ModelStep(.found(here)) }
        return ModelStep(reference.artifact.map { .hub($0) } ?? .repository(reference))
    }

    private static func isAsGood(_ ours: Selection.Choice, as best: Selection.Choice) -> Bool {
        ours.fit.context >= best.fit.context && ours.entry.quality + convenience >= best.entry.quality
    }
}

extension Selection.Choice {
    fileprivate var place: ModelStep.Place { entry.isBundled ? .bundled : .hub(entry.build.artifact) }
}

extension Catalogue.Entry {
    /// What clients call it, for example `qwen2.5-coder:7b`.
    package var served: String { isBundled ? family.id : "\(family.id):\(size.id)" }
}

extension FoundModel {
    /// The file of a catalogue's entry, by where it came from, by its name, or by what Ollama calls it.
    func isSame(as entry: Catalogue.Entry) -> Bool {
        guard entry.format == .gguf, let file = entry.build.artifact.files.first?.name else { return false }
        if let artifact {
            return artifact.repository.lowercased() == entry.build.artifact.repository.lowercased()
                && artifact.files.first?.name == file
        }
        if origin == .ollama {
            let parts = name.lowercased().split(separator: ":").map(String.init)
            guard parts.count == 2, parts[0] == entry.family.id else { return false }
            // Tags such as `7b`, `7b-instruct-q8_0`; a bare size is 4-bit.
            let size = parts[1].split(separator: "-").first.map(String.init)
            return (size == entry.size.id || size.map { entry.size.aliases.contains($0) } ?? false)
                && (Quantisation.found(in: parts[1]) ?? Quantisation("q4_k_m")) == entry.build.quantisation
        }
        func last(_ path: String) -> Substring? { path.lowercased().split(separator: "/").last }
        return paths.first.flatMap(last) == last(file)
    }
}
