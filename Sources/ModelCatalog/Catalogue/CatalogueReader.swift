import Foundation
import SwarmCore
import Yams

extension Catalogue {
    /// The catalogue that comes with the program.
    ///
    /// - Throws: never with the file that is tested with this source.
    package static func builtIn() throws(CatalogueError) -> Catalogue {
        try Catalogue(yaml: String(decoding: PackageResources.catalogue_yaml, as: UTF8.self), name: "catalogue.yaml")
    }

    /// Reads a catalogue's file.
    ///
    /// - Parameter name: what the file is called in errors.
    package init(yaml: String, name: String) throws(CatalogueError) {
        guard yaml.utf8.count <= 4 << 20 else { throw .file(name: name, reason: "is larger than 4 MB") }
        let root: Node?
        do {
            root = try Yams.compose(yaml: yaml)
        } catch {
            let reason = "\(error)".split(whereSeparator: \.isNewline).prefix(3).joined(separator: " ")
            throw .file(name: name, reason: "is not usable YAML: \(reason)")
        }
        guard let root else {
            self.init(families: [])
            return
        }
        self = try CatalogueReader(name: name).catalogue(root)
    }
}

/// Makes a catalogue of the nodes of its file.
struct CatalogueReader {
    let name: String

    func catalogue(_ root: Node) throws(CatalogueError) -> Catalogue {
        let top = try Fields(root, entry: "", field: "the file", file: name, known: ["families", "aliases"])
        var families: [Catalogue.Family] = []
        for node in try top.list("families") {
            let family = try family(node, top)
            guard !families.contains(where: { $0.id == family.id }) else {
                throw .field(name: name, line: node.mark?.line, entry: family.id, field: "id", reason: "is there twice")
            }
            families.append(family)
        }
        return Catalogue(families: families, aliases: try aliases(top))
    }

    private func aliases(_ top: Fields) throws(CatalogueError) -> [String: String] {
        guard let node = top.node("aliases") else { return [:] }
        guard case .mapping(let mapping) = node else { throw top.error("aliases", "must be a mapping of names") }
        var aliases: [String: String] = [:]
        for (key, value) in mapping {
            guard let alias = key.scalar?.string, let target = value.scalar?.string, Self.isName(alias) else {
                throw top.error("aliases", "must map names of letters, digits, dots and dashes to references")
            }
            aliases[alias] = target
        }
        return aliases
    }

    /// Whether a text can be a part of an id: nothing in it separates parts or begins a path.
    static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.count <= 64 && text.first != "." && text.first != "-"
            && text.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "." || $0 == "-" || $0 == "_") }
    }

    private func family(_ node: Node, _ top: Fields) throws(CatalogueError) -> Catalogue.Family {
        var fields = try top.inner(
            node,
            entry: "a family",
            field: "families",
            known: ["id", "name", "licence", "abilities", "shape", "sizes"]
        )
        let id = try fields.string("id")
        guard Self.isName(id) else { throw fields.error("id", "must be of small letters, digits, dots and dashes") }
        fields.entry = id
        let licence = try fields.string("licence")
        let abilities = try abilities(fields) ?? [.chat]
        var sizes: [Catalogue.Size] = []
        for node in try fields.list("sizes") {
            let size = try SizeReader(name: name, family: fields, licence: licence, abilities: abilities).size(node)
            guard !sizes.contains(where: { $0.id == size.id }) else {
                throw fields.error("sizes", "has \(size.id) twice")
            }
            sizes.append(size)
        }
        guard !sizes.isEmpty else { throw fields.error("sizes", "is missing or empty") }
        return Catalogue.Family(
            id: id,
            name: try fields.string("name"),
            licence: licence,
            abilities: abilities,
            sizes: sizes.sorted { $0.parameters < $1.parameters }
        )
    }

    private func abilities(_ fields: Fields) throws(CatalogueError) -> Set<Catalogue.Ability>? {
        try Self.abilities(fields)
    }

    static func abilities(_ fields: Fields) throws(CatalogueError) -> Set<Catalogue.Ability>? {
        guard fields.node("abilities") != nil else { return nil }
        var abilities: Set<Catalogue.Ability> = []
        for text in try fields.strings("abilities") {
            guard let ability = Catalogue.Ability(rawValue: text) else {
                let known = Catalogue.Ability.allCases.map(\.rawValue).joined(separator: ", ")
                throw fields.error("abilities", "has \(text); known are \(known)")
            }
            abilities.insert(ability)
        }
        return abilities
    }
}
