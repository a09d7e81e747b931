import Foundation
import ModelCatalog
import Testing

@Suite struct ModelShapeTests {
    private func header(_ builder: GGUFBuilder) throws -> GGUFHeader {
        guard case .header(let header) = try GGUFHeader.read(builder.bytes) else { throw GGUFError.notGGUF }
        return header
    }

    private func shape(_ builder: GGUFBuilder) throws -> ModelShape { try ModelShape([header(builder)]) }

    @Test func theBundledModelHasTheMemoryThatLlamaCppReports() throws {
        let shape = try ModelShape(GGUFFile.headers(of: Bumble.path))
        #expect(shape.isExact)
        #expect(shape.layers.count == 6)
        // "CPU KV buffer size = 6.00 MiB" with 4096 cells, "CPU_Mapped model buffer size = 2.35 MiB".
        #expect(shape.cellBytes(.f16) * 4096 == 6 << 20)
        #expect(shape.weightBytes == 2_464_512)
        #expect(shape.isTied)
        #expect(shape.vocabulary == 2048)
        #expect(shape.contextLength == 2048)
        #expect(shape.activeBytes == shape.weightBytes)
        #expect(!shape.hasRunningState)
    }

    @Test func headsMayDifferFromLayerToLayer() throws {
        let shape = try shape(.model(more: [("llama.attention.head_count_kv", .numbers([1, 4]))]))
        #expect(shape.layers.map(\.keyLength) == [16, 64])
        #expect(shape.layers.map(\.valueLength) == [16, 64])
    }

    @Test func statedHeadSizesReplaceTheEvenShare() throws {
        let more: [(key: String, value: GGUFBuilder.Value)] = [
            ("llama.attention.key_length", .uint32(128)), ("llama.attention.value_length", .uint32(96)),
        ]
        let shape = try shape(.model(more: more))
        #expect(shape.layers[0].keyLength == 256)
        #expect(shape.layers[0].valueLength == 192)
        #expect(shape.cellBytes(.f16) == 2 * (256 + 192) * 2)
        #expect(shape.cellBytes(.q8_0) == 2 * (256 + 192) / 32 * 34)
    }

    @Test func latentAttentionKeepsKeysOnly() throws {
        let shape = try shape(
            .model(
                "deepseek2",
                keyValueHeads: 1,
                more: [
                    ("deepseek2.attention.key_length", .uint32(576)),
                    ("deepseek2.attention.value_length", .uint32(512)),
                    ("deepseek2.attention.key_length_mla", .uint32(192)),
                    ("deepseek2.attention.value_length_mla", .uint32(128)),
                ]
            )
        )
        #expect(shape.cellBytes(.f16) == 2 * 576 * 2)
    }

    @Test func runningStatesCountPerSequenceAndNotPerCell() throws {
        let more: [(key: String, value: GGUFBuilder.Value)] = [
            ("jamba.attention.head_count_kv", .numbers([0, 2])), ("jamba.ssm.conv_kernel", .uint32(4)),
            ("jamba.ssm.inner_size", .uint32(64)), ("jamba.ssm.state_size", .uint32(8)),
        ]
        let shape = try shape(.model("jamba", more: more))
        #expect(shape.hasRunningState)
        #expect(shape.layers[0].stateLength == 3 * 64 + 8 * 64)
        #expect(shape.layers[0].keyLength == 0)
        #expect(shape.layers[1].stateLength == 0)
        #expect(shape.layers[1].keyLength == 32)
    }

    @Test func ofExpertsOnlyThoseInUseAreReadForAToken() throws {
        var builder = GGUFBuilder.model(
            "qwen3moe",
            more: [("qwen3moe.expert_count", .uint32(8)), ("qwen3moe.expert_used_count", .uint32(2))]
        )
        builder.tensors.append(.init(name: "blk.0.ffn_up_exps.weight", dimensions: [64, 32, 8]))
        let shape = try shape(builder)
        let experts: UInt64 = 64 * 32 * 8 * 4
        #expect(shape.weightBytes - shape.activeBytes == experts / 8 * 6)
    }

    @Test func anOutputMatrixOfItsOwnIsCountedOnce() throws {
        var builder = GGUFBuilder.model()
        #expect(try shape(builder).isTied)
        builder.tensors.append(.init(name: "output.weight", dimensions: [64, 8]))
        let shape = try shape(builder)
        #expect(!shape.isTied)
        #expect(shape.outputBytes == 64 * 8 * 4)
    }

    @Test func aSplitModelIsReadFromAllItsParts() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("parts-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let whole = GGUFBuilder.model()
        var first = whole
        var second = GGUFBuilder()
        first.tensors = Array(whole.tensors.prefix(2))
        second.tensors = Array(whole.tensors.dropFirst(2))
        first.values += [("split.no", .uint32(0)), ("split.count", .uint32(2))]
        second.values = [("split.no", .uint32(1)), ("split.count", .uint32(2))]
        let paths = ["m-00001-of-00002.gguf", "m-00002-of-00002.gguf"].map { folder.appendingPathComponent($0) }
        try Data(first.bytes).write(to: paths[0])
        #expect(throws: GGUFError.unreadable(paths[1].path)) { try GGUFFile.headers(of: paths[0].path) }
        try Data(second.bytes).write(to: paths[1])
        let shape = try ModelShape(GGUFFile.headers(of: paths[0].path))
        #expect(shape.weightBytes == (try self.shape(whole)).weightBytes)
        #expect(shape.layers == (try self.shape(whole)).layers)
    }

    @Test func aMissingPartIsNoModel() throws {
        var builder = GGUFBuilder.model()
        builder.values += [("split.no", .uint32(0)), ("split.count", .uint32(3))]
        let header = try header(builder)
        #expect(throws: GGUFError.self) { try ModelShape([header]) }
    }

    static let wrong: [(key: String, value: GGUFBuilder.Value)] = [
        ("llama.block_count", .uint32(0)), ("llama.block_count", .uint64(1 << 40)),
        ("llama.block_count", .string("six")),
        ("llama.embedding_length", .int32(-1)), ("llama.attention.head_count_kv", .numbers([1])),
        ("llama.attention.key_length", .uint64(.max)), ("general.architecture", .uint32(1)),
    ]

    @Test(arguments: wrong.indices)
    func valuesThatMakeNoSenseAreNamed(place: Int) throws {
        let (key, value) = Self.wrong[place]
        let header = try header(.model(more: [(key, value)]))
        let error = #expect(throws: GGUFError.self) { try ModelShape([header]) }
        let name = key == "general.architecture" ? "general.architecture" : key
        #expect(error?.description.contains(name) == true, "\(error?.description ?? "")")
    }
}
