package import ModelCatalog

/// Where the files of a hub are, by the addresses of Hugging Face's hub (huggingface.co/docs/hub/api).
package struct HubAddress: Sendable, Equatable {
    /// Without a slash at its end, for example `https://huggingface.co`.
    package var endpoint: String

    package init(endpoint: String) {
        self.endpoint = endpoint.hasSuffix("/") ? String(endpoint.dropLast()) : endpoint
    }

    /// The address of one file.
    package func address(of file: ModelArtifact.File, in artifact: ModelArtifact) -> String {
        let path = file.name.split(separator: "/").map { Self.encoded(String($0)) }.joined(separator: "/")
        return "\(endpoint)/\(artifact.repository)/resolve/\(Self.encoded(artifact.revision))/\(path)"
    }

    /// The address that says which commit a revision is and which files it has.
    package func listing(of repository: String, revision: String) -> String {
        "\(endpoint)/api/models/\(repository)/revision/\(Self.encoded(revision))?blobs=true"
    }

    /// One part of a path, with everything but RFC 3986's unreserved characters percent-encoded.
    private static func encoded(_ part: String) -> String {
        let hex = Array("0123456789ABCDEF")
        return part.utf8.reduce(into: "") { text, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                text += "%\(hex[Int(byte >> 4)])\(hex[Int(byte & 15)])"
            }
        }
    }
}
