/// Takes a header apart; see `GGUFHeader.read`.
struct GGUFReader {
    /// More than any model has: the largest known ones have some thousand tensors and a hundred values.
    static let mostTensors: UInt64 = 1 << 17
    static let mostValues: UInt64 = 1 << 14
    /// The format's own limit of keys and names is 65535 and 64 bytes.
    static let longestName: UInt64 = 65_535
    /// Chat templates are the longest strings; the longest known has some ten thousand bytes.
    static let longestString: UInt64 = 4 << 20
    /// Lists up to this length are kept: one number per layer.
    static let longestNumbers: UInt64 = 4096
    /// ggml's own limit (GGML_MAX_DIMS).
    static let mostDimensions: UInt32 = 4

    private var cursor: GGUFCursor
    private let fileSize: UInt64?

    init(_ prefix: [UInt8], fileSize: UInt64?) {
        cursor = GGUFCursor(prefix)
        self.fileSize = fileSize
    }

    mutating func header() throws(GGUFCursor.Stop) -> GGUFHeader {
        guard try cursor.uint32() == 0x4655_4747 else { throw .failed(.notGGUF) }
        let version = try cursor.uint32()
        if (2...3).contains(version.byteSwapped) { throw .failed(.bigEndian) }
        guard (2...3).contains(version) else { throw .failed(.version(version)) }
        let tensorCount = try count(of: "tensors", limit: Self.mostTensors)
        let valueCount = try count(of: "metadata values", limit: Self.mostValues)
        var metadata: [String: GGUFValue] = [:]
        for _ in 0..<valueCount {
            let key = try name()
            guard metadata[key] == nil else { throw .failed(.name(key)) }
            metadata[key] = try value(of: key)
        }
        let alignment = try alignment(metadata)
        var tensors: [GGUFHeader.Tensor] = []
        var names: Set<String> = []
        for _ in 0..<tensorCount {
            let tensor = try tensor(alignment: alignment)
            guard names.insert(tensor.name).inserted else { throw .failed(.name(tensor.name)) }
            tensors.append(tensor)
        }
        let end = UInt64(cursor.place)
        let start = (end + alignment - 1) / alignment * alignment
        try check(tensors, from: start)
        return GGUFHeader(version: version, metadata: metadata, tensors: tensors, dataOffset: start)
    }

    private mutating func count(of what: String, limit: UInt64) throws(GGUFCursor.Stop) -> UInt64 {
        let count = try cursor.uint64()
        guard count <= limit else { throw .failed(.tooLarge(what: what, count: count, limit: limit)) }
        return count
    }

    private mutating func name() throws(GGUFCursor.Stop) -> String {
        let name = try cursor.string(limit: Self.longestName, what: "a name")
        guard !name.isEmpty else { throw .failed(.name(name)) }
        return name
    }

    private mutating func type(of key: String) throws(GGUFCursor.Stop) -> GGUFValueType {
        let number = try cursor.uint32()
        guard let type = GGUFValueType(rawValue: number) else {
            throw .failed(.unknownType(what: "the value \(key)", number: number))
        }
        return type
    }

    private mutating func value(of key: String) throws(GGUFCursor.Stop) -> GGUFValue {
        let type = try type(of: key)
        if type == .array { return try list(of: key) }
        if type == .string { return .string(try cursor.string(limit: Self.longestString, what: key)) }
        return scalar(try cursor.number(width: type.width ?? 0), type)
    }

    private func scalar(_ bits: UInt64, _ type: GGUFValueType) -> GGUFValue {
        switch type {
        case .int8: .signed(Int64(Int8(truncatingIfNeeded: bits)))
        case .int16: .signed(Int64(Int16(truncatingIfNeeded: bits)))
        case .int32: .signed(Int64(Int32(truncatingIfNeeded: bits)))
        case .int64: .signed(Int64(bitPattern: bits))
        case .float32: .float(Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits))))
        case .float64: .float(Double(bitPattern: bits))
        case .bool: .bool(bits != 0)
        default: .unsigned(bits)
        }
    }

    private mutating func list(of key: String) throws(GGUFCursor.Stop) -> GGUFValue {
        let type = try type(of: key)
        let count = try cursor.uint64()
        let start = cursor.place
        guard let width = type.width else {
            // llama.cpp reads no lists of lists either.
            guard type == .string else { throw .failed(.value(key: key, reason: "is a list of lists")) }
            // A string has at least its length: a list that cannot fit is refused before it is walked through.
            guard count <= GGUFCursor.limit / 8 else {
                throw .failed(.tooLarge(what: "elements of \(key)", count: count, limit: GGUFCursor.limit / 8))
            }
            for _ in 0..<count { try cursor.skipString() }
            return .list(count: count, bytes: UInt64(cursor.place - start))
        }
        guard count <= Self.longestNumbers, type != .float32, type != .float64 else {
            let (bytes, isTooLarge) = count.multipliedReportingOverflow(by: UInt64(width))
            try cursor.skip(isTooLarge ? .max : bytes)
            return .list(count: count, bytes: bytes)
        }
        var numbers: [UInt64] = []
        for _ in 0..<count {
            let number = scalar(try cursor.number(width: width), type)
            if case .bool(let isOn) = number {
                numbers.append(isOn ? 1 : 0)
            } else {
                // Negative numbers mean nothing where sizes stand.
                numbers.append(number.size ?? 0)
            }
        }
        return .numbers(numbers)
    }

    private func alignment(_ metadata: [String: GGUFValue]) throws(GGUFCursor.Stop) -> UInt64 {
        guard let value = metadata["general.alignment"] else { return 32 }
        guard let alignment = value.size, alignment > 0, alignment <= 1 << 20, alignment & (alignment - 1) == 0 else {
            throw .failed(.value(key: "general.alignment", reason: "is no power of two up to a megabyte"))
        }
        return alignment
    }

    private mutating func tensor(alignment: UInt64) throws(GGUFCursor.Stop) -> GGUFHeader.Tensor {
        let name = try name()
        let count = try cursor.uint32()
        guard count >= 1, count <= Self.mostDimensions else {
            throw .failed(.tensor(name, reason: "has \(count) dimensions"))
        }
        var dimensions: [UInt64] = []
        for _ in 0..<count { dimensions.append(try cursor.uint64()) }
        let number = try cursor.uint32()
        guard let type = TensorType(rawValue: number) else {
            throw .failed(.unknownType(what: "the tensor \(name)", number: number))
        }
        guard !dimensions.contains(0), let bytes = type.bytes(of: dimensions), bytes < 1 << 48 else {
            throw .failed(.tensor(name, reason: "has a size that makes no sense"))
        }
        let offset = try cursor.uint64()
        guard offset % alignment == 0, offset < 1 << 48 else {
            throw .failed(.tensor(name, reason: "lies at a place that makes no sense"))
        }
        return GGUFHeader.Tensor(name: name, dimensions: dimensions, type: type, offset: offset, bytes: bytes)
    }

    /// No tensor ends beyond the file.
    ///
    /// Sizes and places are below 2^48, and there are at most 2^17: no sum overflows, except that of sizes, which is therefore
    /// looked at.
    private func check(_ tensors: [GGUFHeader.Tensor], from start: UInt64) throws(GGUFCursor.Stop) {
        var total: UInt64 = 0
        for tensor in tensors {
            total += tensor.bytes
            guard total < 1 << 52 else { throw .failed(.tensor(tensor.name, reason: "makes the weights too large")) }
            if let fileSize, start + tensor.offset + tensor.bytes > fileSize {
                throw .failed(.tensor(tensor.name, reason: "ends beyond the file, which was not copied to its end"))
            }
        }
    }
}
