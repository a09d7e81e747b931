import SwarmCore

/// The reply of `POST /v1/embeddings`.
package enum EmbeddingsReply {
    /// How a vector is written.
    package enum Format: String, Sendable, CaseIterable {
        /// As a list of numbers.
        case float
        /// As its 32-bit floating-point numbers, least significant byte first, in Base64 (RFC 4648, section 4).
        case base64
    }

    /// The body, in bytes: of many long vectors a tree of values would be large.
    /// - Parameter dimensions: keep only so many numbers of each vector, scaled to a length of one again.
    /// - Parameter promptTokens: of all inputs together.
    /// - Parameter model: its name as the client wrote it.
    package static func json(
        vectors: [[Float]],
        dimensions: Int? = nil,
        promptTokens: Int,
        model: String,
        format: Format
    ) -> [UInt8] {
        var out = Array(#"{"object":"list","data":["#.utf8)
        out.reserveCapacity(vectors.reduce(256) { $0 + 64 + $1.count * 12 })
        for (index, vector) in vectors.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            out.append(contentsOf: #"{"object":"embedding","index":\#(index),"embedding":"#.utf8)
            out.append(dimensions.map { vector.cut(to: $0) } ?? vector, as: format)
            out.append(UInt8(ascii: "}"))
        }
        out.append(contentsOf: #"],"model":"#.utf8)
        JSON.write(string: model, to: &out)
        out.append(contentsOf: #","usage":{"prompt_tokens":\#(promptTokens),"total_tokens":\#(promptTokens)}}"#.utf8)
        return out
    }
}

extension [Float] {
    /// The first numbers, as a vector of length one; a vector that is short enough stays as it is.
    fileprivate func cut(to count: Int) -> [Float] {
        guard count < self.count else { return self }
        let kept = prefix(count)
        let length = kept.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
        return length > 0 ? kept.map { Float(Double($0) / length) } : Array(kept)
    }

    fileprivate var littleEndianBytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count * 4)
        for number in self {
            for shift in stride(from: UInt32(0), to: 32, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: number.bitPattern >> shift))
            }
        }
        return bytes
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ vector: [Float], as format: EmbeddingsReply.Format) {
        switch format {
        case .float:
            append(UInt8(ascii: "["))
            for (place, number) in vector.enumerated() {
                if place > 0 { append(UInt8(ascii: ",")) }
                // JSON has no infinity.
                append(contentsOf: (number.isFinite ? number.description : "null").utf8)
            }
            append(UInt8(ascii: "]"))
        case .base64:
            append(UInt8(ascii: "\""))
            append(base64: vector.littleEndianBytes)
            append(UInt8(ascii: "\""))
        }
    }
}
