/// Reads numbers and strings from the beginning of a file, one after the other.
///
/// All numbers have their lowest byte first. Places are 64 bits wide, so that no claim of a file can overflow them.
struct GGUFCursor {
    /// Why there is nothing to read.
    enum Stop: Error {
        /// The prefix ends; the header goes on at least to here.
        case needs(UInt64)
        case failed(GGUFError)
    }

    /// A place beyond which no header of a real model reaches.
    static let limit: UInt64 = 256 << 20

    let bytes: [UInt8]
    private(set) var place = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Moves on over bytes that are not looked at.
    mutating func skip(_ count: UInt64) throws(Stop) {
        let (end, isTooLarge) = UInt64(place).addingReportingOverflow(count)
        guard !isTooLarge, end <= Self.limit else {
            throw .failed(.tooLarge(what: "bytes of header", count: isTooLarge ? .max : end, limit: Self.limit))
        }
        guard end <= UInt64(bytes.count) else { throw .needs(end) }
        place = Int(end)
    }

    /// A number of up to eight bytes.
    mutating func number(width: Int) throws(Stop) -> UInt64 {
        let start = place
        try skip(UInt64(width))
        var value: UInt64 = 0
        var at = place
        while at > start {
            at -= 1
            value = value << 8 | UInt64(bytes[at])
        }
        return value
    }

    mutating func uint32() throws(Stop) -> UInt32 { UInt32(truncatingIfNeeded: try number(width: 4)) }

    mutating func uint64() throws(Stop) -> UInt64 { try number(width: 8) }

    /// The length of a string, and nothing of it.
    mutating func skipString() throws(Stop) {
        let length = try uint64()
        try skip(length)
    }

    /// A string of at most `limit` bytes; what is not UTF-8 is an error with `what` in it.
    mutating func string(limit: UInt64, what: String) throws(Stop) -> String {
        let length = try uint64()
        guard length <= limit else {
            throw .failed(.tooLarge(what: "bytes of \(what)", count: length, limit: limit))
        }
        let start = place
        try skip(length)
        guard let text = String(validating: bytes[start..<place], as: UTF8.self) else { throw .failed(.name(what)) }
        return text
    }
}
