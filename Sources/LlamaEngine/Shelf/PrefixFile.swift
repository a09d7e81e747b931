import Foundation

/// The file of one prefix: which model and tokens it is of, and what a sequence of them has in memory.
///
/// Little-endian: 8 bytes that say what it is, then the key, the number of tokens, the number of bytes of the state and a
/// checksum of tokens and state, 8 bytes each; then the tokens, 4 bytes each; then the state. llama.cpp aborts the process
/// over some damaged states, so nothing is handed to it before the checksum was found right.
struct PrefixFile: Sendable, Equatable {
    static let mark = Array("lsprefix".utf8)
    /// What is put behind the name of a file while it is written.
    static let unfinished = ".part"
    private static let headerSize = 40

    /// Stands for everything that a state depends on: model, sizes of its memory, version of llama.cpp.
    var key: UInt64
    var tokens: [Int32]
    var stateSize: Int
    var checksum: UInt64

    private var stateOffset: Int { Self.headerSize + 4 * tokens.count }
    /// Of the whole file.
    var size: Int { Self.size(tokens: tokens.count, state: stateSize) }

    /// Bytes of a file of so many tokens and so large a state.
    static func size(tokens: Int, state: Int) -> Int { headerSize + 4 * tokens + state }

    init(key: UInt64, tokens: [Int32], state: Data) {
        self.key = key
        self.tokens = tokens
        stateSize = state.count
        checksum = Self.checksum(tokens: tokens, state: state)
    }

    /// Reads what a file says of itself; `nil` for anything that is no such file, or not a whole one.
    init?(at path: String) {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        guard let header = try? file.read(upToCount: Self.headerSize), header.count == Self.headerSize,
            header.starts(with: Self.mark), let end = try? file.seekToEnd()
        else { return nil }
        let numbers = (1..<5).map { place in
            header.dropFirst(8 * place).prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        }
        // Compared before anything is read or added up: a damaged file may say any number.
        guard numbers[1] > 0, numbers[2] > 0, numbers[1] < end, numbers[2] < end,
            UInt64(Self.headerSize) + 4 * numbers[1] + numbers[2] == end
        else { return nil }
        let count = Int(numbers[1])
        guard (try? file.seek(toOffset: UInt64(Self.headerSize))) != nil,
            let bytes = try? file.read(upToCount: 4 * count), bytes.count == 4 * count
        else { return nil }
        key = numbers[0]
        tokens = unsafe bytes.withUnsafeBytes { bytes in
            (0..<count).map { unsafe Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Int32.self)) }
        }
        stateSize = Int(numbers[2])
        checksum = numbers[3]
    }

    /// Everything before the state.
    private var opening: Data {
        var data = Data(Self.mark)
        for number in [key, UInt64(tokens.count), UInt64(stateSize), checksum] {
            data.append(contentsOf: (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) })
        }
        data.append(contentsOf: Self.bytes(of: tokens))
        return data
    }

    /// Writes the file beside its place and moves it there, so that no reader sees a part; only its owner can read it.
    func write(state: Data, to path: String) throws {
        let beside = path + Self.unfinished
        guard
            FileManager.default.createFile(atPath: beside, contents: nil, attributes: [.posixPermissions: 0o600]),
            let file = FileHandle(forWritingAtPath: beside)
        else { throw CocoaError(.fileWriteUnknown) }
        do {
            try file.write(contentsOf: opening)
            try file.write(contentsOf: state)
            try file.close()
            guard unsafe rename(beside, path) == 0 else { throw CocoaError(.fileWriteUnknown) }
        } catch {
            try? FileManager.default.removeItem(atPath: beside)
            throw error
        }
    }

    /// The state in a file that this was read from; `nil` when a byte of it has changed.
    func state(at path: String) -> Data? {
        guard let file = try? Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped), file.count == size
        else { return nil }
        let state = file.dropFirst(stateOffset)
        return Self.checksum(tokens: tokens, state: state) == checksum ? state : nil
    }

    /// Tokens as they stand in a file.
    static func bytes(of tokens: [Int32]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(4 * tokens.count)
        for token in tokens {
            for place in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: token >> (8 * place))) }
        }
        return bytes
    }

    /// FNV-1a over words of eight bytes instead of bytes: it has to keep up with a disk.
    static func checksum(tokens: [Int32], state: Data) -> UInt64 {
        var hash = fnv1a(bytes(of: tokens))
        unsafe state.withUnsafeBytes { bytes in
            let words = bytes.count / 8
            for word in 0..<words {
                let value = unsafe bytes.loadUnaligned(fromByteOffset: 8 * word, as: UInt64.self)
                hash = (hash ^ UInt64(littleEndian: value)) &* 0x100_0000_01b3
                // Multiplication carries upwards only: fold the high bits back.
                hash ^= hash >> 29
            }
            for place in 8 * words..<bytes.count { unsafe hash = (hash ^ UInt64(bytes[place])) &* 0x100_0000_01b3 }
        }
        return hash
    }
}
