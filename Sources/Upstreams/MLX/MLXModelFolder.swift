import Foundation
import SwarmCore

/// A model as mlx-lm keeps it: a folder with its configuration, tokenizer and weights.
package struct MLXModelFolder: Sendable, Equatable {
    package var path: String
    /// Tokens the model was trained for; `nil` where its configuration does not say.
    package var contextLength: Int?
    /// Of the files with weights.
    package var fileBytes: UInt64

    /// Reads what there is to know.
    /// - Throws: `MLXError.model` when the folder has no model in it.
    package init(path: String) throws(MLXError) {
        let manager = FileManager.default
        guard let names = try? manager.contentsOfDirectory(atPath: path) else {
            throw .model("\(path) is no folder; the MLX backend needs the folder of a model in MLX format")
        }
        guard let data = manager.contents(atPath: path + "/config.json"),
            let configuration = try? JSON(parsing: Array(data)), configuration.objectValue != nil
        else { throw .model("\(path) has no usable config.json, which a model in MLX format has") }
        let weights = names.filter { $0.hasSuffix(".safetensors") }
        guard !weights.isEmpty else { throw .model("\(path) has no weights (*.safetensors)") }
        self.path = path
        let length =
            configuration["max_position_embeddings"] ?? configuration["text_config"]?["max_position_embeddings"]
        contextLength = length?.intValue.flatMap { $0 > 0 ? $0 : nil }
        fileBytes = weights.reduce(0) { sum, name in
            let attributes = try? manager.attributesOfItem(atPath: path + "/" + name)
            return sum + ((attributes?[.size] as? NSNumber)?.uint64Value ?? 0)
        }
    }
}
