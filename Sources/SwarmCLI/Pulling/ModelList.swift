import ModelCatalog
import ModelStore
import Observability
import SwarmCore

/// The models of a machine, for people and for programs.
struct ModelList: Sendable {
    var stored: [StoredModel]
    var partials: [PartialModel]
    var found: FoundModels

    /// A table: name, size, state, and whose it is.
    func lines(home: String) -> [String] {
        var rows: [[String]] = stored.map { [$0.name, Amount.words($0.bytes), state($0), "Local Swarm"] }
        rows += partials.map { partial in
            let all = partial.total.map { " of " + Amount.words($0) } ?? ""
            let state = partial.isBusy ? "being fetched" : "not all there; swarm pull goes on"
            return [
                "hf:\(partial.repository)/\(partial.file)", Amount.words(partial.bytes) + all, state, "Local Swarm",
            ]
        }
        rows += others.map { [$0.name, Amount.words($0.bytes), "", $0.origin.words] }
        guard !rows.isEmpty else { return [] }
        let table = [["MODEL", "SIZE", "STATE", "FROM"]] + rows.map { $0.map(SafeText.line) }
        return Columns(sides: [.left, .right, .left, .left]).lines(table)
    }

    /// What was not looked at.
    var notes: [String] {
        found.unreadable.map { "\(SafeText.line($0)) cannot be read by this user" }
            + (found.isCut ? ["not all files were looked at: a folder has too many"] : [])
    }

    var json: JSON {
        [
            "models": .array(stored.map(json) + others.map(json)),
            "partials": .array(
                partials.map { partial in
                    [
                        "name": .string("hf:\(partial.repository)/\(partial.file)"), "path": .string(partial.path),
                        "bytes": .integer(partial.bytes), "total": partial.total.map { .integer($0) } ?? .null,
                        "busy": .bool(partial.isBusy),
                    ]
                }
            ),
        ]
    }

    /// What others have put there.
    private var others: [FoundModel] { found.models.filter { $0.origin != .store } }

    private func state(_ model: StoredModel) -> String {
        if !model.missing.isEmpty { return "\(model.missing.count) part(s) missing" }
        if model.files.contains(where: { $0.condition == .changed }) { return "changed since it was fetched" }
        if model.files.contains(where: { $0.condition == .unknown }) { return "put there by hand" }
        return model.isVerified ? "verified" : "not verified"
    }

    private func json(_ model: StoredModel) -> JSON {
        [
            "name": .string(model.name), "origin": "store", "path": .string(model.path), "bytes": .integer(model.bytes),
            "format": .string(model.format.rawValue), "verified": .bool(model.isVerified),
            "intact": .bool(model.isIntact),
            "commit": .string(model.artifact.revision), "state": .string(state(model)),
        ]
    }

    private func json(_ model: FoundModel) -> JSON {
        [
            "name": .string(model.name), "origin": .string(model.origin.rawValue),
            "path": .string(model.paths.first ?? ""),
            "bytes": .integer(model.bytes), "format": "gguf",
        ]
    }
}
