/// The small steps of reading what tools and files print; none of them traps.
package enum Scan {
    package static func lines(_ text: String) -> [Substring] { text.split(whereSeparator: \.isNewline) }

    package static func trimmed(_ text: some StringProtocol) -> String {
        let isSpace = { (character: Character) in character.isWhitespace || character == "\0" }
        guard let first = text.firstIndex(where: { !isSpace($0) }), let last = text.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(text[first...last])
    }

    package static func words(_ text: some StringProtocol) -> [String] {
        text.split(whereSeparator: \.isWhitespace).map { String($0) }
    }

    /// The two sides of the first separator in a line, without white space around them.
    package static func pair(_ line: Substring, _ separator: Character) -> (key: String, value: String)? {
        guard let place = line.firstIndex(of: separator) else { return nil }
        return (trimmed(line[..<place]), trimmed(line[line.index(after: place)...]))
    }

    /// Lines such as `key: value`; of a repeated key the first one counts.
    package static func table(_ text: String, _ separator: Character) -> [String: String] {
        var table: [String: String] = [:]
        for line in lines(text) {
            guard let (key, value) = pair(line, separator), !key.isEmpty, table[key] == nil else { continue }
            table[key] = value
        }
        return table
    }

    /// A whole number, decimal or with `0x`.
    package static func number(_ text: Substring) -> UInt64? {
        let text = trimmed(text)
        return text.hasPrefix("0x") ? UInt64(text.dropFirst(2), radix: 16) : UInt64(text)
    }

    /// A product that fits, else `nil`.
    package static func product(_ count: UInt64?, _ unit: UInt64) -> UInt64? {
        guard let count else { return nil }
        let (product, isTooLarge) = count.multipliedReportingOverflow(by: unit)
        return isTooLarge ? nil : product
    }

    /// An amount of memory with its unit; tools that write `MB` and `KB` here mean powers of two.
    package static func bytes(_ amount: Double, unit: String) -> UInt64? {
        let scale: Double? =
            switch unit.lowercased() {
            case "b", "byte", "bytes": 1
            case "kb", "kib", "k": 1024
            case "mb", "mib", "m": 1_048_576
            case "gb", "gib", "g": 1_073_741_824
            case "tb", "tib", "t": 1_099_511_627_776
            default: nil
            }
        return scale.flatMap { UInt64(exactly: (amount * $0).rounded()) }
    }

    /// Processor numbers as Linux lists them, such as `0-3,8` (cpuset(7), "List format"); nonsense is left out.
    package static func processorList(_ text: some StringProtocol) -> Set<Int> {
        let most = 65_535
        var list: Set<Int> = []
        for part in trimmed(text).split(separator: ",") {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int(trimmed($0)) }
            switch (ends.count, ends.first ?? nil, ends.last ?? nil) {
            case (1, let only?, _) where (0...most).contains(only): list.insert(only)
            case (2, let low?, let high?) where 0 <= low && low <= high && high <= most: list.formUnion(low...high)
            default: continue
            }
        }
        return list
    }

    /// The number at the end of a name such as `cpu12` or `card0`; `nil` when there is more to the name.
    package static func index(_ name: String, after prefix: String) -> Int? {
        guard name.hasPrefix(prefix) else { return nil }
        let digits = name.dropFirst(prefix.count)
        return digits.allSatisfy { $0.isASCII && $0.isNumber } ? Int(digits) : nil
    }
}
