import SwarmCore

/// Ids of tool calls as clients of this format expect them: `toolu_`, then letters, digits, `_` and `-` only.
///
/// They can be turned back: some models name their calls themselves, and want to read those names again.
enum MessagesToolID {
    private static let prefix = "toolu_"
    /// What ids begin with whose other characters had to be written as bytes: `-` and two hexadecimal digits each.
    private static let escapedPrefix = "toolu_id-"
    /// What the server's own ids begin with.
    private static let ownPrefix = "call_"

    /// The id to send for a call's.
    static func wireID(of callID: String) -> String {
        let name = callID.dropFirst(ownPrefix.count)
        if callID.hasPrefix(ownPrefix), !name.isEmpty, name.utf8.allSatisfy(isPlain) { return prefix + name }
        var out = escapedPrefix
        for byte in callID.utf8 {
            if isPlain(byte) {
                out.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                out += (byte < 16 ? "-0" : "-") + String(byte, radix: 16)
            }
        }
        return out
    }

    /// The call's id for one that was sent; ids of other servers stay as they are, or change always in the same way.
    static func callID(of wireID: String) -> String {
        if wireID.hasPrefix(escapedPrefix) {
            return unescaped(wireID.utf8.dropFirst(escapedPrefix.utf8.count)) ?? wireID
        }
        let name = wireID.dropFirst(prefix.count)
        guard wireID.hasPrefix(prefix), !name.isEmpty, name.utf8.allSatisfy(isPlain) else { return wireID }
        return ownPrefix + name
    }

    private static func unescaped(_ text: Substring.UTF8View) -> String? {
        var bytes: [UInt8] = []
        var rest = text
        while let byte = rest.popFirst() {
            if byte != UInt8(ascii: "-") {
                bytes.append(byte)
            } else {
                guard let escaped = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
                    return nil
                }
                bytes.append(escaped)
                rest = rest.dropFirst(2)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }
}
