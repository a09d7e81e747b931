import Hardware

/// The arithmetic of one way to spread a model.
struct FitTerms {
    let plan: FitPlan
    let cells: Int
    /// Of each layer, and of the output as the last.
    let places: [Fit.Place]

    private var model: ModelShape { plan.model }
    private var batch: UInt64 { UInt64(FitRequest.batch) }

    var all: [Fit.Term] {
        let used = plan.accelerators.map { Fit.Place.accelerator($0.place) }.filter { places.contains($0) }
        return used.flatMap { accelerator($0, of: used.count) } + processor(usesAccelerators: !used.isEmpty)
    }

    // MARK: Accelerators

    /// An accelerator allocates what it may ever need at the start.
    private func accelerator(_ place: Fit.Place, of count: Int) -> [Fit.Term] {
        let layers = layers(at: place)
        let hasOutput = places.last == place
        let weights = layers.reduce(0) { $0 + $1.bytes } + (hasOutput ? output(isCopied: true) : 0)
        var terms = [
            Fit.Term(
                part: .weights,
                place: place,
                bytes: weights,
                note: layersNote(layers.count, hasOutput: hasOutput)
            ),
            cache(layers, place),
        ]
        terms += state(layers, place)
        // With several accelerators llama.cpp works on four batches at once, each with inputs of its own
        // (GGML_SCHED_MAX_COPIES).
        let inputs = masks(of: cells) * (count > 1 ? 4 : 1)
        let logits = hasOutput ? batch * 4 * (model.vocabulary + 2 * model.embeddingLength) : 0
        let compute = max(logits, inputs + activations)
        terms.append(.init(part: .compute, place: place, bytes: compute, note: "a batch of \(batch) tokens"))
        if let margin = margin(place) { terms.append(margin) }
        return terms
    }

    /// A discrete accelerator keeps some memory for its driver and for what others draw; shared memory has one margin only.
    private func margin(_ place: Fit.Place) -> Fit.Term? {
        guard let device = plan.accelerators.first(where: { .accelerator($0.place) == place })?.device,
            !device.isUnified
        else { return nil }
        let bytes = max(512 << 20, device.total / 20)
        return .init(part: .margin, place: place, bytes: bytes, note: "a twentieth of the device, at least 512 MiB")
    }

    // MARK: Processor

    private func processor(usesAccelerators: Bool) -> [Fit.Term] {
        let place = Fit.Place.processor
        let layers = layers(at: place)
        let hasOutput = places.last == place
        let copied = copied(layers, hasOutput: hasOutput)
        let mapped = model.inputBytes + layers.reduce(0) { $0 + $1.bytes } + (hasOutput ? output(isCopied: false) : 0)
        var terms = [
            Fit.Term(
                part: .weights,
                place: place,
                bytes: mapped - min(mapped, copied),
                note: "embeddings, " + layersNote(layers.count, hasOutput: hasOutput)
            )
        ]
        if copied > 0 {
            terms.append(.init(part: .copies, place: place, bytes: copied, note: "in the order of this processor"))
            terms.append(.init(part: .originals, place: place, bytes: copied, note: "dropped when memory is short"))
        }
        if !layers.isEmpty { terms.append(cache(layers, place)) }
        terms += state(layers, place)
        terms.append(
            .init(part: .compute, place: place, bytes: processorCompute(layers), note: "a batch of \(batch) tokens")
        )
        terms.append(outputs(usesAccelerators: usesAccelerators))
        terms.append(
            .init(
                part: .tokenizer,
                place: place,
                bytes: model.tokenizerEntries * Measured.bytesPerTokenizerEntry,
                note: "\(model.tokenizerEntries) tokens and merges"
            )
        )
        terms.append(.init(part: .program, place: place, bytes: Measured.program, note: "the program itself"))
        let margin = max(256 << 20, plan.machine.memory.available / 10)
        terms.append(
            .init(part: .margin, place: place, bytes: margin, note: "a tenth of what is free, at least 256 MiB")
        )
        return terms
    }

    /// Logits as they leave the model, and what sampling makes of them.
    ///
    /// An accelerator's come into pinned memory, all of it there from the start; the processor's are written twice, in the
    /// graph and behind it, but only the rows in use.
    private func outputs(usesAccelerators: Bool) -> Fit.Term {
        let candidates = UInt64(plan.request.candidates)
        let rows = usesAccelerators ? UInt64(plan.request.sequences) : 2 * max(candidates, Measured.outputRows)
        let bytes = (rows * 4 + candidates * Measured.bytesPerDrawnToken) * model.vocabulary
        return .init(
            part: .outputs,
            place: .processor,
            bytes: bytes,
            note: "\(rows) rows of the vocabulary, and drawing"
        )
    }

    /// The processor's buffers are reserved for the worst case too, but the system gives only what is written to: of the
    /// logits a few rows, of the mask the cells in use.
    private func processorCompute(_ layers: [LayerCost]) -> UInt64 {
        // A batch that wide belongs to a prompt, which has at most the context.
        return masks(of: min(cells, plan.context)) + (layers.isEmpty ? batch * 4 * model.embeddingLength : activations)
    }

    /// Weights that are copied into another order.
    private func copied(_ layers: [LayerCost], hasOutput: Bool) -> UInt64 {
        layers.reduce(0) { $0 + $1.copied }
            + (hasOutput ? Repacking.bytes(of: model.outputMatrices, on: plan.machine.processor) : 0)
    }

    // MARK: Both

    private func layers(at place: Fit.Place) -> [LayerCost] {
        zip(plan.costs, places).filter { $1 == place }.map { $0.0 }
    }

    /// - Parameter isCopied: an accelerator has a copy of the embeddings when they are the output matrix too.
    private func output(isCopied: Bool) -> UInt64 {
        model.outputBytes + (isCopied && model.isTied ? model.inputBytes : 0)
    }

    private func layersNote(_ count: Int, hasOutput: Bool) -> String {
        "\(count) of \(model.layers.count) layers" + (hasOutput ? " and the output" : "")
    }

    private func cache(_ layers: [LayerCost], _ place: Fit.Place) -> Fit.Term {
        let perCell = layers.reduce(0) { $0 + $1.cell }
        let bytes = UInt64(cells) * perCell
        return .init(part: .cache, place: place, bytes: bytes, note: "\(cells) cells of \(perCell) bytes")
    }

    private func state(_ layers: [LayerCost], _ place: Fit.Place) -> [Fit.Term] {
        let numbers = layers.reduce(0) { $0 + $1.state }
        guard numbers > 0 else { return [] }
        // As `EngineSettings.shape` has it.
        let sequences = UInt64(min(plan.request.sequences, 16))
        let bytes = sequences * numbers * 4
        return [
            .init(part: .state, place: place, bytes: bytes, note: "\(sequences) running states of \(numbers * 4) bytes")
        ]
    }

    /// Who sees whom, in 16 bits per cell and token; windowed layers have a mask of their own.
    private func masks(of cells: Int) -> UInt64 { UInt64(cells) * batch * 2 * (model.slidingWindow == nil ? 1 : 2) }

    /// What one layer holds of a batch at its widest.
    private var activations: UInt64 { batch * 4 * 3 * (model.embeddingLength + model.feedForwardLength) }
}

/// What was measured with `make bench ARGS=fit`; see Benchmarks/README.md.
enum Measured {
    /// Bytes in memory per token and per merge of a tokeniser.
    static let bytesPerTokenizerEntry: UInt64 = 270
    /// Rows of logits that the measurement at the start writes.
    static let outputRows: UInt64 = 8
    /// Bytes per token of the vocabulary that a candidate takes to draw one (`llama_token_data`).
    static let bytesPerDrawnToken: UInt64 = 12
    /// The program, its libraries and its stacks.
    static let program: UInt64 = 58 << 20
}

/// Which matrices the processor's part of llama.cpp copies into another order (`ggml_repack_get_optimal_repack_type`).
enum Repacking {
    static func bytes(of matrices: [TensorType: UInt64], on processor: Processor) -> UInt64 {
        matrices.reduce(0) { $0 + (happens($1.key, on: processor) ? $1.value : 0) }
    }

    static func happens(_ type: TensorType, on processor: Processor) -> Bool {
        let features = processor.features
        let isWide = features.contains("avx2")
        let hasProducts = ["dotprod", "matmul_int8", "i8mm", "asimddp"].contains { features.contains($0) }
        return switch type {
        case .q4_0, .q4_K, .iq4_nl, .mxfp4: isWide || hasProducts
        case .q2_K: features.contains { $0.hasPrefix("avx512") }
        case .q5_K, .q6_K, .q8_0: hasProducts
        default: false
        }
    }
}
