import SwarmCore

extension Catalogue {
    /// The entries that a query leaves open, in the order of the file.
    ///
    /// A quantisation of the other format stands for the one closest to it: `4bit` is `q4_k_m` for GGUF.
    /// - Throws: when there is none; what is misspelt or missing is named, with what there is.
    package func entries(
        matching query: CatalogueQuery,
        format: ModelArtifact.Format = .gguf
    ) throws(ModelReferenceError) -> [Entry] {
        guard let family = families.first(where: { $0.id == query.family }) else {
            let known = families.map(\.id)
            throw .unknownFamily(query.family, near: nearNames(query.family, among: known), known: known)
        }
        let sizes = family.sizes.filter { size in
            query.size.map { size.id == $0 || size.aliases.contains($0) } ?? true
        }
        guard !sizes.isEmpty else {
            throw .unknownSize(query.size ?? "", family: family.id, known: family.sizes.map(\.id))
        }
        let wanted = query.quantisation.flatMap { $0.format == format ? $0 : $0.counterpart }
        let all = sizes.flatMap { size in
            size.builds.map { Entry(family: family, size: size, build: $0) }
        }.filter { $0.format == format }
        let found = query.quantisation == nil ? all : all.filter { $0.build.quantisation == wanted }
        guard !found.isEmpty else {
            let name = query.size.map { "\(family.id):\($0)" } ?? family.id
            var known: [String] = []
            for entry in all where !known.contains(entry.build.quantisation.name) {
                known.append(entry.build.quantisation.name)
            }
            throw .notBuilt(name, format: format, known: known)
        }
        return found
    }
}
