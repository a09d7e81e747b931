/// How many characters must be inserted, removed or replaced to turn one text into the other (Levenshtein 1966).
package func editDistance(_ a: String, _ b: String) -> Int {
    let b = Array(b)
    var row = Array(0...b.count)
    for (line, character) in a.enumerated() {
        var diagonal = row[0]
        row[0] = line + 1
        for column in b.indices {
            let substituted = diagonal + (character == b[column] ? 0 : 1)
            diagonal = row[column + 1]
            row[column + 1] = min(substituted, diagonal + 1, row[column] + 1)
        }
    }
    return row[b.count]
}

/// Those of some names that a misspelt one is like, the most similar first; at most `count`.
///
/// A name is near when at most a third of the characters differ, or two, or when the misspelt one is its beginning.
package func nearNames(_ name: String, among names: some Sequence<String>, count: Int = 3) -> [String] {
    let lowered = name.lowercased()
    let distances = names.map { (name: $0, distance: editDistance(lowered, $0.lowercased())) }
    let near = distances.filter {
        $0.distance <= max(2, name.count / 3) || name.count > 1 && $0.name.lowercased().hasPrefix(lowered)
    }
    return near.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(count).map(\.name)
}
