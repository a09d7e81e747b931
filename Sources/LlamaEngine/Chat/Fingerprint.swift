import Foundation

/// Tells a model's weights and quantisation from others, wherever its file lies.
///
/// The beginning of a model file holds what it is and how it is quantised, its end holds weights.
struct Fingerprint: Sendable, Equatable {
    /// How much of the file's beginning and of its end is looked at, in bytes.
    static let reach = 64 * 1024

    private let fileBytes: UInt64
    private let parameters: UInt64
    private let hash: UInt64

    /// Reads a model file's two ends; of a file that cannot be read only the sizes count.
    init(ofFile path: String, parameters: UInt64) {
        let file = FileHandle(forReadingAtPath: path)
        defer { try? file?.close() }
        let size = (try? file?.seekToEnd()) ?? 0
        func read(from offset: UInt64) -> Data {
            try? file?.seek(toOffset: offset)
            return (try? file?.read(upToCount: Self.reach)) ?? Data()
        }
        let ends = [read(from: 0), read(from: size - min(size, UInt64(Self.reach)))]
        let sizes = [size, parameters].flatMap { number in (0..<8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
        }
        fileBytes = size
        self.parameters = parameters
        hash = fnv1a(ends.joined() + sizes)
    }

    /// File bytes and parameters in decimal and the hash in hexadecimal digits, with hyphens between.
    var text: String {
        let digits = String(hash, radix: 16)
        return "\(fileBytes)-\(parameters)-\(String(repeating: "0", count: 16 - digits.count))\(digits)"
    }
}

/// The 64-bit FNV-1a hash of bytes: Fowler, Noll and Vo, RFC 9923.
func fnv1a(_ bytes: some Sequence<UInt8>) -> UInt64 {
    bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
}
