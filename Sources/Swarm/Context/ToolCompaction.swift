package import SwarmCore

/// Tools in fewer words, for models with little room.
///
/// What a call must look like stays: names, types, enumerations, bounds, references and what is required, so that a call
/// of the shorter tool is a valid call of the client's own. Applying either form again changes nothing, and neither is
/// ever longer than what it was made of.
package enum ToolCompaction {
    /// Characters of a summary at most.
    static let summaryLength = 100

    /// The first sentence of what the tool is for, and its parameters without words about them.
    package static func compact(_ tool: ToolSpec) -> ToolSpec {
        ToolSpec(
            name: tool.name,
            summary: tool.summary.map(firstSentence),
            parameters: tool.parameters.map(SchemaTrimming.withoutAnnotations)
        )
    }

    /// The name and the required parameters.
    ///
    /// All parameters stay where the schema is more than a list of them: where what is required depends on what is
    /// there, or where a reference leads elsewhere than to a definition.
    package static func minimal(_ tool: ToolSpec) -> ToolSpec {
        let parameters = compact(tool).parameters
        return ToolSpec(name: tool.name, parameters: parameters.map(SchemaTrimming.onlyRequired))
    }

    /// The first sentence of the first line that is not empty; cut at a word where it is long.
    static func firstSentence(_ text: String) -> String {
        let lines = text.split(whereSeparator: \.isNewline).lazy.map { $0.trimmed }
        guard let line = lines.first(where: { !$0.isEmpty }) else { return "" }
        let sentence = line.indices.first { line.endsSentence(at: $0) }.map { line[...$0] } ?? line
        let most = sentence.prefix(summaryLength)
        guard most.endIndex < sentence.endIndex, !sentence[most.endIndex].isWhitespace else {
            return String(most.trimmed)
        }
        return String((most.lastIndex(where: \.isWhitespace).map { most[..<$0] } ?? most).trimmed)
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        let start = drop(while: \.isWhitespace)
        return start.lastIndex { !$0.isWhitespace }.map { start[...$0] } ?? ""
    }

    /// Whether the character is the end of a sentence of several words that another one follows.
    ///
    /// A point after a number of a list (`1.`), in a word (`e.g.`) or before small letters is none.
    fileprivate func endsSentence(at place: Index) -> Bool {
        guard ".!?".contains(self[place]) else { return false }
        let after = self[place...].dropFirst()
        guard after.first?.isWhitespace == true, after.first(where: { !$0.isWhitespace })?.isLowercase == false,
            let space = self[..<place].lastIndex(where: \.isWhitespace)
        else { return false }
        return !self[space..<place].contains(".")
    }
}
