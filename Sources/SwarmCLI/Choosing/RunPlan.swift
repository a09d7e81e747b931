package import Hardware
package import ModelCatalog

/// With what context and memory a model runs on a machine.
package struct RunPlan: Sendable, Equatable {
    package var context: Int
    package var cells: Int
    /// `nil` leaves it to llama.cpp.
    package var gpuLayers: Int?
    /// The context had to be made shorter than agents want, or than the model could.
    package var isShortened: Bool
    package var fit: Fit

    /// What a person set.
    package struct Given: Sendable, Equatable {
        package var context: Int?
        package var cells: Int?
        package var gpuLayers: Int?
        package var candidates: Int?

        package init(context: Int? = nil, cells: Int? = nil, gpuLayers: Int? = nil, candidates: Int? = nil) {
            self.context = context
            self.cells = cells
            self.gpuLayers = gpuLayers
            self.candidates = candidates
        }
    }

    /// Contexts that are tried when nobody named one, in tokens.
    package static let contexts = [32_768, 16_384, 8192, 4096, 2048]

    /// Reckons how a model runs; the context gives way before the model does, and only where nobody named one.
    ///
    /// - Throws: when it does not fit, with what is lacking and what would help.
    package static func make(
        for model: ModelShape,
        named name: String,
        on machine: Machine,
        given: Given
    ) throws(Misfit) -> RunPlan {
        let contexts = given.context.map { [$0] } ?? Self.contexts
        let search = FitSearch(
            contexts: contexts,
            // A number that was named is kept.
            counts: given.candidates.map { [$0...$0] } ?? FitSearch.votes(of: 5, atLeast: 3),
            request: FitRequest(cells: given.cells, gpuLayers: given.gpuLayers)
        )
        guard let fit = search.best(of: model, on: machine) else {
            throw Misfit(for: model, named: name, on: machine, given: given)
        }
        return RunPlan(
            context: fit.context,
            cells: fit.cells,
            gpuLayers: given.gpuLayers ?? (machine.accelerators.isEmpty ? nil : fit.gpuLayers),
            isShortened: given.context == nil && fit.context < min(contexts[0], model.contextLength),
            fit: fit
        )
    }
}

/// A model for which there is not enough memory.
package struct Misfit: Error, Sendable, Equatable, CustomStringConvertible {
    package var name: String
    /// In bytes.
    package var missing: UInt64
    /// The context that was tried last.
    package var context: Int
    /// A context with which it would fit.
    package var shorter: Int?

    /// What lacks least, and a shorter context that would do.
    fileprivate init(for model: ModelShape, named name: String, on machine: Machine, given: RunPlan.Given) {
        let shortest = FitRequest(
            context: given.context ?? RunPlan.contexts.last,
            candidates: given.candidates ?? 1,
            cells: given.cells,
            gpuLayers: given.gpuLayers
        )
        let fit = Fit.of(model, on: machine, shortest)
        missing = if case .none(let lacking) = fit.verdict { lacking } else { 0 }
        context = fit.context
        self.name = name
        shorter = given.context.flatMap { wanted in
            RunPlan.contexts.first { step in
                let request = FitRequest(context: step, candidates: given.candidates ?? 1)
                return step < wanted && Fit.of(model, on: machine, request).verdict.fits
            }
        }
    }

    package var description: String {
        let cure =
            shorter.map { "with --context \($0) it fits" }
            ?? "close other programs, or choose a smaller model: `swarm models` marks those that fit"
        return
            "\(name) does not fit: \(Amount.words(missing)) of memory are lacking for a context of \(context) tokens; "
            + "\(cure) (`swarm fit` shows the arithmetic)"
    }
}
