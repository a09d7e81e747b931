/// A text as words: runs of letters and digits in lower case.
///
/// Scripts written without spaces count each character as a word.
enum Words {
    /// At most `limit` words from the start.
    static func all(in text: String, limit: Int = .max) -> [String] {
        var words: [String] = []
        var word = String.UnicodeScalarView()
        forEachScalar(of: text) { scalar in
            if let scalar {
                word.append(scalar)
            } else {
                words.append(String(word))
                word.removeAll(keepingCapacity: true)
            }
            return words.count < limit
        }
        return words
    }

    /// The same words as 64-bit numbers: FNV-1a over their scalars.
    static func hashes(of text: String, limit: Int) -> [UInt64] {
        let basis: UInt64 = 0xCBF2_9CE4_8422_2325
        var words: [UInt64] = []
        var hash = basis
        forEachScalar(of: text) { scalar in
            if let scalar {
                hash = (hash ^ UInt64(scalar.value)) &* 0x100_0000_01B3
            } else {
                words.append(hash)
                hash = basis
            }
            return words.count < limit
        }
        return words
    }

    /// Hands on the scalars of each word in lower case and `nil` at its end, until told to stop.
    private static func forEachScalar(of text: String, _ handle: (Unicode.Scalar?) -> Bool) {
        var isInside = false
        for scalar in text.unicodeScalars {
            let isSingle = !scalar.isASCII && isAlone(scalar.value)
            if isInside, isSingle || !isPart(scalar) {
                isInside = false
                guard handle(nil) else { return }
            }
            if isSingle {
                guard handle(scalar), handle(nil) else { return }
            } else if isPart(scalar) {
                isInside = true
                if scalar.isASCII {
                    let isCapital = (0x41...0x5A).contains(scalar.value)
                    _ = handle(isCapital ? Unicode.Scalar(UInt8(scalar.value | 0x20)) : scalar)
                } else {
                    for lower in scalar.properties.lowercaseMapping.unicodeScalars { _ = handle(lower) }
                }
            }
        }
        if isInside { _ = handle(nil) }
    }

    private static func isPart(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.isASCII else { return scalar.properties.isAlphabetic || scalar.properties.numericType != nil }
        return (0x30...0x39).contains(scalar.value) || (0x61...0x7A).contains(scalar.value | 0x20)
    }

    /// Thai, Lao, kana, and Han characters.
    private static func isAlone(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x0E00...0x0EFF, 0x3041...0x30FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x3FFFF:
            true
        default: false
        }
    }
}
