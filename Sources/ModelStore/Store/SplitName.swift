/// The name of a GGUF file, and which part of a split model it is.
///
/// llama.cpp writes parts as `name-00001-of-00003.gguf`; the first one is loaded, the others are found beside it.
package struct SplitName: Sendable, Equatable {
    /// Without the number and `.gguf`.
    package var base: String
    /// From 1.
    package var part: Int
    package var parts: Int

    /// - Returns: `nil` for what does not end in `.gguf`.
    package init?(_ path: String) {
        guard path.count > 5, path.lowercased().hasSuffix(".gguf") else { return nil }
        let stem = path.dropLast(5)
        let pieces = stem.split(separator: "-", omittingEmptySubsequences: false)
        base = String(stem)
        part = 1
        parts = 1
        guard pieces.count >= 4, pieces[pieces.count - 2] == "of", let last = Self.number(pieces[pieces.count - 1]),
            let own = Self.number(pieces[pieces.count - 3]), own >= 1, own <= last
        else { return }
        base = pieces.dropLast(3).joined(separator: "-")
        part = own
        parts = last
    }

    private static func number(_ text: Substring) -> Int? {
        text.utf8.count == 5 && text.allSatisfy(\.isNumber) ? Int(text) : nil
    }

    /// The names of all parts, in order.
    package var all: [String] {
        guard parts > 1 else { return [base + ".gguf"] }
        return (1...parts).map { "\(base)-\(Self.padded($0))-of-\(Self.padded(parts)).gguf" }
    }

    private static func padded(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }
}
