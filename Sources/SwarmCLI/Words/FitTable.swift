package import Hardware
package import ModelCatalog
import Observability
package import SwarmCore

/// The models of a catalogue with how they fit, for people and for programs.
package struct FitTable: Sendable {
    /// A model with its best way to run.
    package struct Row: Sendable {
        package var entry: Catalogue.Entry
        package var fit: Fit
        package var speed: SpeedClass
        /// It is what would be chosen.
        package var isChosen: Bool
    }

    package var rows: [Row]

    /// - Parameter isWhole: every quantisation, also what does not fit; else the best of each model.
    package init(_ catalogue: Catalogue, on machine: Machine, _ wish: Wish, isWhole: Bool) throws {
        let chosen = try Selection.choose(catalogue, on: machine, wish)
        var any = wish
        any.abilities = []
        any.slowest = .tooSlow
        let all = try Selection.choose(catalogue, on: machine, any)
        let best = chosen.first?.entry.id
        rows = all.map { Row(entry: $0.entry, fit: $0.fit, speed: $0.speed, isChosen: $0.entry.id == best) }
        rows = rows.filter(\.isChosen) + rows.filter { !$0.isChosen }
        let rest = catalogue.entries.filter { entry in
            entry.format == wish.format && !rows.contains { $0.entry.id == entry.id }
        }
        let request = FitRequest(context: wish.contexts.last, candidates: 1, cache: wish.cache)
        rows += rest.map { entry in
            let fit = Fit.of(entry.shape, on: machine, request)
            return Row(entry: entry, fit: fit, speed: SpeedClass.of(fit, on: machine), isChosen: false)
        }
        guard !isWhole else { return }
        var seen: Set<String> = []
        rows = rows.filter { seen.insert("\($0.entry.family.id):\($0.entry.size.id)").inserted }
    }

    package var lines: [String] {
        let heading = ["", "MODEL", "SIZE", "RANK", "FITS", "CONTEXT", "N", "MEMORY", "SPEED", "FOR", "LICENCE"]
        let cells = rows.map { row in
            let bytes = row.entry.bytes
            let fits = row.fit.verdict.fits
            return [
                row.isChosen ? "*" : "", row.entry.id, (bytes.isEstimate ? "~" : "") + Amount.words(bytes.count),
                String(row.entry.quality), row.fit.verdict.short, fits ? String(row.fit.context) : "",
                fits ? String(row.fit.candidates) : "", Amount.words(row.fit.needed), fits ? row.speed.rawValue : "",
                row.entry.abilities.joined(separator: " "), row.entry.size.licence,
            ].map { SafeText.line($0) }
        }
        let sides: [Columns.Side] = [.left, .left, .right, .right, .left, .right, .right, .right, .left, .left, .left]
        let marked = rows.contains(where: \.isChosen) ? ["", "* would be chosen here; swarm fit NAME shows why"] : []
        return Columns(sides: sides).lines([heading] + cells) + marked
    }

    package var json: JSON {
        [
            "models": .array(
                rows.map { row in
                    let bytes = row.entry.bytes
                    return [
                        "id": .string(row.entry.id), "name": .string(row.entry.name), "chosen": .bool(row.isChosen),
                        "format": .string(row.entry.format.rawValue), "bytes": .integer(bytes.count),
                        "bytes_estimated": .bool(bytes.isEstimate), "parameters": .integer(row.entry.size.parameters),
                        "context_trained": .integer(row.entry.size.context), "quality": .integer(row.entry.quality),
                        "licence": .string(row.entry.size.licence),
                        "abilities": .array(row.entry.abilities.map { .string($0) }),
                        "repository": .string(row.entry.build.artifact.repository),
                        "files": .array(row.entry.build.artifact.files.map { .string($0.name) }),
                        "verified": .bool(row.entry.build.isVerified), "verdict": .string(row.fit.verdict.short),
                        "fits": .bool(row.fit.verdict.fits), "context": .integer(row.fit.context),
                        "candidates": .integer(row.fit.candidates), "needed": .integer(row.fit.needed),
                        "speed": .string(row.speed.rawValue),
                    ]
                }
            )
        ]
    }
}

extension Catalogue.Entry {
    /// What it was trained for, in a fixed order.
    fileprivate var abilities: [String] {
        Catalogue.Ability.allCases.filter { size.abilities.contains($0) }.map(\.rawValue)
    }
}
