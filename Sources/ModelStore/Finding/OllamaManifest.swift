import SwarmCore

/// A manifest of Ollama's store: an OCI image manifest whose layers are blobs.
enum OllamaManifest {
    private static let model = "application/vnd.ollama.image.model"
    private static let adapter = "application/vnd.ollama.image.adapter"

    /// The hashes of its model's parts, in order.
    /// - Returns: `nil` when there is none, or when an adapter belongs to it: without that it would be another model.
    static func models(_ bytes: [UInt8]) -> [String]? {
        guard let layers = (try? JSON(parsing: bytes))?["layers"]?.arrayValue else { return nil }
        guard !layers.contains(where: { $0["mediaType"]?.stringValue == adapter }) else { return nil }
        let digests = layers.compactMap { layer -> String? in
            guard layer["mediaType"]?.stringValue == model, let digest = layer["digest"]?.stringValue,
                digest.hasPrefix("sha256:")
            else { return nil }
            let hash = String(digest.dropFirst(7))
            return Digest.isSHA256(hash) ? hash : nil
        }
        return digests.isEmpty ? nil : digests
    }
}
