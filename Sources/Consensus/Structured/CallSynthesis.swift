package import SwarmCore

/// A call put together from the arguments most candidates agree on, where none of them made it as a whole.
package enum CallSynthesis {
    /// The call that has every argument as more than half of the valid candidates have it.
    ///
    /// Only where every valid candidate makes one call of the same tool, no two agree on what it is about, each
    /// argument (also its absence) has a strict majority by its schema's form, and the result fits the schema. Remarks
    /// and values are those of the first candidate that has the majority's value. Edits that quote what they replace
    /// are never put together: old and new text belong to each other.
    /// - Parameter candidates: the calls of each candidate, in the order of candidates.
    /// - Returns: `nil` where a condition fails.
    package static func call(from candidates: [[ToolCall]], shapes: ToolShapes) -> ToolCall? {
        var voters: [(call: ToolCall, written: JSON.Object, form: JSON.Object)] = []
        var identities: Set<String> = []
        for calls in candidates {
            guard case .success(let shape) = shapes.shape(of: calls) else { continue }
            guard let call = calls.first, let arguments = Arguments(call), calls.count == 1,
                call.name == voters.first?.call.name ?? call.name,
                identities.insert(shape.identity).inserted, EditChange.names(in: arguments.object) == nil
            else { return nil }
            voters.append((call, arguments.object, shapes.matchForm(of: arguments.object, of: call.name)))
        }
        guard voters.count >= 3, let first = voters.first else { return nil }

        var result = JSON.Object()
        for name in voters.flatMap({ $0.written.keys }) where result[name] == nil {
            let values = voters.map { $0.form[name].map(CanonicalKey.json) }
            guard let winner = Majority.of(values) else {
                guard isRemark(name, in: first.written) else { return nil }
                result[name] = voters.lazy.compactMap { $0.written[name] }.first
                continue
            }
            if values[winner] != nil { result[name] = voters[winner].written[name] }
        }
        guard shapes.accepts(result, of: first.call.name) else { return nil }
        return ToolCall(id: first.call.id, name: first.call.name, arguments: JSON.object(result).text)
    }

    private static func isRemark(_ name: String, in arguments: JSON.Object) -> Bool {
        let others = arguments.keys.lazy.filter { $0 != name }
        return ArgumentRole(name: name, value: "", isEnumerated: false, others: others) == .commentary
    }
}

/// The calls most candidates make among their parallel calls.
package enum MajorityCalls {
    /// Those calls, by shape and as often, that more than half of the valid candidates make.
    ///
    /// Each is taken from the first candidate that makes it; identifiers are made unique.
    /// - Parameter candidates: the calls of each candidate, in the order of candidates.
    /// - Returns: `nil` where there are none, and where they are all that one candidate calls: take that one whole.
    package static func calls(in candidates: [[ToolCall]], shapes: ToolShapes) -> [ToolCall]? {
        var voters: [[(item: Item, call: ToolCall)]] = []
        for calls in candidates {
            var seen: [String: Int] = [:]
            var items: [(item: Item, call: ToolCall)] = []
            for call in calls {
                guard case .success(let shape) = shapes.shape(of: call) else { break }
                seen[shape.key, default: 0] += 1
                items.append((Item(key: shape.key, repetition: seen[shape.key, default: 0]), call))
            }
            if items.count == calls.count { voters.append(items) }
        }
        var votes: [Item: Int] = [:]
        for voter in voters { for (item, _) in voter { votes[item, default: 0] += 1 } }
        let chosen = votes.filter { $0.value * 2 > voters.count }
        guard !chosen.isEmpty, !voters.contains(where: { Set($0.map(\.item)) == Set(chosen.keys) }) else { return nil }

        var taken: Set<Item> = []
        var ids: Set<String> = []
        var result: [ToolCall] = []
        for (item, call) in voters.joined() where chosen[item] != nil && taken.insert(item).inserted {
            var call = call
            let id = call.id
            var number = 2
            while !ids.insert(call.id).inserted {
                call.id = "\(id)-\(number)"
                number += 1
            }
            result.append(call)
        }
        return result
    }

    /// The n-th call of one shape by one candidate.
    private struct Item: Hashable {
        var key: String
        var repetition: Int
    }
}

/// Strict majorities.
enum Majority {
    /// The first place of the value that more than half of all places have.
    static func of(_ values: [some Hashable]) -> Int? {
        var counts: [Int] = []
        for value in values { counts.append(values.count { $0 == value }) }
        return counts.firstIndex { $0 * 2 > values.count }
    }
}
