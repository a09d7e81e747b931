package import Foundation
import SwarmCore

extension LoggedVote {
    /// The whole story of a vote: question, decision, and who said what, in lines of at most `width` characters.
    package func explanation(width: Int, timeZone: TimeZone = .current) -> [String] {
        let head = facts(timeZone: timeZone).flatMap { name, value in
            Self.paragraph(name, value, width: width)
        }
        let grouped = Set(clusters.flatMap(\.members))
        let others = said.keys.filter { !grouped.contains($0) }.sorted()
        let groups = clusters.map { cluster in
            [cluster.heading(width: width)] + cluster.members.map { line($0, width: width) }
        }
        let rest =
            others.isEmpty
            ? [] : [[clusters.isEmpty ? "candidates" : "without a vote"] + others.map { line($0, width: width) }]
        return ([head] + groups + rest).joined(separator: [""]).map { $0 }
    }

    private func facts(timeZone: TimeZone) -> [(String, String)] {
        var facts = [
            ("vote", id), ("decided", "\(Moment.words(at, in: timeZone)), model \(model)"),
            ("question", prompt ?? "not kept, SHA-256 \(promptHash)"),
        ]
        if let method = report["method"]?.stringValue {
            var words = "\(kind.words), \(VoteWords.method(method))"
            if let agreement = report["agreement"]?.doubleValue {
                words += "; agreement \(VoteWords.percent(agreement))"
            }
            if let margin = report["margin"]?.doubleValue { words += ", margin \(VoteWords.percent(margin))" }
            facts.append(("decision", words))
        }
        if let stop = report["stop"]?.stringValue { facts.append(("stopped", VoteWords.stop(stop))) }
        let counts = [
            ("n_requested", "asked for"), ("n_finished", "finished"), ("n_valid", "could vote"),
            ("n_cancelled", "stopped early"), ("n_killed", "ended as hopeless"),
            ("n_hedged", "begun again, being late"), ("n_lost", "lost"),
            ("escalations", "times more were asked for"),
        ].compactMap { key, words in
            report[key]?.intValue.flatMap { $0 > 0 || key == "n_valid" ? "\($0) \(words)" : nil }
        }
        if !counts.isEmpty { facts.append(("candidates", counts.joined(separator: ", "))) }
        if let strategy = report["strategy"]?.stringValue, strategy != "auto" { facts.append(("strategy", strategy)) }
        if report["low_agreement"] == true { facts.append(("agreement", "low: too few agreed on what it changes")) }
        if let gate = report["gate"]?.stringValue { facts.append(("gate", gate)) }
        if let tokens = report["tokens_total"]?.intValue { facts.append(("tokens", "\(tokens)")) }
        if let dissent = report["dissent"]?.stringValue { facts.append(("dissent", dissent)) }
        return facts
    }

    /// A name and its text, which goes on below for up to three lines and loses its middle when it is longer.
    private static func paragraph(_ name: String, _ text: String, width: Int) -> [String] {
        let indent = 12
        let room = max(20, width - indent)
        var rest = Short.ends(text, room: 3 * room)[...]
        var lines: [String] = []
        repeat {
            let title = lines.isEmpty ? name : ""
            lines.append(title + String(repeating: " ", count: indent - title.count) + rest.prefix(room))
            rest = rest.dropFirst(room)
        } while !rest.isEmpty
        return lines
    }

    /// One candidate: `* #0  text`, with a star for the winner.
    private func line(_ index: Int, width: Int) -> String {
        let head = "  \(index == winner ? "*" : " ") #\(index)  "
        guard let candidate = said[index] else { return head + "-" }
        let finish = candidate["finish"]?.stringValue.flatMap { ["stop", "tool_calls"].contains($0) ? nil : $0 }
        let tail = finish.map { "  (\(Short.beginning($0, room: 12)))" } ?? ""
        return head + Short.beginning(Self.words(candidate), room: max(8, width - head.count - tail.count)) + tail
    }

    private static func words(_ candidate: JSON) -> String {
        let calls = (candidate["tool_calls"]?.arrayValue ?? []).map { call in
            let call = call["function"] ?? call
            let arguments = call["arguments"].map { $0.stringValue ?? $0.text } ?? ""
            return "\(call["name"]?.stringValue ?? "?")(\(arguments))"
        }
        let text = candidate["text"]?.stringValue ?? ""
        return (text.isEmpty ? calls : [text] + calls).joined(separator: " ")
    }

    /// The candidates by the index the report knows them by.
    private var said: [Int: JSON] {
        var said: [Int: JSON] = [:]
        for (place, candidate) in (candidates.arrayValue ?? []).enumerated() {
            said[candidate["index"]?.intValue ?? place] = candidate
        }
        return said
    }

    private var clusters: [Cluster] { (report["clusters"]?.arrayValue ?? []).map(Cluster.init) }
}

/// One group of candidates with the same answer, as the report tells it.
private struct Cluster {
    private var key: String
    private var size: String
    var members: [Int]

    init(_ json: JSON) {
        let votes = json["votes"]?.intValue ?? 0
        let share = json["share"]?.doubleValue.map(VoteWords.percent) ?? "-"
        key = json["key"]?.stringValue ?? ""
        size = "\(share)  \(votes) vote\(votes == 1 ? "" : "s")"
        members = (json["members"]?.arrayValue ?? []).compactMap(\.intValue)
    }

    /// For example `75 %  3 votes  42`.
    func heading(width: Int) -> String {
        key.isEmpty ? size : size + "  " + Short.beginning(key, room: max(8, width - size.count - 2))
    }
}
