package import Hardware

/// Chooses a model for a machine: context first, then the best model, then the number of candidates.
package enum Selection {
    /// A model with how it would run.
    package struct Choice: Sendable, Equatable {
        package var entry: Catalogue.Entry
        package var fit: Fit
        package var speed: SpeedClass
        /// Why it, one sentence each, in the order of the decisions.
        package var reasons: [String]

        /// The model's rank, less what waiting costs.
        ///
        /// A good answer that comes late is worth less, and a model that is split reads prompts slowly. Points are this
        /// project's judgement, as the ranks are.
        package var worth: Int {
            var worth = entry.quality
            if case .split = fit.verdict { worth -= 6 }
            switch speed {
            case .fast: break
            case .usable: worth -= 2
            case .slow: worth -= 10
            case .tooSlow: worth -= 30
            }
            return worth
        }
    }

    /// What is possible, the best first; empty when nothing is.
    ///
    /// - Throws: when the wish names a model that is not in the catalogue.
    package static func choose(
        _ catalogue: Catalogue,
        on machine: Machine,
        _ wish: Wish = Wish()
    ) throws(ModelReferenceError) -> [Choice] {
        let entries = try allowed(catalogue, wish)
        var candidates = entries.compactMap { candidate($0, machine, wish) }
        // What somebody asked for by name may be slow.
        if wish.only == nil { candidates.removeAll { $0.speed < wish.slowest } }
        let ranked = candidates.sorted { isBetter($0, $1) }
        return ranked.enumerated().map { place, choice in
            var choice = choice
            choice.reasons = reasons(choice, isFirst: place == 0, all: ranked, wish)
            return choice
        }
    }

    /// What lacks least when a wish by name cannot be met, and what would fit in its place: words for an error.
    ///
    /// - Returns: `nil` when it can be met.
    package static func refusal(
        _ catalogue: Catalogue,
        on machine: Machine,
        _ wish: Wish
    ) throws(ModelReferenceError) -> String? {
        guard try choose(catalogue, on: machine, wish).isEmpty, let query = wish.only else { return nil }
        let smallest = FitRequest(context: wish.contexts.last, candidates: 1, cache: wish.cache)
        let fits = try allowed(catalogue, wish).map { ($0, Fit.of($0.shape, on: machine, smallest)) }
        let least = fits.compactMap { entry, fit -> (entry: Catalogue.Entry, missing: UInt64)? in
            if case .none(let missing) = fit.verdict { (entry, missing) } else { nil }
        }.min { $0.missing < $1.missing }
        var free = wish
        free.only = nil
        let others = try choose(catalogue, on: machine, free).prefix(3).map(\.entry.id)
        let lack = least.map { ": \($0.entry.id) lacks \(Amount.words($0.missing)) even with a short context" } ?? ""
        let cure = others.isEmpty ? "; nothing else fits either" : "; what fits: \(others.joined(separator: ", "))"
        return "\(query) does not fit this machine\(lack)\(cure)"
    }

    private static func allowed(_ catalogue: Catalogue, _ wish: Wish) throws(ModelReferenceError) -> [Catalogue.Entry] {
        if let query = wish.only { return try catalogue.entries(matching: query, format: wish.format) }
        return catalogue.entries.filter { entry in
            entry.format == wish.format && wish.abilities.isSubset(of: entry.size.abilities)
        }
    }

    private static func candidate(_ entry: Catalogue.Entry, _ machine: Machine, _ wish: Wish) -> Choice? {
        let search = FitSearch(
            contexts: contexts(of: entry, wish),
            counts: FitSearch.votes(of: wish.candidates, atLeast: wish.fewestCandidates),
            request: FitRequest(cache: wish.cache)
        )
        return search.best(of: entry.shape, on: machine).map { fit in
            Choice(entry: entry, fit: fit, speed: SpeedClass.of(fit, on: machine), reasons: [])
        }
    }

    /// The steps that a model can take, or its own context where that is shorter than all.
    private static func contexts(of entry: Catalogue.Entry, _ wish: Wish) -> [Int] {
        let possible = wish.contexts.filter { $0 <= entry.size.context }
        return possible.isEmpty ? [entry.size.context] : possible
    }

    /// A vote before none, a longer context, the model that is worth more, then more candidates.
    private static func isBetter(_ a: Choice, _ b: Choice) -> Bool {
        if a.entry.isBundled != b.entry.isBundled { return b.entry.isBundled }
        let order = [
            (a.fit.candidates > 1 ? 1 : 0, b.fit.candidates > 1 ? 1 : 0), (a.fit.context, b.fit.context),
            (a.worth, b.worth), (a.fit.candidates, b.fit.candidates),
        ]
        for (ours, theirs) in order where ours != theirs { return ours > theirs }
        return (a.entry.bytes.count, a.entry.id) < (b.entry.bytes.count, b.entry.id)
    }

    private static func reasons(_ choice: Choice, isFirst: Bool, all: [Choice], _ wish: Wish) -> [String] {
        let fit = choice.fit
        var reasons: [String] = []
        let wanted = wish.contexts.first ?? fit.context
        let context =
            if fit.context >= wanted {
                "\(fit.context) tokens of context, as much as agents want"
            } else if choice.entry.size.context <= fit.context {
                "\(fit.context) tokens of context, all that the model was trained for"
            } else {
                "\(fit.context) tokens of context, the largest step that fits"
            }
        reasons.append(context)
        let place =
            switch fit.verdict {
            case .accelerator: "all of it on \(devices(fit))"
            case .split(let layers, let all):
                "\(layers) of \(all) layers on \(devices(fit)), the others on the processor"
            case .processor, .none: "on the processor"
            }
        reasons.append("\(Amount.words(fit.needed)) of memory, \(place)")
        if isFirst {
            let same = all.filter { $0.fit.context == fit.context && $0.entry.id != choice.entry.id }.count
            let rank = "rank \(choice.entry.quality) of 100"
            reasons.append(
                same > 0
                    ? "worth most of the \(same + 1) that fit with this context, \(rank)"
                    : "the only model that fits, \(rank)"
            )
        } else {
            reasons.append("rank \(choice.entry.quality) of 100")
        }
        reasons.append(
            "\(fit.candidates) candidate\(fit.candidates == 1 ? "" : "s") per answer, \(fit.cells) cells of memory"
        )
        reasons.append("likely \(choice.speed.rawValue)")
        return reasons
    }

    private static func devices(_ fit: Fit) -> String {
        let names = fit.loads.filter { $0.place != .processor }.map(\.name)
        return names.count > 1 ? "\(names.count) accelerators" : names.first ?? "the accelerator"
    }
}

/// Amounts of memory in words.
package enum Amount {
    /// For example `4.7 GB`; powers of ten, as disks and hubs count.
    package static func words(_ bytes: UInt64) -> String {
        let units = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1000, "kB")]
        for (size, name) in units where bytes >= UInt64(size) {
            let tenths = (bytes * 10 + UInt64(size) / 2) / UInt64(size)
            return tenths >= 1000 ? "\((tenths + 5) / 10) \(name)" : "\(tenths / 10).\(tenths % 10) \(name)"
        }
        return "\(bytes) bytes"
    }
}
