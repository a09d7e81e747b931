/// A pattern as it is built.
indirect enum PatternNode: Sendable {
    case set(PatternSet)
    case border(PatternBorder)
    case row([PatternNode])
    case choice([PatternNode])
    /// `most` is `nil` when there is no end to it.
    case times(PatternNode, least: Int, most: Int?)
}

/// Reads the text of a pattern.
struct PatternReader {
    /// Groups within groups.
    private static let depth = 50
    /// Largest number in `{m,n}`.
    private static let times = 255

    private let scalars: [Unicode.Scalar]
    private var at = 0
    private(set) var ignoresCase = false

    init(_ text: String) { scalars = Array(text.unicodeScalars) }

    mutating func read() throws(LinePattern.Problem) -> PatternNode {
        if starts(with: "(?i)") {
            ignoresCase = true
            at += 4
        }
        let node = try choice(depth: 0)
        guard at == scalars.count else { throw problem("')' closes nothing; write \\) for the sign itself") }
        return node
    }

    private func problem(_ words: String) -> LinePattern.Problem {
        LinePattern.Problem(description: "the pattern cannot be used: \(words)")
    }

    private var next: Unicode.Scalar? { at < scalars.count ? scalars[at] : nil }
    private func starts(with text: String) -> Bool { scalars[at...].starts(with: text.unicodeScalars) }

    private mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
        guard next == scalar else { return false }
        at += 1
        return true
    }

    private mutating func choice(depth: Int) throws(LinePattern.Problem) -> PatternNode {
        guard depth <= PatternReader.depth else { throw problem("too many groups within groups") }
        var choices = [try row(depth: depth)]
        while skip("|") { choices.append(try row(depth: depth)) }
        return choices.count == 1 ? choices[0] : .choice(choices)
    }

    private mutating func row(depth: Int) throws(LinePattern.Problem) -> PatternNode {
        var parts: [PatternNode] = []
        while let scalar = next, scalar != "|", scalar != ")" { parts.append(try repeated(try part(depth: depth))) }
        return .row(parts)
    }

    private mutating func part(depth: Int) throws(LinePattern.Problem) -> PatternNode {
        let scalar = scalars[at]
        at += 1
        switch scalar {
        case ".": return .set(.any)
        case "^": return .border(.start)
        case "$": return .border(.end)
        case "[": return .set(try brackets())
        case "\\": return try escape()
        case "*", "+", "?": throw problem("'\(scalar)' has nothing before it; write \\\(scalar) for the sign itself")
        case "(":
            if skip("?") {
                guard skip(":") else { throw problem("looking around and named groups are not understood") }
            }
            let node = try choice(depth: depth + 1)
            guard skip(")") else { throw problem("'(' is not closed; write \\( for the sign itself") }
            return node
        default: return .set(PatternSet(scalar))
        }
    }

    private mutating func repeated(_ node: PatternNode) throws(LinePattern.Problem) -> PatternNode {
        var node = node
        while let scalar = next {
            switch scalar {
            case "*": node = .times(node, least: 0, most: nil)
            case "+": node = .times(node, least: 1, most: nil)
            case "?": node = .times(node, least: 0, most: 1)
            case "{":
                guard let (least, most, length) = braces() else { return node }
                guard least <= PatternReader.times, (most ?? 0) <= PatternReader.times, least <= most ?? least else {
                    throw problem("a repetition may be at most \(PatternReader.times) times")
                }
                node = .times(node, least: least, most: most)
                at += length - 1
            default: return node
            }
            at += 1
        }
        return node
    }

    /// `{m}`, `{m,}` or `{m,n}` and how long it is; `nil` when the brace is only a brace.
    private func braces() -> (Int, Int?, Int)? {
        guard let end = scalars[at...].prefix(12).firstIndex(of: "}") else { return nil }
        let text = String(String.UnicodeScalarView(scalars[(at + 1)..<end]))
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard let least = parts.first.flatMap({ Int($0) }), least >= 0, parts.count <= 2 else { return nil }
        let length = end - at + 1
        if parts.count == 1 { return (least, least, length) }
        if parts[1].isEmpty { return (least, nil, length) }
        guard let most = Int(parts[1]), most >= 0 else { return nil }
        return (least, most, length)
    }

    private mutating func escape() throws(LinePattern.Problem) -> PatternNode {
        guard let scalar = next else { throw problem("it ends in a single \\") }
        at += 1
        switch scalar {
        case "b": return .border(.word)
        case "B": return .border(.noWord)
        case "1"..."9": throw problem("references to earlier matches are not understood")
        default: return .set(PatternReader.set(escaped: scalar))
        }
    }

    private static func set(escaped scalar: Unicode.Scalar) -> PatternSet {
        switch scalar {
        case "d": .digit
        case "D": .digit.negated
        case "w": .word
        case "W": .word.negated
        case "s": .space
        case "S": .space.negated
        case "t": PatternSet("\t")
        case "n": PatternSet("\n")
        case "r": PatternSet("\r")
        default: PatternSet(scalar)
        }
    }

    private mutating func brackets() throws(LinePattern.Problem) -> PatternSet {
        var set = PatternSet(ranges: [], isNegated: skip("^"))
        var isFirst = true
        while let scalar = next {
            at += 1
            if scalar == "]", !isFirst { return set }
            isFirst = false
            if scalar == "[", let named = named() {
                set.inner.append(named)
                continue
            }
            if scalar == "\\", let escaped = next {
                at += 1
                let inner = PatternReader.set(escaped: escaped)
                guard inner.ranges.count == 1, inner.ranges[0].count == 1, !inner.isNegated else {
                    set.inner.append(inner)
                    continue
                }
                set.ranges.append(try range(from: inner.ranges[0].lowerBound))
            } else {
                set.ranges.append(try range(from: scalar.value))
            }
        }
        throw problem("'[' is not closed; write \\[ for the sign itself")
    }

    /// From a character to the one after `-`, if there is one.
    private mutating func range(from first: UInt32) throws(LinePattern.Problem) -> ClosedRange<UInt32> {
        guard next == "-", at + 1 < scalars.count, scalars[at + 1] != "]" else { return first...first }
        at += 1
        if scalars[at] == "\\", at + 1 < scalars.count { at += 1 }
        let last = scalars[at].value
        at += 1
        guard first <= last else { throw problem("a range in brackets runs backwards") }
        return first...last
    }

    /// A class such as `[:alpha:]` within brackets.
    private mutating func named() -> PatternSet? {
        let classes: [(String, PatternSet)] = [
            (":alpha:]", PatternSet(ranges: [0x41...0x5A, 0x61...0x7A])), (":digit:]", .digit), (":space:]", .space),
            (":alnum:]", PatternSet(ranges: [0x30...0x39, 0x41...0x5A, 0x61...0x7A])),
            (":upper:]", PatternSet(ranges: [0x41...0x5A])), (":lower:]", PatternSet(ranges: [0x61...0x7A])),
            (":punct:]", PatternSet(ranges: [0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E])),
        ]
        guard let found = classes.first(where: { starts(with: $0.0) }) else { return nil }
        at += found.0.unicodeScalars.count
        return found.1
    }
}

/// Makes steps of a pattern.
struct PatternCompiler {
    /// Most steps of one pattern, and most parts that are looked at to make them.
    private static let limit = 4000

    let ignoresCase: Bool
    private var steps: [PatternStep] = []
    private var looks = 0

    init(ignoresCase: Bool) { self.ignoresCase = ignoresCase }

    mutating func program(for node: PatternNode) throws(LinePattern.Problem) -> [PatternStep] {
        try write(node)
        steps.append(.end)
        return steps
    }

    private mutating func write(_ node: PatternNode) throws(LinePattern.Problem) {
        looks += 1
        guard steps.count < PatternCompiler.limit, looks < 4 * PatternCompiler.limit else {
            throw LinePattern.Problem(description: "the pattern cannot be used: it is too long")
        }
        switch node {
        case .set(let set): steps.append(.one(ignoresCase ? set.withBothCases : set))
        case .border(let border): steps.append(.only(border))
        case .row(let nodes): for node in nodes { try write(node) }
        case .choice(let nodes): try write(choices: nodes)
        case .times(let node, let least, let most): try write(node, least: least, most: most)
        }
    }

    private mutating func write(choices nodes: [PatternNode]) throws(LinePattern.Problem) {
        var ends: [Int] = []
        for (place, node) in nodes.enumerated() {
            guard place < nodes.count - 1 else {
                try write(node)
                break
            }
            let fork = steps.count
            steps.append(.go(0))
            try write(node)
            ends.append(steps.count)
            steps.append(.go(0))
            steps[fork] = .either(fork + 1, steps.count)
        }
        for end in ends { steps[end] = .go(steps.count) }
    }

    private mutating func write(_ node: PatternNode, least: Int, most: Int?) throws(LinePattern.Problem) {
        for _ in 0..<least { try write(node) }
        guard let most else {
            let fork = steps.count
            steps.append(.go(0))
            try write(node)
            steps.append(.go(fork))
            steps[fork] = .either(fork + 1, steps.count)
            return
        }
        var forks: [Int] = []
        for _ in 0..<(most - least) {
            forks.append(steps.count)
            steps.append(.go(0))
            try write(node)
        }
        for fork in forks { steps[fork] = .either(fork + 1, steps.count) }
    }
}
