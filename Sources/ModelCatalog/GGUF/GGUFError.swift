/// Why the beginning of a file is no GGUF header that can be used, in words for a person.
package enum GGUFError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file does not begin with `GGUF`.
    case notGGUF
    /// Not version 2 or 3, with lower-order bytes first.
    case version(UInt32)
    /// Written for machines with the other order of bytes.
    case bigEndian
    /// The file ends before its header does.
    case cutOff(at: UInt64)
    /// More of something than any real model has.
    case tooLarge(what: String, count: UInt64, limit: UInt64)
    /// A number that stands for no type of value or tensor.
    case unknownType(what: String, number: UInt32)
    /// A key or a name that is not UTF-8, is empty or comes twice.
    case name(String)
    /// A tensor whose shape, place or size makes no sense.
    case tensor(String, reason: String)
    /// A value that must be there, or has another type or size than it must have.
    case value(key: String, reason: String)
    /// The parts of a split model do not belong together.
    case parts(String)
    /// The file cannot be read.
    case unreadable(String)

    package var description: String {
        switch self {
        case .notGGUF: "it does not begin as a GGUF file"
        case .version(let version): "it is GGUF version \(version); versions 2 and 3 can be read"
        case .bigEndian: "it was written for big-endian machines; convert it with llama.cpp's gguf_convert_endian.py"
        case .cutOff(let at): "it ends within its header, after \(at) bytes; it was not copied or downloaded to its end"
        case .tooLarge(let what, let count, let limit): "it claims \(count) \(what); at most \(limit) make sense"
        case .unknownType(let what, let number):
            "\(what) has the unknown type \(number); the file may be newer than this program"
        case .name(let name): "the name \"\(name)\" is empty, not UTF-8, or comes twice"
        case .tensor(let name, let reason): "its tensor \(name) \(reason)"
        case .value(let key, let reason): "its value \(key) \(reason)"
        case .parts(let reason): reason
        case .unreadable(let path): "\(path) cannot be read"
        }
    }
}
