/// How much each layer remembers, as llama.cpp reckons it (llama-hparams.cpp and llama-kv-cache.cpp).
struct LayerMemory {
    /// Numbers per cell.
    var keys: [UInt64]
    var values: [UInt64]
    /// Numbers per sequence.
    var states: [UInt64]

    init(_ header: HeaderValues, layers: Int) throws(GGUFError) {
        let none = [UInt64](repeating: 0, count: layers)
        let heads = try header.perLayer("attention.head_count", layers: layers) ?? none
        let keyValueHeads = try header.perLayer("attention.head_count_kv", layers: layers) ?? heads
        let embedding = try header.size("embedding_length", in: 1...1 << 24)
        let most = heads.max() ?? 0
        let even = most > 0 ? embedding / most : 0
        let keyLength = try header.sizeIfAny("attention.key_length", in: 0...1 << 20) ?? even
        let valueLength = try header.sizeIfAny("attention.value_length", in: 0...1 << 20) ?? even
        // Multi-head latent attention keeps one compressed row per cell, and no values beside it.
        let isLatent = try header.sizeIfAny("attention.key_length_mla", in: 0...1 << 20) ?? 0 > 0
        let shared = try header.sizeIfAny("attention.shared_kv_layers", in: 0...4096) ?? 0
        let state = try Self.state(header, embedding: embedding)
        let isPurelyRecurrent = most == 0 || keyValueHeads.allSatisfy { $0 == 0 }
        keys = none
        values = none
        states = none
        // Of every so many layers one attends, and the others have running states (Qwen3-Next and later).
        let interval = try header.sizeIfAny("full_attention_interval", in: 0...4096) ?? 0
        for layer in 0..<layers {
            if interval > 1, (UInt64(layer) + 1) % interval != 0 {
                states[layer] = state
                continue
            }
            let remembers =
                keyValueHeads[layer] > 0 && !(shared > 0 && layer >= layers - Int(min(shared, UInt64(layers))))
            if remembers, !isPurelyRecurrent {
                keys[layer] = keyValueHeads[layer] * keyLength
                values[layer] = isLatent ? 0 : keyValueHeads[layer] * valueLength
            }
            // Falcon-H1 has both in every layer.
            if keyValueHeads[layer] == 0 || header.architecture == "falcon-h1" { states[layer] = state }
        }
    }

    /// Numbers of a running state of one layer: of Mamba and its like, or of RWKV.
    private static func state(_ header: HeaderValues, embedding: UInt64) throws(GGUFError) -> UInt64 {
        if let head = try header.sizeIfAny("wkv.head_size", in: 0...1 << 16), head > 0 {
            let shifts = try header.sizeIfAny("token_shift_count", in: 0...16) ?? 2
            return embedding * (head + shifts)
        }
        let kernel = try header.sizeIfAny("ssm.conv_kernel", in: 0...1 << 16) ?? 0
        let inner = try header.sizeIfAny("ssm.inner_size", in: 0...1 << 24) ?? 0
        let size = try header.sizeIfAny("ssm.state_size", in: 0...1 << 16) ?? 0
        let groups = try header.sizeIfAny("ssm.group_count", in: 0...1 << 16) ?? 0
        return (kernel > 0 ? kernel - 1 : 0) * (inner + 2 * groups * size) + size * inner
    }
}

/// A model's tensors by where they are used.
struct SortedTensors {
    var layers: [[TensorType: UInt64]]
    var matrices: [[TensorType: UInt64]]
    var input: UInt64 = 0
    var inputRows: UInt64?
    var output: UInt64 = 0
    var outputMatrices: [TensorType: UInt64] = [:]
    var hasOutputMatrix = false
    private var expertBytes: UInt64 = 0
    private var otherBytes: UInt64 = 0

    init(_ tensors: [GGUFHeader.Tensor], layers count: Int, architecture: String) {
        layers = Array(repeating: [:], count: count)
        matrices = layers
        for tensor in tensors {
            if let layer = Self.layer(of: tensor.name), layer < count {
                layers[layer][tensor.type, default: 0] += tensor.bytes
                if Self.canBeRepacked(tensor) { matrices[layer][tensor.type, default: 0] += tensor.bytes }
                if tensor.name.contains("_exps.") { expertBytes += tensor.bytes } else { otherBytes += tensor.bytes }
            } else if tensor.name == "token_embd.weight" {
                input += tensor.bytes
                inputRows = tensor.dimensions.count > 1 ? tensor.dimensions[1] : nil
            } else if Self.isInput(tensor.name) {
                input += tensor.bytes
            } else {
                output += tensor.bytes
                if tensor.name == "output.weight" { hasOutputMatrix = true }
                if Self.canBeRepacked(tensor) { outputMatrices[tensor.type, default: 0] += tensor.bytes }
            }
        }
    }

    /// Weights that are read for one token: of the embeddings one row unless they are the output too.
    func active(experts: UInt64, used: UInt64) -> UInt64 {
        let share = experts > 0 && used > 0 ? expertBytes / experts * min(used, experts) : expertBytes
        return otherBytes + share + output + (hasOutputMatrix ? 0 : input)
    }

    /// The number in `blk.7.attn_q.weight`.
    private static func layer(of name: String) -> Int? {
        guard name.hasPrefix("blk.") else { return nil }
        return Int(name.dropFirst(4).prefix { $0 != "." })
    }

    private static func isInput(_ name: String) -> Bool {
        name.hasPrefix("token_") || name.hasPrefix("position_embd") || name.hasPrefix("per_layer_token_embd")
    }

    /// Matrices whose rows come in groups of eight; those of experts too.
    private static func canBeRepacked(_ tensor: GGUFHeader.Tensor) -> Bool {
        tensor.dimensions.count >= 2 && tensor.dimensions[1] % 8 == 0 && tensor.name.hasSuffix(".weight")
    }
}
