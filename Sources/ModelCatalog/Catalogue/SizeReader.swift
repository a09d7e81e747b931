import Yams

/// Reads one size of a family with its builds.
struct SizeReader {
    let name: String
    let family: Fields
    let licence: String
    let abilities: Set<Catalogue.Ability>

    func size(_ node: Node) throws(CatalogueError) -> Catalogue.Size {
        var fields = try family.inner(
            node,
            entry: "\(family.entry): a size",
            field: "sizes",
            known: [
                "id", "aliases", "parameters", "context", "quality", "abilities", "licence", "shape", "gguf", "mlx",
            ]
        )
        let id = try fields.string("id")
        guard CatalogueReader.isName(id), Quantisation(id) == nil else {
            throw fields.error("id", "must be of small letters, digits, dots and dashes, and no quantisation")
        }
        fields.entry = "\(family.entry):\(id)"
        let parameters = try fields.number("parameters", in: 1...1 << 44)
        var builds: [Catalogue.Build] = []
        for format in ModelArtifact.Format.allCases {
            if let node = fields.node(format.rawValue) { builds += try buildsOf(node, format, fields) }
        }
        guard !builds.isEmpty else { throw fields.error("gguf", "is missing, and mlx too") }
        return Catalogue.Size(
            id: id,
            aliases: try fields.strings("aliases"),
            parameters: parameters,
            context: Int(try fields.number("context", in: 64...1 << 31)),
            quality: Int(try fields.number("quality", in: 0...100)),
            abilities: try CatalogueReader.abilities(fields) ?? abilities,
            licence: try fields.stringIfAny("licence") ?? licence,
            shape: try shape(fields),
            builds: builds
        )
    }

    private func shape(_ fields: Fields) throws(CatalogueError) -> CatalogueShape {
        let known = [
            "architecture", "layers", "embedding", "feed-forward", "heads", "kv-heads", "key-length", "value-length",
            "vocabulary",
            "merges", "tied", "sliding-window", "active-parameters",
        ]
        guard let node = fields.node("shape") else { throw fields.error("shape", "is missing") }
        let shape = try fields.inner(node, field: "shape", known: known)
        let keyLength = try shape.number("key-length", in: 1...1 << 20)
        return CatalogueShape(
            architecture: try shape.string("architecture"),
            layers: try shape.number("layers", in: 1...4096),
            embedding: try shape.number("embedding", in: 1...1 << 24),
            feedForward: try shape.number("feed-forward", in: 1...1 << 24),
            heads: try shape.number("heads", in: 1...1 << 16),
            keyValueHeads: try shape.number("kv-heads", in: 1...1 << 16),
            keyLength: keyLength,
            valueLength: try shape.numberIfAny("value-length", in: 0...1 << 20) ?? keyLength,
            vocabulary: try shape.number("vocabulary", in: 1...1 << 24),
            merges: try shape.numberIfAny("merges", in: 0...1 << 24) ?? 0,
            isTied: try shape.isOn("tied"),
            slidingWindow: try shape.numberIfAny("sliding-window", in: 1...1 << 31).map { Int($0) },
            activeParameters: try shape.numberIfAny("active-parameters", in: 1...1 << 44)
        )
    }

    private func buildsOf(
        _ node: Node,
        _ format: ModelArtifact.Format,
        _ size: Fields
    ) throws(CatalogueError) -> [Catalogue.Build] {
        let known = ["repository", "revision", "file", "quants", "verified"]
        let fields = try size.inner(node, field: format.rawValue, known: known)
        let repository = try fields.stringIfAny("repository")
        if let repository, !Self.isRepository(repository) {
            throw fields.error("repository", "must be owner/name, not \(repository)")
        }
        if repository == nil, format == .mlx { throw fields.error("repository", "is missing") }
        let file = format == .gguf ? try fields.string("file") : try fields.stringIfAny("file")
        if format == .mlx, file != nil { throw fields.error("file", "does not go with mlx: a repository is one model") }
        let revision = try fields.stringIfAny("revision") ?? "main"
        var builds: [Catalogue.Build] = []
        let place = Place(
            format: format,
            repository: repository ?? "",
            file: file,
            revision: revision,
            isVerified: try fields.isOn("verified")
        )
        for node in try fields.list("quants") {
            let build = try build(node, place, fields)
            guard !builds.contains(where: { $0.quantisation == build.quantisation }) else {
                throw fields.error("quants", "has \(build.quantisation) twice")
            }
            builds.append(build)
        }
        guard !builds.isEmpty else { throw fields.error("quants", "is missing or empty") }
        return builds
    }

    /// Where the builds of one format lie.
    private struct Place {
        var format: ModelArtifact.Format
        var repository: String
        var file: String?
        var revision: String
        var isVerified: Bool
    }

    private func build(_ node: Node, _ place: Place, _ outer: Fields) throws(CatalogueError) -> Catalogue.Build {
        if let text = node.scalar?.string {
            let quantisation = try quantisation(text, place.format, outer)
            let files = place.file.map { [ModelArtifact.File(name: Self.named($0, quantisation))] } ?? []
            guard files.allSatisfy({ Self.isPath($0.name) }) else {
                throw outer.error("file", "must be a path inside of the repository")
            }
            return build(quantisation, place, repository: place.repository, files: files, place.isVerified)
        }
        let known = ["quant", "repository", "file", "parts", "files", "bytes", "sha256", "verified"]
        let fields = try outer.inner(node, field: "quants", known: known)
        let quantisation = try quantisation(try fields.string("quant"), place.format, fields)
        let isVerified = fields.node("verified") == nil ? place.isVerified : try fields.isOn("verified")
        let repository = try fields.stringIfAny("repository") ?? place.repository
        guard repository.isEmpty || Self.isRepository(repository) else {
            throw fields.error("repository", "must be owner/name, not \(repository)")
        }
        var files: [ModelArtifact.File] = []
        for node in try fields.list("files") { files.append(try self.file(node, fields)) }
        if files.isEmpty, let pattern = try fields.stringIfAny("file") ?? place.file {
            files = try self.files(Self.named(pattern, quantisation), fields)
        }
        return build(quantisation, place, repository: repository, files: files, isVerified)
    }

    private func build(
        _ quantisation: Quantisation,
        _ place: Place,
        repository: String,
        files: [ModelArtifact.File],
        _ isVerified: Bool
    ) -> Catalogue.Build {
        Catalogue.Build(
            quantisation: quantisation,
            artifact: ModelArtifact(
                format: place.format,
                repository: Self.named(repository, quantisation),
                revision: place.revision,
                files: files
            ),
            isVerified: isVerified
        )
    }

    private func quantisation(
        _ text: String,
        _ format: ModelArtifact.Format,
        _ fields: Fields
    ) throws(CatalogueError) -> Quantisation {
        guard let quantisation = Quantisation(text), quantisation.format == format else {
            let known = Quantisation.all.filter { $0.format == format }.map(\.name).joined(separator: ", ")
            throw fields.error(
                "quants",
                "has \(text), which is no quantisation of \(format.rawValue); known are \(known)"
            )
        }
        return quantisation
    }

    /// One file, or its parts when there are several.
    private func files(_ file: String, _ fields: Fields) throws(CatalogueError) -> [ModelArtifact.File] {
        let bytes = try fields.numberIfAny("bytes", in: 1...1 << 46)
        let sum = try checksum(fields)
        guard Self.isPath(file) else { throw fields.error("file", "must be a path inside of the repository") }
        guard let parts = try fields.numberIfAny("parts", in: 2...9999) else {
            return [ModelArtifact.File(name: file, bytes: bytes, sha256: sum)]
        }
        if bytes != nil || sum != nil {
            throw fields.error("parts", "go with files, each with its own bytes and sha256")
        }
        guard file.hasSuffix(".gguf") else { throw fields.error("file", "must end in .gguf when it has parts") }
        let total = GGUFFile.padded(Int(parts))
        return (1...Int(parts)).map { part in
            ModelArtifact.File(name: "\(file.dropLast(5))-\(GGUFFile.padded(part))-of-\(total).gguf")
        }
    }

    private func file(_ node: Node, _ outer: Fields) throws(CatalogueError) -> ModelArtifact.File {
        let fields = try outer.inner(node, field: "files", known: ["name", "bytes", "sha256"])
        let name = try fields.string("name")
        guard Self.isPath(name) else { throw fields.error("name", "must be a path inside of the repository") }
        return ModelArtifact.File(
            name: name,
            bytes: try fields.numberIfAny("bytes", in: 1...1 << 46),
            sha256: try checksum(fields)
        )
    }

    private func checksum(_ fields: Fields) throws(CatalogueError) -> String? {
        guard let sum = try fields.stringIfAny("sha256") else { return nil }
        guard sum.count == 64, sum.allSatisfy({ $0.isHexDigit && !$0.isUppercase }) else {
            throw fields.error("sha256", "must be 64 hexadecimal digits in small letters")
        }
        return sum
    }

    /// `{quant}` and `{QUANT}` stand for the quantisation in small and in large letters.
    private static func named(_ pattern: String, _ quantisation: Quantisation) -> String {
        pattern.replacing("{quant}", with: quantisation.name).replacing("{QUANT}", with: quantisation.name.uppercased())
    }

    /// A file's name, perhaps in folders, that leads nowhere else.
    private static func isPath(_ text: String) -> Bool {
        text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty && part != "." && part != ".." && !part.contains { $0 == "\\" || $0.isNewline }
        }
    }

    private static func isRepository(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty && !$0.hasPrefix(".") }
    }
}
