/// A value of a header's metadata.
package enum GGUFValue: Sendable, Equatable {
    case unsigned(UInt64)
    case signed(Int64)
    case float(Double)
    case bool(Bool)
    case string(String)
    /// A short list of numbers, such as one per layer.
    case numbers([UInt64])
    /// A list that is not kept, such as a vocabulary: how many elements it has, and how many bytes they take in the file.
    case list(count: UInt64, bytes: UInt64)

    /// The value as a size; `nil` when it is none, or negative.
    package var size: UInt64? {
        switch self {
        case .unsigned(let value): value
        case .signed(let value): UInt64(exactly: value)
        default: nil
        }
    }
}

/// The types of values, by their numbers in a file (gguf.h).
enum GGUFValueType: UInt32 {
    case uint8 = 0
    case int8, uint16, int16, uint32, int32, float32, bool, string, array, uint64, int64, float64

    /// Bytes of one value; `nil` where they differ.
    var width: Int? {
        switch self {
        case .uint8, .int8, .bool: 1
        case .uint16, .int16: 2
        case .uint32, .int32, .float32: 4
        case .uint64, .int64, .float64: 8
        case .string, .array: nil
        }
    }
}
