#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The few functions of the C library that the standard library lacks.
package enum Logarithm {
    /// The natural logarithm; −∞ for 0, not a number below.
    package static func natural(_ value: Double) -> Double { log(value) }

    /// `base` to the power of `exponent`.
    package static func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }
}
