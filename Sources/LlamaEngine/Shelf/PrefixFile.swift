import Foundation

/// The file of one prefix: which model and tokens it is of, and what a sequence of them has in memory.
///
/// Little-endian: 8 bytes that say what it is, then the key, the number of tokens, the number of bytes of the state and a
/// checksum of tokens and state, 8 bytes each; then the tokens, 4 bytes each; then the state. llama.cpp aborts the process
/// over some damaged states, so nothing is handed to it before the checksum was found right.
struct PrefixFile: Sendable, Equatable {
    static let mark = Array("lsprefix".utf8)
    private static let headerSize = 40

    /// Stands for everything that a state depends on: model, sizes of its memory, version of llama.cpp.
    var key: UInt64
    var tokens: [Int32]
    var stateSize: Int
    var checksum: UInt64

    private var stateOffset: Int { Self.headerSize + 4 * tokens.count }
    /// Of the whole file.
    var size: Int { stateOffset + stateSize }

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
            header.prefix(8).elementsEqual(Self.mark)
        else { return nil }
        let numbers = (1..<5).map { place in
            header.dropFirst(8 * place).prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        }
        // A context has fewer tokens than this, and a state fewer bytes.
        guard numbers[1] > 0, numbers[1] < 1 << 26, numbers[2] > 0, numbers[2] < 1 << 44 else { return nil }
        let count = Int(numbers[1])
        guard let bytes = try? file.read(upToCount: 4 * count), bytes.count == 4 * count else { return nil }
        key = numbers[0]
        tokens = stride(from: 0, to: 4 * count, by: 4).map { at in
            Int32(bitPattern: bytes.dropFirst(at).prefix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
        }
        stateSize = Int(numbers[2])
        checksum = numbers[3]
        guard let end = try? file.seekToEnd(), end == UInt64(size) else { return nil }
    }

    /// Everything before the state.
    private var opening: Data {
        var data = Data(Self.mark)
        for number in [key, UInt64(tokens.count), UInt64(stateSize), checksum] {
            data.append(contentsOf: (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) })
        }
        data.append(
            contentsOf: tokens.flatMap { token in (0..<4).map { UInt8(truncatingIfNeeded: token >> (8 * $0)) } }
        )
        return data
    }

    /// Writes the file beside its place and moves it there, so that no reader sees a part; only its owner can read it.
    func write(state: Data, to path: String) throws {
        let beside = path + ".part"
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

    /// FNV-1a over words of eight bytes instead of bytes: it has to keep up with a disk.
    static func checksum(tokens: [Int32], state: Data) -> UInt64 {
        var hash = fnv1a(tokens.flatMap { token in (0..<4).map { UInt8(truncatingIfNeeded: token >> (8 * $0)) } })
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
