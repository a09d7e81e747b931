extension ModelShape {
    /// Most layers of any real model, and some more.
    private static let mostLayers: UInt64 = 4096

    /// Reads the shape from the headers of a model's parts, in any order.
    ///
    /// - Throws: when a value is missing or makes no sense, or a part is missing.
    package init(_ headers: [GGUFHeader]) throws(GGUFError) {
        let parts = headers.sorted { $0.partNumber < $1.partNumber }
        guard let first = parts.first else { throw .parts("there is no part of the model") }
        guard parts.map(\.partNumber) == Array(0..<first.partCount) else {
            throw .parts("\(first.partCount) parts belong together; here are \(parts.map(\.partNumber))")
        }
        let values = HeaderValues(first)
        let layerCount = try values.size("block_count", in: 1...Self.mostLayers)
        let memory = try LayerMemory(values, layers: Int(layerCount))
        let tensors = parts.flatMap(\.tensors)
        let sorted = SortedTensors(tensors, layers: Int(layerCount), architecture: values.architecture)
        let embedding = try values.size("embedding_length", in: 1...1 << 24)
        let experts = try values.sizeIfAny("expert_count", in: 0...1 << 16) ?? 0
        let used = try values.sizeIfAny("expert_used_count", in: 0...1 << 16) ?? 0
        let vocabulary = sorted.inputRows ?? values.tokens
        guard vocabulary > 0 else { throw .value(key: "tokenizer.ggml.tokens", reason: "is missing") }
        self.init(
            architecture: values.architecture,
            layers: (0..<Int(layerCount)).map { layer in
                Layer(
                    weights: sorted.layers[layer],
                    matrices: sorted.matrices[layer],
                    keyLength: memory.keys[layer],
                    valueLength: memory.values[layer],
                    stateLength: memory.states[layer]
                )
            },
            inputBytes: sorted.input,
            outputBytes: sorted.output,
            outputMatrices: sorted.outputMatrices,
            isTied: !sorted.hasOutputMatrix,
            embeddingLength: embedding,
            feedForwardLength: try Self.feedForward(values, used: used),
            vocabulary: vocabulary,
            tokenizerEntries: values.tokens + values.merges,
            tokenizerBytes: values.tokenizerBytes,
            contextLength: Int(try values.sizeIfAny("context_length", in: 1...1 << 31) ?? 2048),
            slidingWindow: try values.sizeIfAny("attention.sliding_window", in: 0...1 << 31).flatMap {
                $0 > 0 ? Int($0) : nil
            },
            hasRunningState: memory.states.contains { $0 > 0 },
            activeBytes: sorted.active(experts: experts, used: used),
            fileBytes: parts.reduce(0) { $0 + $1.fileBytes },
            isExact: true
        )
    }

    private static func feedForward(_ values: HeaderValues, used: UInt64) throws(GGUFError) -> UInt64 {
        let dense = try values.largest("feed_forward_length") ?? 0
        let expert = try values.largest("expert_feed_forward_length") ?? 0
        return max(dense, expert * max(1, used))
    }
}

/// The values of a header under the name of its architecture, checked.
struct HeaderValues {
    let architecture: String
    private let header: GGUFHeader

    init(_ header: GGUFHeader) {
        self.header = header
        if case .string(let name) = header.metadata["general.architecture"] {
            architecture = name
        } else {
            architecture = ""
        }
    }

    private func value(_ name: String) -> GGUFValue? { header.metadata["\(architecture).\(name)"] }

    func size(_ name: String, in range: ClosedRange<UInt64>) throws(GGUFError) -> UInt64 {
        guard let size = try sizeIfAny(name, in: range) else {
            throw .value(
                key: "\(architecture.isEmpty ? "general.architecture" : architecture).\(name)",
                reason: "is missing"
            )
        }
        return size
    }

    func sizeIfAny(_ name: String, in range: ClosedRange<UInt64>) throws(GGUFError) -> UInt64? {
        guard let value = value(name) else { return nil }
        guard let size = value.size, range.contains(size) else {
            throw .value(
                key: "\(architecture).\(name)",
                reason: "is not between \(range.lowerBound) and \(range.upperBound)"
            )
        }
        return size
    }

    /// One number per layer, of a list or one that holds for all.
    func perLayer(_ name: String, layers: Int) throws(GGUFError) -> [UInt64]? {
        switch value(name) {
        case nil: return nil
        case .numbers(let numbers) where numbers.count >= layers && numbers.allSatisfy { $0 <= 1 << 24 }:
            return Array(numbers.prefix(layers))
        case let value?:
            guard let size = value.size, size <= 1 << 24 else {
                throw .value(key: "\(architecture).\(name)", reason: "is no size, nor one for each layer")
            }
            return Array(repeating: size, count: layers)
        }
    }

    func largest(_ name: String) throws(GGUFError) -> UInt64? {
        if case .numbers(let numbers) = value(name) { return numbers.max().map { min($0, 1 << 24) } }
        return try sizeIfAny(name, in: 0...1 << 24)
    }

    /// How many tokens the vocabulary has.
    var tokens: UInt64 { count("tokenizer.ggml.tokens") }
    var merges: UInt64 { count("tokenizer.ggml.merges") }

    /// Bytes that the tokeniser's lists take in the file.
    var tokenizerBytes: UInt64 {
        header.metadata.reduce(0) { sum, entry in
            if entry.key.hasPrefix("tokenizer."), case .list(_, let bytes) = entry.value { sum + bytes } else { sum }
        }
    }

    private func count(_ key: String) -> UInt64 {
        if case .list(let count, _) = header.metadata[key] { count } else { 0 }
    }
}
