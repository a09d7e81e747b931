import ModelCatalog

/// Writes small GGUF files, right or wrong ones.
struct GGUFBuilder {
    enum Value {
        case uint32(UInt32)
        case int32(Int32)
        case uint64(UInt64)
        case bool(Bool)
        case string(String)
        case numbers([UInt32])
        case strings([String])
        /// A list that claims a type and a length, with any bytes behind it.
        case claim(type: UInt32, count: UInt64, bytes: [UInt8])
        case listOfLists
    }

    struct Tensor {
        var name: String
        var dimensions: [UInt64]
        var type: UInt32 = 0
        var offset: UInt64?
    }

    var magic: [UInt8] = Array("GGUF".utf8)
    var version: UInt32 = 3
    var values: [(key: String, value: Value)] = []
    var tensors: [Tensor] = []
    var tensorCount: UInt64?
    var valueCount: UInt64?
    var alignment: UInt64 = 32
    /// Bytes of weights behind the header; `nil` takes what the tensors need.
    var weights: Int?

    /// The values of a model with so many layers.
    static func model(
        _ architecture: String = "llama",
        layers: Int = 2,
        embedding: Int = 64,
        heads: Int = 4,
        keyValueHeads: Int = 2,
        more: [(key: String, value: Value)] = []
    ) -> GGUFBuilder {
        var builder = GGUFBuilder()
        builder.values = [
            ("general.architecture", .string(architecture)),
            ("\(architecture).block_count", .uint32(UInt32(layers))),
            ("\(architecture).context_length", .uint32(4096)),
            ("\(architecture).embedding_length", .uint32(UInt32(embedding))),
            ("\(architecture).feed_forward_length", .uint32(128)),
            ("\(architecture).attention.head_count", .uint32(UInt32(heads))),
            ("\(architecture).attention.head_count_kv", .uint32(UInt32(keyValueHeads))),
            ("tokenizer.ggml.tokens", .strings(["a", "b", "c"])),
        ]
        for more in more {
            builder.values.removeAll { $0.key == more.key }
            builder.values.append(more)
        }
        builder.tensors = [Tensor(name: "token_embd.weight", dimensions: [UInt64(embedding), 8])]
        for layer in 0..<layers {
            builder.tensors.append(
                Tensor(name: "blk.\(layer).attn_q.weight", dimensions: [UInt64(embedding), 64], type: 2)
            )
            builder.tensors.append(Tensor(name: "blk.\(layer).attn_norm.weight", dimensions: [UInt64(embedding)]))
        }
        return builder
    }

    var bytes: [UInt8] {
        var out = magic
        append(UInt64(version), 4, &out)
        append(tensorCount ?? UInt64(tensors.count), 8, &out)
        append(valueCount ?? UInt64(values.count), 8, &out)
        for (key, value) in values {
            append(key, &out)
            append(value, &out)
        }
        var place: UInt64 = 0
        for tensor in tensors {
            append(tensor.name, &out)
            append(UInt64(tensor.dimensions.count), 4, &out)
            for dimension in tensor.dimensions { append(dimension, 8, &out) }
            append(UInt64(tensor.type), 4, &out)
            append(tensor.offset ?? place, 8, &out)
            let size = TensorType(rawValue: tensor.type)?.bytes(of: tensor.dimensions) ?? 0
            place += (min(size, 1 << 20) + alignment - 1) / alignment * alignment
        }
        while UInt64(out.count) % alignment != 0 { out.append(0) }
        out += [UInt8](repeating: 7, count: weights ?? Int(min(place, 1 << 22)))
        return out
    }

    private func append(_ number: UInt64, _ width: Int, _ out: inout [UInt8]) {
        for byte in 0..<width { out.append(UInt8(truncatingIfNeeded: number >> (8 * UInt64(byte)))) }
    }

    private func append(_ text: String, _ out: inout [UInt8]) {
        append(UInt64(text.utf8.count), 8, &out)
        out += Array(text.utf8)
    }

    private func append(_ value: Value, _ out: inout [UInt8]) {
        switch value {
        case .uint32(let number):
            append(4, 4, &out)
            append(UInt64(number), 4, &out)
        case .int32(let number):
            append(5, 4, &out)
            append(UInt64(UInt32(bitPattern: number)), 4, &out)
        case .uint64(let number):
            append(10, 4, &out)
            append(number, 8, &out)
        case .bool(let isOn):
            append(7, 4, &out)
            append(isOn ? 1 : 0, 1, &out)
        case .string(let text):
            append(8, 4, &out)
            append(text, &out)
        case .numbers(let numbers):
            append(9, 4, &out)
            append(4, 4, &out)
            append(UInt64(numbers.count), 8, &out)
            for number in numbers { append(UInt64(number), 4, &out) }
        case .strings(let texts):
            append(9, 4, &out)
            append(8, 4, &out)
            append(UInt64(texts.count), 8, &out)
            for text in texts { append(text, &out) }
        case .claim(let type, let count, let bytes):
            append(9, 4, &out)
            append(UInt64(type), 4, &out)
            append(count, 8, &out)
            out += bytes
        case .listOfLists:
            append(9, 4, &out)
            append(9, 4, &out)
            append(1, 8, &out)
            append(4, 4, &out)
            append(0, 8, &out)
        }
    }
}
