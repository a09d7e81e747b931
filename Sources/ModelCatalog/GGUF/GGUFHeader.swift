/// What a GGUF file says of itself before its weights: metadata, and where each tensor lies.
///
/// Versions 2 and 3 of the format (gguf.h of ggml; docs/gguf.md of its repository). The reader is total: whatever the bytes,
/// it gives a header, a need for more, or an error, and what it keeps is bounded by what it was given.
package struct GGUFHeader: Sendable, Equatable {
    /// A tensor's shape and place.
    package struct Tensor: Sendable, Equatable {
        package var name: String
        /// The length of a row first.
        package var dimensions: [UInt64]
        package var type: TensorType
        /// From the beginning of the weights.
        package var offset: UInt64
        package var bytes: UInt64

        package init(name: String, dimensions: [UInt64], type: TensorType, offset: UInt64, bytes: UInt64) {
            self.name = name
            self.dimensions = dimensions
            self.type = type
            self.offset = offset
            self.bytes = bytes
        }

        /// How many values it has.
        package var values: UInt64 { bytes / type.block.bytes * type.block.values }
    }

    /// What came of reading a prefix.
    package enum Reading: Sendable, Equatable {
        case header(GGUFHeader)
        /// The header goes on; so many bytes from the file's beginning are needed at least.
        case needs(UInt64)
    }

    package var version: UInt32
    package var metadata: [String: GGUFValue]
    package var tensors: [Tensor]
    /// Where the weights begin in the file.
    package var dataOffset: UInt64

    package init(version: UInt32, metadata: [String: GGUFValue], tensors: [Tensor], dataOffset: UInt64) {
        self.version = version
        self.metadata = metadata
        self.tensors = tensors
        self.dataOffset = dataOffset
    }

    /// Bytes that a file with this header has at least: header and weights.
    package var fileBytes: UInt64 { dataOffset + (tensors.map { $0.offset + $0.bytes }.max() ?? 0) }

    /// Bytes of all weights.
    package var weightBytes: UInt64 { tensors.reduce(0) { $0 + $1.bytes } }

    /// How many values all tensors have.
    package var parameters: UInt64 { tensors.reduce(0) { $0 + $1.values } }

    /// How many parts the model is split into, 1 for a whole one.
    package var partCount: Int { metadata["split.count"]?.size.flatMap { Int(exactly: $0) } ?? 1 }

    /// Which part this is, from 0.
    package var partNumber: Int { metadata["split.no"]?.size.flatMap { Int(exactly: $0) } ?? 0 }

    /// Reads the header that a file begins with.
    ///
    /// - Parameters:
    ///   - prefix: the first bytes of the file.
    ///   - fileSize: the size of the whole file, if it is known: then nothing may lie beyond it.
    package static func read(_ prefix: [UInt8], fileSize: UInt64? = nil) throws(GGUFError) -> Reading {
        var reader = GGUFReader(prefix, fileSize: fileSize)
        do throws(GGUFCursor.Stop) {
            return .header(try reader.header())
        } catch {
            switch error {
            case .failed(let reason): throw reason
            case .needs(let end):
                if let fileSize, end > fileSize { throw .cutOff(at: fileSize) }
                return .needs(end)
            }
        }
    }
}
