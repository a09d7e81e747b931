import ModelCatalog
import ModelStore
import Observability
import SwarmCore

/// What the file of a model says of itself, for people and for programs.
struct ModelFacts: Sendable {
    var name: String
    var path: String
    /// On disk, all files together.
    var bytes: UInt64
    var stored: StoredModel?
    var headers: [GGUFHeader]
    var shape: ModelShape?
    /// How it fits into this machine; `nil` when that was not asked for.
    var fit: Fit?

    /// Reads the headers of a model, and blocks meanwhile.
    init(name: String, path: String, bytes: UInt64, stored: StoredModel? = nil) throws(GGUFError) {
        self.name = name
        self.path = path
        self.bytes = bytes
        self.stored = stored
        headers = stored?.format == .mlx ? [] : try GGUFFile.headers(of: path)
        shape = headers.isEmpty ? nil : try? ModelShape(headers)
    }

    private func text(_ key: String) -> String? {
        if case .string(let text)? = headers.first?.metadata[key], !text.isEmpty { text } else { nil }
    }

    /// The type that most of the weights are stored in.
    private var quantisation: String? {
        var bytes: [TensorType: UInt64] = [:]
        for tensor in headers.flatMap(\.tensors) { bytes[tensor.type, default: 0] += tensor.bytes }
        return bytes.max { ($0.value, $0.key.rawValue) < ($1.value, $1.key.rawValue) }.map { "\($0.key)".lowercased() }
    }

    /// What the chat template speaks of; a hint, since only running it would prove it.
    private var abilities: [String]? {
        guard let template = text("tokenizer.chat_template") else { return nil }
        let words = [
            ("tools", "tools"), ("tool_call", "calls"), ("<think>", "reasoning"), ("system", "system message"),
        ]
        return words.filter { template.contains($0.0) }.map(\.1)
    }

    /// Label and value, in the order of importance.
    private var facts: [(label: String, key: String, words: String, json: JSON)] {
        var facts: [(String, String, String, JSON)] = []
        func add(_ label: String, _ key: String, _ words: String?, _ json: JSON? = nil) {
            if let words { facts.append((label, key, words, json ?? .string(words))) }
        }
        add("name", "name", name)
        add("path", "path", path)
        add("title", "title", text("general.name"))
        add("size", "bytes", Amount.words(bytes), .integer(bytes))
        if let stored {
            let manifest = stored.files.first?.manifest
            add("from", "source", manifest.map { "\($0.source)/\($0.repository)" })
            add("commit", "commit", manifest?.commit)
            add("sha256", "sha256", stored.files.count == 1 ? manifest?.sha256 : nil)
            add("verified", "verified", stored.isVerified ? "yes" : "no", .bool(stored.isVerified))
            add("intact", "intact", stored.isIntact ? "yes" : "no", .bool(stored.isIntact))
        }
        add("licence", "licence", text("general.license"))
        add("architecture", "architecture", text("general.architecture"))
        if !headers.isEmpty {
            let parameters = headers.reduce(0) { $0 + $1.parameters }
            add("parameters", "parameters", Self.count(parameters), .integer(parameters))
        }
        add("weights", "weights", quantisation)
        if let shape {
            add("layers", "layers", "\(shape.layers.count)", .integer(shape.layers.count))
            add("context", "context", "\(shape.contextLength) tokens", .integer(shape.contextLength))
            add("vocabulary", "vocabulary", "\(shape.vocabulary) tokens", .integer(shape.vocabulary))
            let cell = shape.cellBytes(.f16)
            add("memory", "bytes_per_token", "\(Amount.words(cell)) per token of context", .integer(cell))
        }
        if !headers.isEmpty {
            let abilities = abilities
            add(
                "template",
                "template",
                abilities.map { $0.isEmpty ? "plain" : "speaks of " + $0.joined(separator: ", ") } ?? "none",
                abilities.map { .array($0.map { .string($0) }) } ?? .null
            )
        }
        if let fit {
            add("fit", "fit", Self.words(fit), Self.json(fit))
        }
        return facts
    }

    /// For example `all on one accelerator, context 32768, 5 candidates: needs 6.1 GB of 24.0 GB`.
    private static func words(_ fit: Fit) -> String {
        let loads = fit.loads.map { "\(Amount.words($0.needed)) of \(Amount.words($0.free)) free in \($0.name)" }
        let verdict = fit.verdict.fits ? "fits" : "does not fit"
        let candidates = "\(fit.candidates) candidate\(fit.candidates == 1 ? "" : "s")"
        return "\(verdict) with a context of \(fit.context) and \(candidates): \(loads.joined(separator: ", "))"
    }

    private static func json(_ fit: Fit) -> JSON {
        [
            "fits": .bool(fit.verdict.fits), "context": .integer(fit.context), "candidates": .integer(fit.candidates),
            "needed": .integer(fit.needed), "gpu_layers": .integer(fit.gpuLayers),
            "loads": .array(
                fit.loads.map { ["name": .string($0.name), "needed": .integer($0.needed), "free": .integer($0.free)] }
            ),
        ]
    }

    func lines() -> [String] {
        let width = facts.map(\.label.count).max() ?? 0
        return facts.map { fact in
            fact.label + String(repeating: " ", count: width - fact.label.count + 2) + SafeText.line(fact.words)
        }
    }

    var json: JSON { .object(JSON.Object(facts.map { (key: $0.key, value: $0.json) })) }

    /// For example `7.6 billion`.
    private static func count(_ number: UInt64) -> String {
        for (unit, name) in [(1_000_000_000.0, "billion"), (1_000_000.0, "million")] where Double(number) >= unit {
            let tenths = Int((Double(number) / unit * 10).rounded())
            return "\(tenths / 10).\(tenths % 10) \(name)"
        }
        return "\(number)"
    }
}
