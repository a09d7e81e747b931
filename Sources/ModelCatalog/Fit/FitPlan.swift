import Hardware

/// Tries ways to spread a model over a machine.
struct FitPlan {
    let model: ModelShape
    let machine: Machine
    let request: FitRequest
    let context: Int
    /// What each layer takes, reckoned once: there are many ways to try.
    let costs: [LayerCost]
    /// The accelerators that llama.cpp uses, with their places in the machine: those that share the processor's memory only
    /// where there are no others (`llama_prepare_model_devices`).
    let accelerators: [(place: Int, device: Accelerator)]

    init(model: ModelShape, machine: Machine, request: FitRequest) {
        self.model = model
        self.machine = machine
        self.request = request
        context = request.context(of: model)
        costs = model.layers.map { LayerCost($0, request.cache, machine.processor) }
        let all = machine.accelerators.enumerated().map { (place: $0.offset, device: $0.element) }
            .filter(\.device.isWorthUsing)
        let discrete = all.filter { !$0.device.isUnified }
        accelerators = discrete.isEmpty ? all : discrete
    }

    var leastCells: Int { request.leastCells(context: context) }

    /// With as many cells as fit, at least `leastCells`.
    func best(gpuLayers: Int) -> Fit {
        let most = fit(gpuLayers: gpuLayers, cells: request.wantedCells(context: context))
        if most.verdict.fits { return most }
        var best = fit(gpuLayers: gpuLayers, cells: leastCells)
        guard best.verdict.fits else { return best }
        var low = leastCells / 256
        var high = most.cells / 256
        while high - low > 1 {
            let middle = (low + high) / 2
            let fit = fit(gpuLayers: gpuLayers, cells: middle * 256)
            if fit.verdict.fits {
                best = fit
                low = middle
            } else {
                high = middle
            }
        }
        return best
    }

    /// As many layers on accelerators as they hold, and the others with the processor, whether these fit or not.
    ///
    /// - Returns: `nil` when the accelerators hold no layer.
    var split: Fit? {
        var best: Fit?
        var low = 0
        var high = costs.count + 1
        while high - low > 1 {
            let middle = (low + high) / 2
            let fit = fit(gpuLayers: middle, cells: leastCells)
            if fit.loads.allSatisfy({ $0.place == .processor || $0.isWithin }) {
                best = fit
                low = middle
            } else {
                high = middle
            }
        }
        return best
    }

    /// One way, whether it fits or not.
    func fit(gpuLayers: Int, cells: Int) -> Fit {
        let places = places(gpuLayers: gpuLayers)
        let terms = FitTerms(plan: self, cells: cells, places: places).all
        let loads = loads(terms)
        let missing = loads.reduce(0) { $0 + $1.missing }
        let verdict: Fit.Verdict =
            if missing > 0 {
                .none(missing: missing)
            } else if gpuLayers == 0 || accelerators.isEmpty {
                .processor
            } else if gpuLayers > costs.count {
                .accelerator
            } else {
                .split(layers: gpuLayers, of: costs.count + 1)
            }
        let share = places.filter { $0 != .processor }.count
        let active = model.activeBytes
        let fast = active / UInt64(places.count) * UInt64(share)
        return Fit(
            verdict: verdict,
            context: context,
            candidates: request.candidates,
            cells: cells,
            gpuLayers: accelerators.isEmpty ? 0 : gpuLayers,
            terms: terms,
            loads: loads,
            isExact: model.isExact,
            activeOnAccelerators: share == places.count ? active : fast,
            activeOnProcessor: share == places.count ? 0 : active - fast
        )
    }

    /// The place of each layer, and of the output as the last: the first ones stay with the processor, the others are spread
    /// in proportion to what is free (`llama_model::load_tensors`).
    private func places(gpuLayers: Int) -> [Fit.Place] {
        let count = costs.count + 1
        let onAccelerators = min(gpuLayers, count)
        guard onAccelerators > 0, !accelerators.isEmpty else { return Array(repeating: .processor, count: count) }
        let free = accelerators.map { Double(self.free($0.device)) }
        let sum = max(1, free.reduce(0, +))
        var borders: [Double] = []
        for part in free { borders.append((borders.last ?? 0) + part / sum) }
        return (0..<count).map { layer in
            let place = layer - (count - onAccelerators)
            guard place >= 0 else { return .processor }
            let share = Double(place) / Double(onAccelerators)
            let device = borders.firstIndex { $0 > share } ?? borders.count - 1
            return .accelerator(accelerators[device].place)
        }
    }

    /// What of an accelerator is free now.
    private func free(_ device: Accelerator) -> UInt64 { min(device.free ?? device.total, device.total) }

    private func loads(_ terms: [Fit.Term]) -> [Fit.Load] {
        var loads: [Fit.Load] = []
        var shared: UInt64 = 0
        for (place, device) in accelerators {
            let needed = Self.sum(terms, at: .accelerator(place))
            if needed > 0 {
                loads.append(.init(place: .accelerator(place), name: device.name, needed: needed, free: free(device)))
            }
            if device.isUnified { shared += needed }
        }
        loads.append(
            .init(
                place: .processor,
                name: shared > 0 ? "memory, shared" : "memory",
                needed: Self.sum(terms, at: .processor) + shared,
                free: machine.memory.available
            )
        )
        return loads
    }

    private static func sum(_ terms: [Fit.Term], at place: Fit.Place) -> UInt64 {
        terms.filter { $0.place == place && $0.part != .originals }.reduce(0) { $0 + $1.bytes }
    }
}

/// What one layer takes.
struct LayerCost {
    var bytes: UInt64
    /// Of `bytes` those that this processor copies into another order.
    var copied: UInt64
    /// Per KV cell.
    var cell: UInt64
    /// Numbers of a running state.
    var state: UInt64

    init(_ layer: ModelShape.Layer, _ cache: CacheType, _ processor: Processor) {
        bytes = layer.bytes
        copied = Repacking.bytes(of: layer.matrices, on: processor)
        cell = layer.cellBytes(cache)
        state = layer.stateLength
    }
}
