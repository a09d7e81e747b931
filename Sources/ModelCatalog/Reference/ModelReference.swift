/// What a person writes to name a model.
package enum ModelReference: Sendable, Equatable, CustomStringConvertible {
    /// A file, or a folder of MLX.
    case path(String)
    case hub(HubReference)
    case catalogue(CatalogueQuery)

    /// Reads a reference; aliases of the catalogue are followed once.
    ///
    /// - `hf:owner/name`, with `/file.gguf`, `:quant` or `@revision` behind it, is a model on the hub;
    /// - what has a slash in it, begins with `.` or `~`, or ends in `.gguf` is a path;
    /// - anything else is an alias or a `family:size:quant`, of which parts may be left out.
    package init(_ text: String, aliases: [String: String] = [:]) throws(ModelReferenceError) {
        let target = aliases[text.lowercased()] ?? text
        guard !target.isEmpty, !target.contains(where: { $0.isNewline || $0 == "\0" }) else { throw .empty }
        if target.lowercased().hasPrefix("hf:") {
            self = .hub(try HubReference(target.dropFirst(3)))
        } else if target.contains("/") || target.hasPrefix(".") || target.hasPrefix("~")
            || target.lowercased().hasSuffix(".gguf")
        {
            self = .path(target)
        } else {
            self = .catalogue(try CatalogueQuery(target))
        }
    }

    package var description: String {
        switch self {
        case .path(let path): path
        case .hub(let hub): hub.description
        case .catalogue(let query): query.description
        }
    }
}

/// A model in a repository of the hub: `hf:owner/name/file.gguf@revision`, or `hf:owner/name:quant`.
package struct HubReference: Sendable, Equatable, CustomStringConvertible {
    /// `owner/name`.
    package var repository: String
    /// A branch, tag or commit.
    package var revision: String
    /// A file's path in the repository; `nil` leaves it to the quantisation, or to what fits.
    package var file: String?
    package var quantisation: Quantisation?

    /// The file that is named; `nil` where which one is meant depends on what the repository has.
    package var artifact: ModelArtifact? {
        file.map {
            ModelArtifact(
                format: .gguf,
                repository: repository,
                revision: revision,
                files: [ModelArtifact.File(name: $0)]
            )
        }
    }

    package init(repository: String, revision: String = "main", file: String? = nil, quantisation: Quantisation? = nil)
    {
        self.repository = repository
        self.revision = revision
        self.file = file
        self.quantisation = quantisation
    }

    init(_ text: Substring) throws(ModelReferenceError) {
        var rest = text
        revision = "main"
        if let at = rest.lastIndex(of: "@") {
            revision = String(rest[rest.index(after: at)...])
            rest = rest[..<at]
            guard Self.isRevision(revision) else { throw .hub(String(text)) }
        }
        if let colon = rest.lastIndex(of: ":") {
            let name = String(rest[rest.index(after: colon)...])
            guard let known = Quantisation(name) else { throw .unknownQuantisation(name) }
            quantisation = known
            rest = rest[..<colon]
        }
        let parts = rest.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 2, parts.allSatisfy({ Self.isPart($0) }) else { throw .hub(String(text)) }
        repository = "\(parts[0])/\(parts[1])"
        if parts.count > 2 { file = parts[2...].joined(separator: "/") }
        if file != nil, quantisation != nil { throw .hub(String(text)) }
    }

    private static func isPart(_ part: Substring) -> Bool {
        !part.isEmpty && part.first != "."
            && part.allSatisfy { $0.isASCII && !$0.isWhitespace && !"?#%\\:".contains($0) }
    }

    private static func isRevision(_ text: String) -> Bool {
        !text.isEmpty && !text.contains("..")
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-/".contains($0)) }
    }

    package var description: String {
        "hf:\(repository)" + (file.map { "/\($0)" } ?? "") + (quantisation.map { ":\($0)" } ?? "")
            + (revision == "main" ? "" : "@\(revision)")
    }
}

/// A family, size and quantisation; what is left out is chosen by what fits.
package struct CatalogueQuery: Sendable, Equatable, CustomStringConvertible {
    package var family: String
    package var size: String?
    package var quantisation: Quantisation?

    package init(family: String, size: String? = nil, quantisation: Quantisation? = nil) {
        self.family = family
        self.size = size
        self.quantisation = quantisation
    }

    init(_ text: String) throws(ModelReferenceError) {
        let parts = text.lowercased().split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= 3, let first = parts.first, !first.isEmpty else { throw .tooManyParts(text) }
        family = first
        guard parts.count > 1 else { return }
        if parts.count == 2, let known = Quantisation(parts[1]) {
            quantisation = known
            return
        }
        size = parts[1].isEmpty ? nil : parts[1]
        if parts.count == 3, !parts[2].isEmpty {
            guard let known = Quantisation(parts[2]) else { throw .unknownQuantisation(parts[2]) }
            quantisation = known
        }
    }

    package var description: String {
        family + (size.map { ":\($0)" } ?? (quantisation == nil ? "" : ":")) + (quantisation.map { ":\($0)" } ?? "")
    }
}
