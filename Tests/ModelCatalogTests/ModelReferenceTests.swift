import ModelCatalog
import SwarmCore
import Testing

@Suite struct ModelReferenceTests {
    static let forms: [(String, ModelReference)] = [
        ("models/a.gguf", .path("models/a.gguf")), ("a.gguf", .path("a.gguf")), ("A.GGUF", .path("A.GGUF")),
        ("~/a", .path("~/a")), ("./folder", .path("./folder")), ("..", .path("..")),
        ("qwen2.5-coder", .catalogue(.init(family: "qwen2.5-coder"))),
        ("Qwen2.5-Coder:7B", .catalogue(.init(family: "qwen2.5-coder", size: "7b"))),
        (
            "qwen2.5-coder:7b:Q4_K_M",
            .catalogue(.init(family: "qwen2.5-coder", size: "7b", quantisation: Quantisation("q4_k_m")))
        ),
        ("qwen2.5-coder::4bit", .catalogue(.init(family: "qwen2.5-coder", quantisation: Quantisation("4bit")))),
        ("qwen2.5-coder:8bit", .catalogue(.init(family: "qwen2.5-coder", quantisation: Quantisation("8bit")))),
        ("hf:owner/repo", .hub(.init(repository: "owner/repo"))),
        ("hf:owner/repo/sub/file.gguf", .hub(.init(repository: "owner/repo", file: "sub/file.gguf"))),
        ("hf:owner/repo:q6_k", .hub(.init(repository: "owner/repo", quantisation: Quantisation("q6_k")))),
        ("hf:owner/repo/f.gguf@v1.0", .hub(.init(repository: "owner/repo", revision: "v1.0", file: "f.gguf"))),
        ("hf:owner/repo@refs/pr/3", .hub(.init(repository: "owner/repo", revision: "refs/pr/3"))),
        (
            "hf:o/r:q8_0@main",
            .hub(.init(repository: "o/r", quantisation: Quantisation("q8_0")))
        ),
    ]

    @Test(arguments: forms.indices)
    func everyFormIsRead(place: Int) throws {
        let (text, reference) = Self.forms[place]
        #expect(try ModelReference(text) == reference)
        // What it prints is read as the same.
        #expect(try ModelReference(reference.description) == reference)
    }

    @Test func aliasesAreFollowedOnce() throws {
        let aliases = ["work": "qwen2.5-coder:7b", "loop": "loop"]
        #expect(try ModelReference("work", aliases: aliases) == .catalogue(.init(family: "qwen2.5-coder", size: "7b")))
        #expect(try ModelReference("loop", aliases: aliases) == .catalogue(.init(family: "loop")))
    }

    static let wrong = [
        ("", "must be named"), ("hf:", "is no model on the hub"), ("hf:owner", "is no model on the hub"),
        ("hf:owner//x", "is no model on the hub"), ("hf:../x/y", "is no model on the hub"),
        ("hf:o/r/../../etc", "is no model on the hub"), ("hf:o/r@", "is no model on the hub"),
        ("hf:o/r@a..b", "is no model on the hub"), ("hf:o/r:q5", "did you mean"),
        ("hf:o/r/x.gguf:q8_0", "is no model on the hub"), ("a:b:c:d", "the form is family:size:quant"),
        ("a:7b:q4_k_n", "did you mean q4_k_m"), ("a:7b:q99_zzz", "known are f16"), (":7b", "the form is"),
    ]

    @Test(arguments: wrong)
    func whatIsNoReferenceIsRefused(text: String, words: String) throws {
        let error = #expect(throws: ModelReferenceError.self) { try ModelReference(text) }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }

    @Test(arguments: 0..<200)
    func anyTextIsAnswered(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let letters = Array("hf:/@.~-_ab7qQ4k\u{0}\né")
        let text = String(
            (0..<Int.random(in: 0...24, using: &random)).map { _ in
                letters[Int.random(in: 0..<letters.count, using: &random)]
            }
        )
        if let reference = try? ModelReference("hf:" + text), case .hub(let hub) = reference {
            #expect(hub.repository.split(separator: "/").count == 2)
            #expect(!hub.description.contains("/../"))
        }
        _ = try? ModelReference(text)
    }

    static let missing = [
        ("qwen2.5-codr:7b", "did you mean qwen2.5-coder"), ("zzzzzzzz", "known are qwen2.5-coder, "),
        ("qwen2.5-coder:9b", "qwen2.5-coder has no size 9b; there are 0.5b, 1.5b, 3b, 7b, 14b, 32b"),
        ("qwen2.5-coder:7b:iq4_xs", "there are f16, q8_0, q6_k, q5_k_m, q4_k_m"),
    ]

    @Test(arguments: missing)
    func aNameThatDoesNotExistSaysWhatDoes(text: String, words: String) throws {
        let catalogue = try BuiltIn.catalogue.get()
        guard case .catalogue(let query) = try ModelReference(text) else { throw ModelReferenceError.empty }
        let error = #expect(throws: ModelReferenceError.self) { try catalogue.entries(matching: query) }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }

    @Test func aQuantisationOfTheOtherFormatStandsForTheNearest() throws {
        let catalogue = try BuiltIn.catalogue.get()
        let query = CatalogueQuery(family: "qwen2.5-coder", size: "7b", quantisation: Quantisation("4bit"))
        #expect(try catalogue.entries(matching: query).map(\.id) == ["qwen2.5-coder:7b:q4_k_m"])
        #expect(try catalogue.entries(matching: query, format: .mlx).map(\.id) == ["qwen2.5-coder:7b:4bit"])
        let alias = CatalogueQuery(family: "deepseek-coder-v2", size: "16b")
        #expect(try catalogue.entries(matching: alias).first?.size.id == "lite")
    }
}
