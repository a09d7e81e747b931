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
        var least: Fit?
        // A vote is worth more than a long context to nobody who asked for neither: three candidates, else one.
        for context in contexts {
            for candidates in given.candidates.map({ [$0] }) ?? [5, 3, 1] {
                let request = FitRequest(
                    context: context,
                    candidates: candidates,
                    cells: given.cells,
                    gpuLayers: given.gpuLayers
                )
                let fit = Fit.of(model, on: machine, request)
                guard fit.verdict.fits else {
                    least = fit
                    continue
                }
                return RunPlan(
                    context: fit.context,
                    cells: fit.cells,
                    gpuLayers: given.gpuLayers ?? (machine.accelerators.isEmpty ? nil : fit.gpuLayers),
                    isShortened: given.context == nil && context < min(contexts[0], model.contextLength),
                    fit: fit
                )
            }
        }
        var shorter: Int?
        if let context = given.context {
            shorter = Self.contexts.first { step in
                step < context
                    && Fit.of(model, on: machine, FitRequest(context: step, candidates: given.candidates ?? 1)).verdict
                        .fits
            }
        }
        var missing: UInt64 = 0
        if case .none(let lacking)? = least?.verdict { missing = lacking }
        throw Misfit(name: name, missing: missing, context: least?.context ?? 0, shorter: shorter)
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

    package var description: String {
        let cure =
            shorter.map { "with --context \($0) it fits" }
            ?? "close other programs, or choose a smaller model: `swarm models` marks those that fit"
        return
            "\(name) does not fit: \(Amount.words(missing)) of memory are lacking for a context of \(context) tokens; "
            + "\(cure) (`swarm fit` shows the arithmetic)"
    }
}
