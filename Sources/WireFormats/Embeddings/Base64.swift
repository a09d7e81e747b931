/// Base64 with padding, RFC 4648, section 4.
private let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

extension [UInt8] {
    /// Appends bytes in Base64, with padding.
    mutating func append(base64 bytes: [UInt8]) {
        var bits = 0
        // Bits that were not written yet: fewer than six between two bytes.
        var held = 0
        for byte in bytes {
            bits = bits << 8 | Int(byte)
            held += 8
            while held >= 6 {
                held -= 6
                append(digits[bits >> held])
                bits &= (1 << held) - 1
            }
        }
        guard held > 0 else { return }
        append(digits[bits << (6 - held)])
        append(contentsOf: (held == 2 ? "==" : "=").utf8)
    }
}
