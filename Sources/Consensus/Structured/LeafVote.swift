package import SwarmCore

/// A vote on JSON values leaf by leaf, for where no two are equal as a whole.
package struct LeafVote: Sendable, Equatable {
    /// What more than half agree on: members they share, and array elements at the same place.
    ///
    /// Elements without a majority are left out and those after them move up.
    package let value: JSON
    /// Whether `value` fits the schema; `true` without one.
    package let isValid: Bool
    /// Place of the value most like it, the first of equals.
    package let closest: Int
    /// The share of leaves that `closest` and the majority have in common, of all leaves of both; 0…1.
    package let likeness: Double

    /// Votes on valid values, each leaf needing more than half of them; leaves are scalars and empty containers.
    ///
    /// With a schema, values are compared in the form it speaks of.
    /// - Returns: `nil` when no leaf has a majority.
    package init?(_ values: [JSON], schema: JSONSchema? = nil) {
        self.init(forms: values.map { schema?.matchForm(of: $0) ?? $0.byValue }, schema: schema)
    }

    /// Votes on values that are in one form already.
    init?(forms values: [JSON], schema: JSONSchema?) {
        let leaves = values.map { Leaves(of: $0).all }
        var votes: [String: Int] = [:]
        for own in leaves {
            for leaf in own { votes[leaf.vote, default: 0] += 1 }
        }
        var majority: [String: Leaf] = [:]
        for own in leaves {
            for leaf in own where votes[leaf.vote, default: 0] * 2 > values.count { majority[leaf.path] = leaf }
        }
        guard !majority.isEmpty else { return nil }

        let likenesses = leaves.map { own in
            let common = own.count { majority[$0.path]?.vote == $0.vote }
            return Double(common) / Double(own.count + majority.count - common)
        }
        guard let best = likenesses.max(), let closest = likenesses.firstIndex(of: best) else { return nil }
        let sorted = majority.values.sorted { $0.steps.lexicographicallyPrecedes($1.steps) }
        value = LeafVote.built(of: sorted.map { (path: $0.steps[...], value: $0.value) })
        isValid = schema?.violation(of: value) == nil
        self.closest = closest
        likeness = best
    }

    private struct Leaf {
        var steps: [Step]
        /// The steps as text: equal paths, equal text.
        var path: String
        var value: JSON
        /// Path and value as text.
        var vote: String
    }

    /// One step into a value.
    private enum Step: Hashable, Comparable {
        case index(Int)
        case key(String)
    }

    /// All leaves of a value.
    private struct Leaves {
        private(set) var all: [Leaf] = []

        init(of value: JSON) { add(value, at: [], path: "") }

        private mutating func add(_ value: JSON, at steps: [Step], path: String) {
            switch value {
            case .array(let elements) where !elements.isEmpty:
                for (place, element) in elements.enumerated() {
                    add(element, at: steps + [.index(place)], path: path + "[\(place)")
                }
            case .object(let object) where !object.isEmpty:
                for (key, member) in object.members {
                    add(member, at: steps + [.key(key)], path: path + JSON.string(key).text)
                }
            case .null, .bool, .number, .string, .array, .object:
                all.append(Leaf(steps: steps, path: path, value: value, vote: path + "=" + value.text))
            }
        }
    }

    /// Puts leaves in the order of their paths together again.
    ///
    /// A majority cannot have a leaf and a container, or an array and an object, at one place: one value would need
    /// both.
    private static func built(of leaves: [(path: ArraySlice<Step>, value: JSON)]) -> JSON {
        guard let first = leaves.first, let step = first.path.first else { return leaves.first?.value ?? .null }
        var groups: [(step: Step, leaves: [(path: ArraySlice<Step>, value: JSON)])] = []
        for leaf in leaves {
            guard let step = leaf.path.first else { continue }
            if groups.last?.step != step { groups.append((step, [])) }
            groups[groups.count - 1].leaves.append((leaf.path.dropFirst(), leaf.value))
        }
        if case .index = step { return .array(groups.map { built(of: $0.leaves) }) }
        var object = JSON.Object()
        for group in groups {
            if case .key(let key) = group.step { object[key] = built(of: group.leaves) }
        }
        return .object(object)
    }
}

extension CanonicalKey {
    /// The key of a JSON value in the form its schema speaks of: members equal to their defaults do not count.
    package static func json(_ value: JSON, schema: JSONSchema) -> String { json(schema.matchForm(of: value)) }
}
