/// A regular expression for single lines that is matched in time proportional to pattern × line, whatever it is.
///
/// Patterns come from models and a search that goes back cannot be stopped, so this one goes forward only, with all ways
/// at once (Thompson, "Regular expression search algorithm", CACM 11(6), 1968). Understood: `.`, `[…]`, `\d \w \s \b`
/// and their opposites, `^`, `$`, groups, `|`, `* + ? {m,n}` (lazy ones too: only whether there is a match counts), and
/// `(?i)` at the beginning. Not understood: references to earlier matches and looking around.
package struct LinePattern: Sendable {
    /// Why a pattern cannot be used, in words for the model.
    package struct Problem: Error, Sendable, Equatable, CustomStringConvertible {
        package let description: String
    }

    private let program: [PatternStep]
    /// The pattern itself, when it has no signs with a meaning.
    private let literal: [UInt8]?

    package init(_ text: String) throws(Problem) {
        var reader = PatternReader(text)
        let node = try reader.read()
        var compiler = PatternCompiler(ignoresCase: reader.ignoresCase)
        program = try compiler.program(for: node)
        literal = text.isEmpty || text.utf8.contains { LinePattern.signs.contains($0) } ? nil : Array(text.utf8)
    }

    private static let signs = Set(#"\^$.|?*+()[]{}"#.utf8)

    /// Whether the pattern is found anywhere in a line.
    package func isFound(in line: ArraySlice<UInt8>) -> Bool {
        if let literal { return !TextEdit.places(of: literal, in: Array(line)).isEmpty }
        return isFound(in: Array(String(decoding: line, as: UTF8.self).unicodeScalars))
    }

    private func isFound(in line: [Unicode.Scalar]) -> Bool {
        var ways = Ways(count: program.count)
        var next = Ways(count: program.count)
        for place in 0...line.count {
            if add(0, at: place, in: line, to: &ways) { return true }
            guard place < line.count else { return false }
            for way in ways.list {
                guard case .one(let set) = program[way], set.contains(line[place]) else { continue }
                if add(way + 1, at: place + 1, in: line, to: &next) { return true }
            }
            swap(&ways, &next)
            next.clear()
        }
        return false
    }

    /// Steps that are waiting for a character, each once.
    private struct Ways {
        private(set) var list: [Int] = []
        private var isIn: [Bool]

        init(count: Int) { isIn = [Bool](repeating: false, count: count) }

        mutating func insert(_ step: Int) -> Bool {
            guard !isIn[step] else { return false }
            isIn[step] = true
            list.append(step)
            return true
        }

        mutating func clear() {
            for step in list { isIn[step] = false }
            list.removeAll(keepingCapacity: true)
        }
    }

    /// Goes on from a step as far as no character is needed.
    /// - Returns: whether the end of the program was reached.
    private func add(_ start: Int, at place: Int, in line: [Unicode.Scalar], to ways: inout Ways) -> Bool {
        var open = [start]
        while let step = open.popLast() {
            guard ways.insert(step) else { continue }
            switch program[step] {
            case .end: return true
            case .one: break
            case .go(let other): open.append(other)
            case .either(let first, let second): open += [second, first]
            case .only(let border): if border.holds(at: place, in: line) { open.append(step + 1) }
            }
        }
        return false
    }
}

/// One step of a compiled pattern.
enum PatternStep: Sendable {
    case end
    case one(PatternSet)
    case go(Int)
    case either(Int, Int)
    case only(PatternBorder)
}

/// A place between two characters.
enum PatternBorder: Sendable {
    case start, end, word, noWord

    func holds(at place: Int, in line: [Unicode.Scalar]) -> Bool {
        switch self {
        case .start: place == 0
        case .end: place == line.count
        case .word: isWord(place - 1, line) != isWord(place, line)
        case .noWord: isWord(place - 1, line) == isWord(place, line)
        }
    }

    private func isWord(_ place: Int, _ line: [Unicode.Scalar]) -> Bool {
        line.indices.contains(place) && PatternSet.word.contains(line[place])
    }
}

/// Characters one of which is wanted.
struct PatternSet: Sendable {
    var ranges: [ClosedRange<UInt32>]
    var isNegated = false
    /// Sets within this one, such as `\d` in `[\d.]`.
    var inner: [PatternSet] = []

    static let any = PatternSet(ranges: [0...UInt32.max])
    static let digit = PatternSet(ranges: [0x30...0x39])
    static let space = PatternSet(ranges: [0x09...0x0D, 0x20...0x20, 0xA0...0xA0])
    /// Letters beyond ASCII count as such.
    static let word = PatternSet(ranges: [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A, 0xAA...0x10FFFF])

    init(ranges: [ClosedRange<UInt32>], isNegated: Bool = false) {
        self.ranges = ranges
        self.isNegated = isNegated
    }

    init(_ scalar: Unicode.Scalar) { self.init(ranges: [scalar.value...scalar.value]) }

    var negated: PatternSet {
        var set = self
        set.isNegated.toggle()
        return set
    }

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        let isIn = ranges.contains { $0.contains(scalar.value) } || inner.contains { $0.contains(scalar) }
        return isIn != isNegated
    }

    /// The same for ASCII letters in both cases.
    var withBothCases: PatternSet {
        var set = self
        for range in ranges {
            for (letters, shift) in [(UInt32(0x41)...0x5A, Int64(32)), (UInt32(0x61)...0x7A, Int64(-32))]
            where range.overlaps(letters) {
                let common = range.clamped(to: letters)
                set.ranges.append(
                    UInt32(Int64(common.lowerBound) + shift)...UInt32(Int64(common.upperBound) + shift)
                )
            }
        }
        set.inner = inner.map(\.withBothCases)
        return set
    }
}
