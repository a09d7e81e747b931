import SwarmCore

/// What an edit that replaces one text by another changes, however much of the surroundings it quotes.
struct EditChange: Equatable {
    /// What is replaced, and what by; whole lines.
    let old: String
    let new: String

    /// Fewer letters and digits than this do not say by themselves where the change is.
    private static let tellingLength = 8

    /// Takes common first and last lines away, as both texts keep them.
    ///
    /// Where what remains of the old text is too short to tell the place, as for an insertion, the nearest common line
    /// stays: the one before, else the one after.
    init(old: String, new: String) {
        let (before, after) = (TextForms.splitLines(old), TextForms.splitLines(new))
        var (first, last) = (0, 0)
        let shorter = min(before.count, after.count)
        while first < shorter, before[first] == after[first] { first += 1 }
        while last < shorter - first, before[before.count - 1 - last] == after[after.count - 1 - last] { last += 1 }
        let core = before[first..<(before.count - last)].joined()
        if core.count(where: { $0.isLetter || $0.isNumber }) < EditChange.tellingLength {
            if first > 0 { first -= 1 } else if last > 0 { last -= 1 }
        }
        let (oldLines, newLines) = (before[first..<(before.count - last)], after[first..<(after.count - last)])
        let (old, new) = (oldLines.joined(separator: "\n"), newLines.joined(separator: "\n"))
        if oldLines.last?.isEmpty == true || newLines.last?.isEmpty == true {
            // Empty lines at the end do not count, so what is before them may be common now.
            self.init(old: old, new: new)
        } else {
            self.init(exactly: old, new)
        }
    }

    private init(exactly old: String, _ new: String) { (self.old, self.new) = (old, new) }

    /// An object with one text to be replaced and one to replace it, with both cut down to the change.
    ///
    /// - Returns: `nil` for any other object, and where every occurrence is replaced: there the surroundings matter.
    static func reduced(_ object: JSON.Object) -> JSON.Object? {
        guard let pair = names(in: object), let old = object[pair.old]?.stringValue,
            let new = object[pair.new]?.stringValue
        else { return nil }
        let everywhere = object.members.first { NameWords.joined($0.key) == "replaceall" }
        guard everywhere?.value != .bool(true) else { return nil }
        let change = EditChange(old: old, new: new)
        var reduced = object
        reduced[pair.old] = .string(change.old)
        reduced[pair.new] = .string(change.new)
        // Not to replace all is what every such tool does by default.
        if let everywhere, everywhere.value == .bool(false) || everywhere.value == .null {
            reduced[everywhere.key] = nil
        }
        return reduced
    }

    /// The names of the members with the old and the new text, such as `oldString` and `newString`.
    static func names(in object: JSON.Object) -> (old: String, new: String)? {
        for ending in ["string", "str", "text"] {
            let old = object.keys.first { NameWords.joined($0) == "old" + ending }
            let new = object.keys.first { NameWords.joined($0) == "new" + ending }
            if let old, let new { return (old, new) }
        }
        return nil
    }
}
