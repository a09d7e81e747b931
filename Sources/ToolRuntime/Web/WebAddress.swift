/// An address of a page, read so that no other reader can take it for another one.
///
/// What libraries disagree about (names of users, backslashes, spaces, percent signs in hosts) is refused, and the
/// request is made from ``text``, which has none of it.
package struct WebAddress: Sendable, Hashable {
    /// `http` or `https`.
    package let scheme: String
    package let host: WebHost
    package let port: Int
    /// Path and query, with a slash at the beginning, in ASCII.
    package let path: String

    /// - Throws: why it is no address of a page, in words for the model.
    package init(_ text: String) throws(WebAddressError) {
        let bare = text.drop { $0.isWhitespace }
        guard let colon = bare.firstIndex(of: ":"), !bare[..<colon].isEmpty,
            bare[..<colon].allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }),
            bare[colon...].hasPrefix("://") || !bare[..<colon].contains(".")
        else { throw WebAddressError("it is no URL; it must begin with https:// or http://") }
        let scheme = bare[..<colon].lowercased()
        guard scheme == "http" || scheme == "https" else {
            throw WebAddressError("only http and https are fetched, not \(scheme.prefix(20))")
        }
        var rest = bare[bare.index(after: colon)...]
        guard rest.hasPrefix("//") else { throw WebAddressError("it must begin with \(scheme)://") }
        rest = rest.dropFirst(2)
        let authority = rest.prefix { !"/?#\\".contains($0) }
        try self.init(scheme: scheme, authority: authority, path: rest.dropFirst(authority.count))
    }

    private init(scheme: String, authority: Substring, path: Substring) throws(WebAddressError) {
        guard !authority.contains("@") else { throw WebAddressError("names of users do not belong in the URL") }
        guard path.first != "\\" else { throw WebAddressError("it holds a backslash after the host") }
        var host = authority
        var port: Int?
        let closing = authority.lastIndex(of: "]")
        if let colon = authority.lastIndex(of: ":"), closing.map({ $0 < colon }) ?? true {
            let digits = authority[authority.index(after: colon)...]
            if !digits.isEmpty {
                guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(digits),
                    (1...65535).contains(number)
                else { throw WebAddressError("\(digits.prefix(20)) is no port") }
                port = number
            }
            host = authority[..<colon]
        }
        self.scheme = scheme
        self.host = try WebHost(host)
        self.port = port ?? (scheme == "https" ? 443 : 80)
        self.path = WebAddress.encoded(path)
    }

    private init(_ other: WebAddress, path: String) {
        scheme = other.scheme
        host = other.host
        port = other.port
        self.path = path
    }

    /// In the one form in which it is asked for.
    package var text: String {
        let isUsual = port == (scheme == "https" ? 443 : 80)
        return "\(scheme)://\(host.text)\(isUsual ? "" : ":\(port)")\(path)"
    }

    /// The address that a reference on this page leads to (RFC 3986, section 5.2).
    /// - Throws: for references that are no addresses of pages, such as `mailto:`.
    package func resolving(_ reference: String) throws(WebAddressError) -> WebAddress {
        let bare = reference.drop { $0.isWhitespace }
        if bare.hasPrefix("//") { return try WebAddress("\(scheme):\(bare)") }
        let first = bare.prefix { !"/?#".contains($0) }
        if first.contains(":") { return try WebAddress(String(bare)) }
        guard bare.first != "\\" else { throw WebAddressError("it begins with a backslash") }
        if bare.isEmpty || bare.hasPrefix("#") { return self }
        let own = path.prefix { $0 != "?" }
        if bare.hasPrefix("?") { return WebAddress(self, path: String(own) + WebAddress.encoded(bare).dropFirst()) }
        let folder = bare.hasPrefix("/") ? "" : String(own[..<(own.lastIndex(of: "/") ?? own.startIndex)]) + "/"
        return WebAddress(self, path: WebAddress.withoutDots(WebAddress.encoded(Substring(folder + bare))))
    }

    private static func withoutDots(_ path: String) -> String {
        let end = path.firstIndex(of: "?") ?? path.endIndex
        var parts: [Substring] = []
        let all = path[..<end].split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        for (place, part) in all.enumerated() {
            let isLast = place == all.count - 1
            switch part {
            case ".": if isLast { parts.append("") }
            case "..":
                _ = parts.popLast()
                if isLast { parts.append("") }
            default: parts.append(part)
            }
        }
        return "/" + parts.joined(separator: "/") + path[end...]
    }

    /// Without the fragment, and with everything encoded that is not plain (RFC 3986, section 3.3 and 3.4).
    private static func encoded(_ text: Substring) -> String {
        let bare = text.prefix { $0 != "#" }
        var bytes: [UInt8] = bare.hasPrefix("/") ? [] : [UInt8(ascii: "/")]
        let plain = Set("-._~!$&'()*+,;=:@/?%".utf8)
        var end = Array(bare.utf8)
        while let last = end.last, last <= 0x20 { end.removeLast() }
        for (place, byte) in end.enumerated() {
            let isLetter = (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            let isCode = end[(place + 1)...].prefix(2).filter { Character(Unicode.Scalar($0)).isHexDigit }.count == 2
            if isLetter || (plain.contains(byte) && (byte != UInt8(ascii: "%") || isCode)) {
                bytes.append(byte)
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                bytes += ("%" + (digits.utf8.count == 1 ? "0" : "") + digits).utf8
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Why a text is no address of a page, in words for the model.
package struct WebAddressError: Error, Sendable, Equatable, CustomStringConvertible {
    package var description: String

    init(_ description: String) { self.description = description }
}
