/// Reed–Solomon codes over the field of 256 elements, as QR codes use them (ISO/IEC 18004:2015, section 7.5.2).
enum ReedSolomon {
    /// The words that let a reader mend half as many wrong ones.
    /// - Parameter count: of check words, 1 to 30.
    static func check(_ data: [UInt8], count: Int) -> [UInt8] {
        let generator = generator(count)
        // Division of polynomials: what is left of the data, shifted by the count, is the check.
        var rest = [UInt8](repeating: 0, count: count)
        for byte in data {
            let factor = byte ^ rest[0]
            rest.removeFirst()
            rest.append(0)
            for place in 0..<count { rest[place] ^= product(generator[place], factor) }
        }
        return rest
    }

    /// The product of x − αⁱ for i from 0, highest power first, without the leading 1.
    private static func generator(_ count: Int) -> [UInt8] {
        var polynomial: [UInt8] = [1]
        var root: UInt8 = 1
        for _ in 0..<count {
            var next = polynomial + [0]
            for (place, coefficient) in polynomial.enumerated() { next[place + 1] ^= product(coefficient, root) }
            polynomial = next
            root = product(root, 2)
        }
        return Array(polynomial.dropFirst())
    }

    /// Multiplication modulo x⁸ + x⁴ + x³ + x² + 1.
    static func product(_ a: UInt8, _ b: UInt8) -> UInt8 {
        var sum: UInt8 = 0
        for bit in (0..<8).reversed() {
            let carries = sum & 0x80 != 0
            sum <<= 1
            if carries { sum ^= 0x1D }
            if b >> UInt8(bit) & 1 == 1 { sum ^= a }
        }
        return sum
    }
}
