import ModelCatalog
import ModelStore

/// What a person calls a model, as files on a hub.
struct ModelNames: Sendable {
    let catalogue: Catalogue
    /// Picks one of the builds that a name leaves open; `nil` makes the person name one.
    var choose: (@Sendable ([Catalogue.Entry]) -> Catalogue.Entry?)?

    init(catalogue: Catalogue, choose: (@Sendable ([Catalogue.Entry]) -> Catalogue.Entry?)? = nil) {
        self.catalogue = catalogue
        self.choose = choose
    }

    /// What a name stands for, before the hub is asked.
    enum Target: Sendable, Equatable {
        case artifact(ModelArtifact)
        /// A repository; which file is meant depends on what it has.
        case repository(HubReference)
    }

    /// - Throws: with what the name could have meant; nothing is guessed.
    func target(_ name: String) throws -> Target {
        switch try ModelReference(name, aliases: catalogue.aliases) {
        case .path(let path):
            throw Failure(
                "\(path) is a path; pull takes hf:owner/name/file.gguf or a name such as qwen2.5-coder:7b:q4_k_m"
            )
        case .hub(let hub):
            return hub.artifact.map { .artifact($0) } ?? .repository(hub)
        case .catalogue(let query):
            let format = query.quantisation?.format ?? .gguf
            let entries = try catalogue.entries(matching: query, format: format)
            guard let entry = entries.count == 1 ? entries[0] : choose?(entries) else {
                let names = entries.prefix(12).map(\.id).joined(separator: ", ")
                throw Failure("\(query) may be any of \(entries.count) models; name one: \(names)")
            }
            if entry.isBundled { throw Failure("\(entry.id) comes with the program; there is nothing to pull") }
            return .artifact(entry.build.artifact)
        }
    }

    /// The one model of a repository that a reference means.
    static func artifact(_ reference: HubReference, in listing: HubListing) throws -> ModelArtifact {
        if reference.quantisation?.format == .mlx {
            return ModelArtifact(format: .mlx, repository: reference.repository, revision: listing.commit, files: [])
        }
        let models = listing.models.filter { name in
            reference.quantisation.map { Quantisation.found(in: name) == $0 } ?? true
        }
        if models.count == 1 {
            return ModelArtifact(
                format: .gguf,
                repository: reference.repository,
                revision: listing.commit,
                files: [ModelArtifact.File(name: models[0])]
            )
        }
        if models.isEmpty, reference.quantisation == nil,
            listing.files.contains(where: { $0.name.hasSuffix(".safetensors") })
        {
            return ModelArtifact(format: .mlx, repository: reference.repository, revision: listing.commit, files: [])
        }
        let all = (models.isEmpty ? listing.models : models).prefix(12).map { "hf:\(reference.repository)/\($0)" }
        guard !all.isEmpty else { throw Failure("\(reference.repository) has no GGUF files and none for MLX") }
        let what = models.isEmpty ? "\(reference) is not there; there are" : "\(reference) may be any of"
        throw Failure("\(what) \(all.joined(separator: ", "))")
    }
}
