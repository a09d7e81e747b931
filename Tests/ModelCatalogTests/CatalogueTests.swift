import ModelCatalog
import Testing

@Suite struct CatalogueTests {
    private func entry(_ id: String, _ format: ModelArtifact.Format = .gguf) throws -> Catalogue.Entry {
        let catalogue = try BuiltIn.catalogue.get()
        guard case .catalogue(let query) = try ModelReference(id) else { throw ModelReferenceError.empty }
        return try #require(try catalogue.entries(matching: query, format: format).first)
    }

    static let promised = [
        "qwen2.5-coder:0.5b", "qwen2.5-coder:1.5b", "qwen2.5-coder:3b", "qwen2.5-coder:7b", "qwen2.5-coder:14b",
        "qwen2.5-coder:32b", "qwen3-coder:30b-a3b", "qwen3:0.6b", "qwen3:1.7b", "qwen3:4b", "qwen3:8b",
        "deepseek-coder:1.3b",
        "deepseek-coder:6.7b", "deepseek-coder-v2:lite", "codellama:7b", "codellama:13b", "codellama:34b",
        "starcoder2:3b",
        "starcoder2:7b", "starcoder2:15b", "devstral:24b", "llama3.2:1b", "llama3.2:3b", "gemma3:1b", "gemma3:4b",
        "gemma3:12b", "bumble",
    ]

    @Test(arguments: promised)
    func everyPromisedModelIsThere(id: String) throws {
        let entry = try entry(id)
        #expect(entry.id.hasPrefix(id))
        #expect(entry.isBundled == (id == "bumble"))
        #expect(entry.isBundled || entry.build.artifact.repository.contains("/"))
        #expect(entry.build.artifact.files.first?.name.hasSuffix(".gguf") == true)
    }

    @Test func nothingClaimsToBeVerifiedButTheBundledModel() throws {
        let claims = try BuiltIn.catalogue.get().entries.filter(\.build.isVerified).map(\.id)
        #expect(claims == ["bumble:2m:q8_0"])
    }

    /// What an older program learned about the repositories of mlx-community.
    static let repositories = [
        ("deepseek-coder:1.3b", "mlx-community/deepseek-coder-1.3b-instruct-mlx", ["bf16"]),
        ("deepseek-coder:6.7b", "mlx-community/deepseek-coder-6.7b-instruct-hf-4bit-mlx", ["4bit"]),
        ("codellama:7b", "mlx-community/CodeLlama-7b-Instruct-hf-4bit-mlx", ["4bit"]),
        ("starcoder2:3b", "mlx-community/starcoder2-3b-4bit", ["4bit"]),
        ("starcoder2:15b", "mlx-community/starcoder2-15b-8bit", ["8bit", "4bit"]),
        ("deepseek-coder-v2:lite", "mlx-community/DeepSeek-Coder-V2-Lite-Instruct-8bit", ["8bit", "6bit", "4bit"]),
        ("qwen2.5-coder:7b:4bit", "mlx-community/Qwen2.5-Coder-7B-Instruct-4bit", ["4bit"]),
    ]

    @Test(arguments: repositories)
    func repositoriesOfMLXAreNamedAsTheyAre(id: String, repository: String, quants: [String]) throws {
        let catalogue = try BuiltIn.catalogue.get()
        guard case .catalogue(let query) = try ModelReference(id) else { throw ModelReferenceError.empty }
        let entries = try catalogue.entries(matching: query, format: .mlx)
        #expect(entries.first?.build.artifact.repository == repository)
        #expect(entries.first?.build.artifact.files.isEmpty == true)
        #expect(entries.map(\.build.quantisation.name) == quants)
    }

    @Test func aSplitFileIsNamedPartByPart() throws {
        let files = try entry("qwen2.5-coder:7b:f16").build.artifact.files.map(\.name)
        #expect(files.count == 4)
        #expect(files.first == "qwen2.5-coder-7b-instruct-fp16-00001-of-00004.gguf")
        #expect(files.last == "qwen2.5-coder-7b-instruct-fp16-00004-of-00004.gguf")
    }

    /// Layers, heads and widths must come to the stated number of weights, or one of them is wrong.
    @Test func shapesAgreeWithTheNumberOfWeights() throws {
        for entry in try BuiltIn.catalogue.get().entries where entry.size.shape.activeParameters == nil {
            let shape = entry.size.shape
            let queries = shape.heads * shape.keyLength
            let keys = shape.keyValueHeads * (shape.keyLength + shape.valueLength)
            // StarCoder2 has two matrices per feed-forward layer, the others three.
            let matrices: UInt64 = shape.architecture == "starcoder2" ? 2 : 3
            let layer = shape.embedding * (2 * queries + keys + matrices * shape.feedForward)
            let vocabulary = shape.vocabulary * shape.embedding * (shape.isTied ? 1 : 2)
            let reckoned = Double(vocabulary + shape.layers * layer)
            let stated = Double(entry.size.parameters)
            #expect(abs(reckoned / stated - 1) < 0.006, "\(entry.id): \(reckoned / stated)")
        }
    }

    /// Sizes as the hub shows them, in GB, for other conversions of the same models.
    static let published: [(String, Double)] = [
        ("qwen2.5-coder:7b:q4_k_m", 4.68), ("qwen2.5-coder:7b:q5_k_m", 5.44), ("qwen2.5-coder:7b:q6_k", 6.25),
        ("qwen2.5-coder:14b:q8_0", 15.70), ("qwen3-coder:30b-a3b:q4_k_m", 18.6),
    ]

    @Test(arguments: published)
    func sizesThatAreNotKnownAreReckonedWell(id: String, size: Double) throws {
        let bytes = try entry(id).bytes
        #expect(bytes.isEstimate)
        #expect(abs(Double(bytes.count) / 1e9 / size - 1) < 0.04, "\(bytes)")
    }

    @Test func theCatalogueKnowsTheBundledModelAsItsFileDoes() throws {
        let entry = try entry("bumble")
        let file = try ModelShape(GGUFFile.headers(of: Bumble.path))
        #expect(entry.bytes.count == 2_530_464)
        #expect(!entry.bytes.isEstimate)
        #expect(entry.shape.cellBytes(.f16) == file.cellBytes(.f16))
        #expect(entry.size.parameters == 2_312_640)
        #expect(entry.size.context == file.contextLength)
        #expect(entry.shape.vocabulary == file.vocabulary)
        #expect(abs(Double(entry.shape.weightBytes) / Double(file.weightBytes) - 1) < 0.03)
    }

    @Test func betterModelsRankHigherAndRoundingCostsLessThanSize() throws {
        let catalogue = try BuiltIn.catalogue.get()
        for family in catalogue.families {
            let ranks = family.sizes.map(\.quality)
            #expect(ranks == ranks.sorted(), "\(family.id)")
        }
        #expect(try entry("qwen2.5-coder:14b:q4_k_m").quality > entry("qwen2.5-coder:7b:q8_0").quality)
        #expect(try entry("qwen2.5-coder:7b:q4_k_m").quality < entry("qwen2.5-coder:7b:q8_0").quality)
    }

    @Test func quantisationsStandForEachOther() throws {
        let pairs = [("q4_k_m", "4bit"), ("q5_k_m", "5bit"), ("q6_k", "6bit"), ("q8_0", "8bit"), ("f16", "bf16")]
        for (gguf, mlx) in pairs {
            let one = try #require(Quantisation(gguf))
            let other = try #require(Quantisation(mlx))
            #expect(one.counterpart == other)
            #expect(other.counterpart == one)
        }
        #expect(Quantisation("Q4_K_M")?.name == "q4_k_m")
        #expect(Quantisation("q9") == nil)
        #expect(Quantisation.found(in: "Qwen2.5-Coder-7B-Instruct-Q4_K_M.gguf")?.name == "q4_k_m")
        #expect(Quantisation.found(in: "mlx-community/starcoder2-3b-4bit")?.name == "4bit")
        #expect(Quantisation.found(in: "model.gguf") == nil)
    }
}
