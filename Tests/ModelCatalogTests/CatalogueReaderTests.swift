import Foundation
import ModelCatalog
import Testing

@Suite struct CatalogueReaderTests {
    static let good = """
        aliases:
          work: mine:7b
        families:
          - id: mine
            name: Mine
            licence: mit
            abilities: [chat]
            sizes:
              - id: 7b
                parameters: 7_000_000
                context: 8192
                quality: 40
                shape:
                  architecture: llama
                  layers: 4
                  embedding: 64
                  feed-forward: 128
                  heads: 4
                  kv-heads: 2
                  key-length: 16
                  vocabulary: 1000
                gguf:
                  repository: me/mine-GGUF
                  file: "mine-{QUANT}.gguf"
                  quants:
                    - q8_0
                    - quant: q4_k_m
                      bytes: 4000
                      sha256: d3bbfcb71a2e5dd3c934197e63d4fe51b137b81d2a7a706edace9e6dbadbc84d
        """

    @Test func anEntryOfOnesOwnIsRead() throws {
        let catalogue = try Catalogue(yaml: Self.good, name: "models.yaml")
        let entries = catalogue.entries
        #expect(entries.map(\.id) == ["mine:7b:q8_0", "mine:7b:q4_k_m"])
        #expect(entries[0].build.artifact.files == [.init(name: "mine-Q8_0.gguf")])
        #expect(entries[1].build.artifact.bytes == 4000)
        #expect(entries[0].size.parameters == 7_000_000)
        #expect(catalogue.aliases == ["work": "mine:7b"])
    }

    @Test func anEmptyFileIsAnEmptyCatalogue() throws {
        #expect(try Catalogue(yaml: "", name: "x").families.isEmpty)
        #expect(try Catalogue(yaml: "families: []", name: "x").families.isEmpty)
    }

    /// What is replaced by what, and what the error must then say.
    static let wrong = [
        ("id: mine", "id: My Model", "a family: id must be"), ("    name: Mine\n", "", "mine: name is missing"),
        ("licence: mit", "license: mit", "license is unknown; did you mean \"licence\"?"),
        ("abilities: [chat]", "abilities: [dance]", "mine: abilities has dance; known are chat"),
        ("parameters: 7_000_000", "parameters: seven", "mine:7b: parameters must be a whole number"),
        ("quality: 40", "quality: 400", "mine:7b: quality must be a whole number from 0 to 100"),
        ("quality: 40", "quality: 40\n        quality: 41", "models.yaml: is not usable YAML"),
        ("layers: 4", "layers: 0", "mine:7b: layers must be"),
        ("          heads: 4\n", "", "mine:7b: heads is missing"),
        ("repository: me/mine-GGUF", "repository: mine", "mine:7b: repository must be owner/name"),
        ("- q8_0", "- q9_9", "mine:7b: quants has q9_9, which is no quantisation of gguf; known are"),
        ("- q8_0", "- 4bit", "mine:7b: quants has 4bit"), ("- q8_0", "- q4_k_m", "mine:7b: quants has q4_k_m twice"),
        ("mine-{QUANT}.gguf", "../mine.gguf", "mine:7b: file must be a path inside"),
        ("mine-{QUANT}.gguf", "/etc/mine.gguf", "mine:7b: file must be a path inside"),
        ("bytes: 4000", "bytes: -1", "mine:7b: bytes must be"),
        ("sha256: d3bb", "sha256: D3BB", "mine:7b: sha256 must be 64"),
        ("bytes: 4000", "parts: 2", "mine:7b: parts go with files"),
        ("work: mine:7b", "my work: mine:7b", "aliases must map names"),
        ("- id: 7b", "- id: q8_0", "and no quantisation"),
        ("families:", "models:", "models is unknown"), ("aliases:\n  work: mine:7b", "[1, 2", "is not usable YAML"),
    ]

    @Test(arguments: wrong)
    func whatIsWrongIsNamedWithItsEntryAndField(old: String, new: String, words: String) throws {
        let yaml = Self.good.replacingOccurrences(of: old, with: new)
        try #require(yaml != Self.good)
        let error = #expect(throws: CatalogueError.self) { try Catalogue(yaml: yaml, name: "models.yaml") }
        let text = error?.description ?? ""
        #expect(text.contains(words), "\(text)")
        #expect(text.hasPrefix("models.yaml"))
    }

    @Test func theLineIsNamed() throws {
        let yaml = Self.good.replacingOccurrences(of: "quality: 40", with: "quality: high")
        let error = #expect(throws: CatalogueError.self) { try Catalogue(yaml: yaml, name: "models.yaml") }
        #expect(error?.description.hasPrefix("models.yaml:12: mine:7b: quality") == true, "\(error?.description ?? "")")
    }

    @Test func entriesOfOnesOwnReplaceThoseOfTheSameIdAndAddTheOthers() throws {
        let own = Self.good.replacingOccurrences(of: "id: mine", with: "id: qwen2.5-coder")
        let before = try BuiltIn.catalogue.get()
        let after = before.merging(try Catalogue(yaml: own, name: "x")).merging(
            try Catalogue(yaml: Self.good, name: "x")
        )
        #expect(after.families.count == before.families.count + 1)
        let sizes = try #require(after.families.first { $0.id == "qwen2.5-coder" }).sizes
        #expect(sizes.count == 6)
        #expect(sizes.first { $0.id == "7b" }?.parameters == 7_000_000)
        #expect(sizes.map(\.parameters) == sizes.map(\.parameters).sorted())
        #expect(after.aliases["work"] == "mine:7b")
    }
}
