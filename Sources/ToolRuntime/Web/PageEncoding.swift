import Foundation

/// The bytes of a page as text.
enum PageEncoding {
    /// By the mark at its beginning, else as declared by server or page, else as UTF-8; what cannot be read becomes
    /// U+FFFD.
    static func text(_ bytes: [UInt8], charset: String?, isHTML: Bool) -> String {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return String(decoding: bytes.dropFirst(3), as: UTF8.self) }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            return String(data: Data(bytes), encoding: .utf16) ?? String(decoding: bytes, as: UTF8.self)
        }
        switch charset ?? (isHTML ? declared(bytes) : nil) {
        // The web's Latin-1 is Windows-1252 (encoding.spec.whatwg.org, section 4.2).
        case "iso-8859-1", "latin1", "windows-1252", "cp1252":
            return String(data: Data(bytes), encoding: .windowsCP1252) ?? latin(bytes)
        case "iso-8859-15": return String(data: Data(bytes), encoding: .isoLatin1) ?? latin(bytes)
        case "us-ascii", "ascii": return latin(bytes)
        case "utf-16", "utf-16le": return String(data: Data(bytes), encoding: .utf16LittleEndian) ?? latin(bytes)
        case "utf-16be": return String(data: Data(bytes), encoding: .utf16BigEndian) ?? latin(bytes)
        case "shift_jis", "sjis": return String(data: Data(bytes), encoding: .shiftJIS) ?? latin(bytes)
        case "euc-jp": return String(data: Data(bytes), encoding: .japaneseEUC) ?? latin(bytes)
        default: return String(decoding: bytes, as: UTF8.self)
        }
    }

    private static func latin(_ bytes: [UInt8]) -> String {
        String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    }

    /// What a page says of itself in its first 1,024 bytes.
    private static func declared(_ bytes: [UInt8]) -> String? {
        let start = latin(Array(bytes.prefix(1024))).lowercased()
        guard let place = start.range(of: "charset=") else { return nil }
        let name = start[place.upperBound...].drop { $0 == "\"" || $0 == "'" || $0 == " " }
            .prefix { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
        return name.isEmpty ? nil : String(name)
    }
}
