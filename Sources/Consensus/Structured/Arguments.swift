import SwarmCore

/// The arguments of a call, read for the vote.
struct Arguments {
    let object: JSON.Object
    /// They were not JSON as written, but are once a code fence or trailing commas are taken away.
    let isRepaired: Bool

    /// - Returns: `nil` when they are no JSON object. No text at all counts as no arguments.
    init?(_ call: ToolCall) {
        let text = call.arguments.trimmed()
        if text.isEmpty {
            (object, isRepaired) = (JSON.Object(), false)
        } else if let value = try? JSON(parsing: String(text)) {
            guard let object = value.objectValue else { return nil }
            (self.object, isRepaired) = (object, false)
        } else {
            guard let object = (try? JSON(parsing: Arguments.repaired(String(text))))?.objectValue else { return nil }
            (self.object, isRepaired) = (object, true)
        }
    }

    private static func repaired(_ text: String) -> String {
        let fences = text.hasPrefix("```") || text.hasPrefix("~~~") ? Fences(text).blocks : []
        return withoutTrailingCommas(fences.first?.code ?? text)
    }

    /// The text without commas that only white space divides from a closing bracket; strings are left alone.
    static func withoutTrailingCommas(_ text: String) -> String {
        var kept: [UInt8] = []
        var (isInString, isEscaped) = (false, false)
        /// Where the last comma is, while nothing but white space has followed it.
        var comma: Int?
        for byte in text.utf8 {
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte
                    == UInt8(ascii: "\"")
                {
                    isInString = false
                }
            } else {
                switch byte {
                case UInt8(ascii: ","): comma = kept.count
                case UInt8(ascii: "}"), UInt8(ascii: "]"):
                    if let place = comma { kept.remove(at: place) }
                    comma = nil
                case 0x20, 0x0A, 0x0D, 0x09: break
                default:
                    comma = nil
                    isInString = byte == UInt8(ascii: "\"")
                }
            }
            kept.append(byte)
        }
        return String(decoding: kept, as: UTF8.self)
    }
}
