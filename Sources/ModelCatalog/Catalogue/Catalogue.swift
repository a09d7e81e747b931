/// The models that the program knows by name.
///
/// A value read from YAML; see docs/models.md for the format.
package struct Catalogue: Sendable, Equatable {
    /// Models of one name in several sizes.
    package struct Family: Sendable, Equatable {
        /// The first part of an id, such as `qwen2.5-coder`.
        package var id: String
        package var name: String
        package var licence: String
        package var abilities: Set<Ability>
        /// The smallest first.
        package var sizes: [Size]
    }

    /// What a model was trained to do.
    package enum Ability: String, Sendable, CaseIterable {
        case chat
        /// It calls tools in a format of its own.
        case tools
        /// It fills gaps in texts.
        case infill
    }

    /// One size of a family.
    package struct Size: Sendable, Equatable {
        /// The second part of an id, such as `7b`.
        package var id: String
        /// Other names of it.
        package var aliases: [String]
        /// Weights in all.
        package var parameters: UInt64
        /// Longest context it was trained for, in tokens.
        package var context: Int
        /// Rank among all models, 0…100; see the file.
        package var quality: Int
        package var abilities: Set<Ability>
        package var licence: String
        package var shape: CatalogueShape
        package var builds: [Build]
    }

    /// One size in one quantisation, as it lies on a hub.
    package struct Build: Sendable, Equatable {
        package var quantisation: Quantisation
        package var artifact: ModelArtifact
        /// The files were once seen on the hub under these names.
        package var isVerified: Bool
    }

    package var families: [Family]
    /// Other names for references, such as `work` for `qwen2.5-coder:7b`.
    package var aliases: [String: String]

    package init(families: [Family], aliases: [String: String] = [:]) {
        self.families = families
        self.aliases = aliases
    }

    /// One line of the catalogue: a family, a size, and a quantisation of it.
    package struct Entry: Sendable, Equatable {
        package var family: Family
        package var size: Size
        package var build: Build

        package init(family: Family, size: Size, build: Build) {
            self.family = family
            self.size = size
            self.build = build
        }

        /// For example `qwen2.5-coder:7b:q4_k_m`.
        package var id: String { "\(family.id):\(size.id):\(build.quantisation)" }
        /// For people, such as `Qwen2.5-Coder 7B`.
        package var name: String { family.sizes.count == 1 ? family.name : "\(family.name) \(size.id.uppercased())" }
        package var format: ModelArtifact.Format { build.artifact.format }
        /// It comes with the program and is not downloaded.
        package var isBundled: Bool { build.artifact.repository.isEmpty }
        /// Its rank, less what the quantisation costs.
        package var quality: Int { max(0, size.quality - build.quantisation.loss) }
        /// All files together, in bytes, and whether that is an estimate.
        package var bytes: (count: UInt64, isEstimate: Bool) {
            build.artifact.bytes.map { ($0, false) } ?? (shape.fileBytes, true)
        }
        /// What it is made of, as far as the catalogue knows.
        package var shape: ModelShape { ModelShape(size, build.quantisation, bytes: build.artifact.bytes) }
    }

    /// Everything, in the order of the file.
    package var entries: [Entry] {
        families.flatMap { family in
            family.sizes.flatMap { size in size.builds.map { Entry(family: family, size: size, build: $0) } }
        }
    }

    /// This catalogue with another on top: its families and sizes replace those of the same id, and the others are added.
    package func merging(_ other: Catalogue) -> Catalogue {
        var result = self
        for family in other.families {
            guard let place = result.families.firstIndex(where: { $0.id == family.id }) else {
                result.families.append(family)
                continue
            }
            var merged = family
            merged.sizes = result.families[place].sizes.filter { old in !family.sizes.contains { $0.id == old.id } }
            merged.sizes = (merged.sizes + family.sizes).sorted { $0.parameters < $1.parameters }
            result.families[place] = merged
        }
        result.aliases.merge(other.aliases) { $1 }
        return result
    }
}

/// What is publicly known of a model's layers, for reckoning before its file is there.
package struct CatalogueShape: Sendable, Equatable {
    package var architecture: String
    package var layers: UInt64
    package var embedding: UInt64
    /// Of a mixture that of all experts used together.
    package var feedForward: UInt64
    package var heads: UInt64
    package var keyValueHeads: UInt64
    package var keyLength: UInt64
    package var valueLength: UInt64
    package var vocabulary: UInt64
    /// Merges of the tokeniser.
    package var merges: UInt64
    package var isTied: Bool
    package var slidingWindow: Int?
    /// Weights used for one token; of a dense model all.
    package var activeParameters: UInt64?
}
