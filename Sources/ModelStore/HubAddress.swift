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
        "\(endpoint)/\(artifact.repository)/resolve/\(artifact.revision)/\(file.name)"
    }
}
