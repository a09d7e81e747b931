/// Which names of repositories and files are taken from a hub or a person: those that stay inside the store's folder.
package enum HubName {
    /// Longest name of one folder or file, in bytes; what common file systems allow, less what is put behind it.
    private static let longest = 200

    /// Whether this is `owner/name` of ASCII letters, digits, `-`, `_` and `.`, neither part beginning with a dot.
    package static func isRepository(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 2
            && parts.allSatisfy { part in
                !part.isEmpty && part.utf8.count <= longest && !part.hasPrefix(".")
                    && part.utf8.allSatisfy { byte in
                        switch byte {
                        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
                            UInt8(ascii: "."):
                            true
                        default: false
                        }
                    }
            }
    }

    /// Whether this is a path below a repository that is no way out of it and none of the store's own files.
    package static func isFile(_ path: String) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count <= 8
            && parts.allSatisfy { part in
                !part.isEmpty && part.utf8.count <= longest && part != "." && part != ".."
                    && part.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") }
            }
            && !StoreName.isOwn(path)
    }

    /// Whether this can be a branch, tag or commit.
    package static func isRevision(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= longest && !text.contains("..")
            && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") }
    }
}
