import Crypto

/// SHA-256 as hubs write it.
package enum Digest {
    private static let block = 4 << 20

    /// In lower-case hexadecimal.
    package static func sha256(_ bytes: [UInt8]) -> String { hex(SHA256.hash(data: bytes)) }

    /// Of a file, read in blocks; blocks the thread.
    ///
    /// - Parameter progress: called with bytes read so far; returns whether to go on.
    /// - Returns: `nil` when it was told to stop.
    static func sha256(_ file: OpenFile, progress: (UInt64) -> Bool) throws(DiskError) -> String? {
        var hash = SHA256()
        var offset: UInt64 = 0
        while true {
            guard progress(offset) else { return nil }
            let bytes = try file.read(block, at: offset)
            if bytes.isEmpty { return hex(hash.finalize()) }
            hash.update(data: bytes)
            offset += UInt64(bytes.count)
        }
    }

    /// Whether a text is one, in lower case.
    static func isSHA256(_ text: some StringProtocol) -> Bool {
        text.utf8.count == 64
            && text.utf8.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
            }
    }

    private static func hex(_ digest: SHA256.Digest) -> String {
        digest.reduce(into: "") { text, byte in
            text += byte < 16 ? "0" + String(byte, radix: 16) : String(byte, radix: 16)
        }
    }
}
