/// A pattern for paths: `*` and `?` within a name, `**` for any folders, `[a-z]`, `[!a-z]` and `{a,b}`.
///
/// In the manner of IEEE Std 1003.1, section 2.13, with braces and `**` as shells have them. A pattern without a slash
/// is for the name alone, in whatever folder. Matching is bounded by pattern × path.
package struct GlobPattern: Sendable, Equatable {
    /// Most patterns that braces may stand for.
    private static let alternatives = 64

    private enum Part: Sendable, Equatable {
        case anyFolders
        case name([Piece])
    }

    private enum Piece: Sendable, Equatable {
        case scalar(Unicode.Scalar)
        case one
        case many
        case among([ClosedRange<Unicode.Scalar>], isNegated: Bool)
    }

    private let patterns: [[Part]]

    package init(_ text: String) {
        var bare = text[...]
        while bare.hasPrefix("./") { bare = bare.dropFirst(2) }
        patterns = GlobPattern.expanded(String(bare)).map { pattern in
            // With a slash, also one at the beginning, it is for the path from the top.
            let full = pattern.contains("/") ? pattern : "**/" + pattern
            return full.split(separator: "/").map { $0 == "**" ? .anyFolders : .name(GlobPattern.pieces($0)) }
        }
    }

    /// Whether a path, without `.` and `..`, fits.
    package func matches(_ path: String) -> Bool {
        let names = path.split(separator: "/").map { Array($0.unicodeScalars) }
        return patterns.contains { GlobPattern.fits($0, names) }
    }

    private static func fits(_ parts: [Part], _ names: [[Unicode.Scalar]]) -> Bool {
        // Which numbers of names the parts so far can have taken.
        var taken = [Bool](repeating: false, count: names.count + 1)
        taken[0] = true
        for (place, part) in parts.enumerated() {
            var next = [Bool](repeating: false, count: names.count + 1)
            switch part {
            case .anyFolders:
                // At the end it wants something below: `src/**` is not `src` itself.
                let least = place == parts.count - 1 ? 1 : 0
                guard let first = taken.firstIndex(of: true), first + least <= names.count else { return false }
                for count in (first + least)...names.count { next[count] = true }
            case .name(let pieces):
                for count in names.indices where taken[count] && fits(pieces, names[count]) { next[count + 1] = true }
            }
            taken = next
        }
        return taken[names.count]
    }

    /// One name, going back to the last `*` only.
    private static func fits(_ pieces: [Piece], _ name: [Unicode.Scalar]) -> Bool {
        var (piece, at) = (0, 0)
        var star: (piece: Int, at: Int)?
        while at < name.count {
            if piece < pieces.count, pieces[piece] == .many {
                star = (piece, at)
                piece += 1
            } else if piece < pieces.count, fits(pieces[piece], name[at]) {
                piece += 1
                at += 1
            } else if let last = star {
                star = (last.piece, last.at + 1)
                (piece, at) = (last.piece + 1, last.at + 1)
            } else {
                return false
            }
        }
        return pieces[piece...].allSatisfy { $0 == .many }
    }

    private static func fits(_ piece: Piece, _ scalar: Unicode.Scalar) -> Bool {
        switch piece {
        case .scalar(let wanted): wanted == scalar
        case .one: true
        case .many: false
        case .among(let ranges, let isNegated): ranges.contains { $0.contains(scalar) } != isNegated
        }
    }

    private static func pieces(_ text: Substring) -> [Piece] {
        var pieces: [Piece] = []
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "*": if pieces.last != .many { pieces.append(.many) }
            case "?": pieces.append(.one)
            case "\\": pieces.append(.scalar(rest.popFirst() ?? "\\"))
            case "[":
                if let (set, length) = set(rest) {
                    pieces.append(set)
                    rest = rest.dropFirst(length)
                } else {
                    pieces.append(.scalar(scalar))
                }
            default: pieces.append(.scalar(scalar))
            }
        }
        return pieces
    }

    /// What stands between brackets, and how long it is with the closing one; `nil` when none closes.
    private static func set(_ text: Substring.UnicodeScalarView) -> (Piece, Int)? {
        var scalars = Array(text)
        let isNegated = scalars.first == "!" || scalars.first == "^"
        let start = isNegated ? 1 : 0
        guard scalars.count > start + 1, let end = scalars[(start + 1)...].firstIndex(of: "]") else { return nil }
        scalars = Array(scalars[start..<end])
        var ranges: [ClosedRange<Unicode.Scalar>] = []
        var at = 0
        while at < scalars.count {
            if at + 2 < scalars.count, scalars[at + 1] == "-", scalars[at] <= scalars[at + 2] {
                ranges.append(scalars[at]...scalars[at + 2])
                at += 3
            } else {
                ranges.append(scalars[at]...scalars[at])
                at += 1
            }
        }
        return (.among(ranges, isNegated: isNegated), end + 1)
    }

    /// The patterns without braces that one with braces stands for.
    private static func expanded(_ text: String) -> [String] {
        var done: [String] = []
        var open = [text]
        while let next = open.popLast() {
            guard done.count + open.count < alternatives, let (before, choices, after) = braces(next) else {
                done.append(next)
                continue
            }
            open += choices.reversed().map { String(before + $0 + after) }
        }
        return Array(done.prefix(alternatives))
    }

    /// The first braces that hold a comma.
    private static func braces(_ text: String) -> (before: Substring, choices: [Substring], after: Substring)? {
        var start: String.Index?
        var depth = 0
        var borders: [String.Index] = []
        for place in text.indices {
            switch text[place] {
            case "{":
                if depth == 0 { (start, borders) = (place, []) }
                depth += 1
            case "," where depth == 1: borders.append(place)
            case "}" where depth > 0:
                depth -= 1
                guard depth == 0, !borders.isEmpty, let start else { continue }
                let starts = ([start] + borders).map { text.index(after: $0) }
                let choices = zip(starts, borders + [place]).map { text[$0..<$1] }
                return (text[..<start], choices, text[text.index(after: place)...])
            default: break
            }
        }
        return nil
    }
}
