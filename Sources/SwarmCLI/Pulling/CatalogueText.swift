import ModelCatalog
import SwarmCore

/// A catalogue as the text of a file that `Catalogue(yaml:)` reads again as the same.
struct CatalogueText {
    private(set) var lines: [String] = []

    init(_ catalogue: Catalogue) {
        if !catalogue.aliases.isEmpty {
            lines.append("aliases:")
            for (alias, target) in catalogue.aliases.sorted(by: { $0.key < $1.key }) {
                lines.append("  \(alias): \(quoted(target))")
            }
        }
        lines.append("families:")
        for family in catalogue.families {
            lines.append("  - id: \(quoted(family.id))")
            put(4, "name", quoted(family.name))
            put(4, "licence", quoted(family.licence))
            put(4, "abilities", list(family.abilities.map(\.rawValue)))
            put(4, "sizes", nil)
            for size in family.sizes { add(size) }
        }
    }

    private mutating func add(_ size: Catalogue.Size) {
        lines.append("      - id: \(quoted(size.id))")
        if !size.aliases.isEmpty { put(8, "aliases", list(size.aliases)) }
        put(8, "parameters", "\(size.parameters)")
        put(8, "context", "\(size.context)")
        put(8, "quality", "\(size.quality)")
        put(8, "abilities", list(size.abilities.map(\.rawValue)))
        put(8, "licence", quoted(size.licence))
        add(size.shape)
        for format in ModelArtifact.Format.allCases {
            let builds = size.builds.filter { $0.artifact.format == format }
            guard let first = builds.first else { continue }
            put(8, format.rawValue, nil)
            if !first.artifact.repository.isEmpty { put(10, "repository", quoted(first.artifact.repository)) }
            put(10, "revision", quoted(first.artifact.revision))
            if format == .gguf { put(10, "file", quoted(first.artifact.files.first?.name ?? "")) }
            put(10, "quants", nil)
            for build in builds { add(build) }
        }
    }

    private mutating func add(_ shape: CatalogueShape) {
        put(8, "shape", nil)
        put(10, "architecture", quoted(shape.architecture))
        put(10, "layers", "\(shape.layers)")
        put(10, "embedding", "\(shape.embedding)")
        put(10, "feed-forward", "\(shape.feedForward)")
        put(10, "heads", "\(shape.heads)")
        put(10, "kv-heads", "\(shape.keyValueHeads)")
        put(10, "key-length", "\(shape.keyLength)")
        put(10, "value-length", "\(shape.valueLength)")
        put(10, "vocabulary", "\(shape.vocabulary)")
        put(10, "merges", "\(shape.merges)")
        put(10, "tied", "\(shape.isTied)")
        if let window = shape.slidingWindow { put(10, "sliding-window", "\(window)") }
        if let active = shape.activeParameters { put(10, "active-parameters", "\(active)") }
    }

    private mutating func add(_ build: Catalogue.Build) {
        lines.append("            - quant: \(quoted(build.quantisation.name))")
        if !build.artifact.repository.isEmpty { put(14, "repository", quoted(build.artifact.repository)) }
        put(14, "verified", "\(build.isVerified)")
        guard build.artifact.format == .gguf else { return }
        put(14, "files", nil)
        for file in build.artifact.files {
            lines.append("                - name: \(quoted(file.name))")
            if let bytes = file.bytes { put(18, "bytes", "\(bytes)") }
            if let sha256 = file.sha256 { put(18, "sha256", quoted(sha256)) }
        }
    }

    private mutating func put(_ indent: Int, _ key: String, _ value: String?) {
        lines.append(String(repeating: " ", count: indent) + key + ":" + (value.map { " " + $0 } ?? ""))
    }

    /// A JSON string is a YAML one.
    private func quoted(_ text: String) -> String { JSON.string(text).text }

    private func list(_ texts: [String]) -> String { "[" + texts.sorted().map(quoted).joined(separator: ", ") + "]" }

    var text: String { lines.joined(separator: "\n") + "\n" }
}
