/// How the weights of a model are rounded, by the name it has in files and on the command line, in lower case.
package struct Quantisation: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// For example `q4_k_m` of GGUF, `4bit` of MLX.
    package let name: String

    /// A known one; letters may be of either case.
    package init?(_ name: String) {
        guard Self.facts[name.lowercased()] != nil else { return nil }
        self.name = name.lowercased()
    }

    private init(known name: String) { self.name = name }

    private struct Facts {
        var format: ModelArtifact.Format
        /// Bits per weight of a whole file.
        var bits: Double
        /// Points of quality that the rounding costs.
        var loss: Int
        /// What stands closest to it in the other format.
        var counterpart: String?
    }

    /// What is known of each.
    ///
    /// Bits per weight of GGUF are those that llama.cpp's tools/quantize/README.md states for an 8B model; of MLX they are the
    /// bits plus a 16-bit scale and bias for each group of 64. Losses are this project's judgement, on the scale of the
    /// catalogue's `quality`.
    private static let facts: [String: Facts] = [
        "f16": Facts(format: .gguf, bits: 16.0005, loss: 0, counterpart: "bf16"),
        "q8_0": Facts(format: .gguf, bits: 8.5008, loss: 0, counterpart: "8bit"),
        "q6_k": Facts(format: .gguf, bits: 6.5633, loss: 1, counterpart: "6bit"),
        "q5_k_m": Facts(format: .gguf, bits: 5.7036, loss: 1, counterpart: "5bit"),
        "q5_k_s": Facts(format: .gguf, bits: 5.5704, loss: 2, counterpart: "5bit"),
        "q4_k_m": Facts(format: .gguf, bits: 4.8944, loss: 3, counterpart: "4bit"),
        "q4_k_s": Facts(format: .gguf, bits: 4.6672, loss: 4, counterpart: "4bit"),
        "iq4_nl": Facts(format: .gguf, bits: 4.6818, loss: 4, counterpart: "4bit"),
        "q4_0": Facts(format: .gguf, bits: 4.66, loss: 5, counterpart: "4bit"),
        "iq4_xs": Facts(format: .gguf, bits: 4.4597, loss: 4, counterpart: "4bit"),
        "q3_k_l": Facts(format: .gguf, bits: 4.2979, loss: 8, counterpart: "3bit"),
        "q3_k_m": Facts(format: .gguf, bits: 3.9960, loss: 9, counterpart: "3bit"),
        "q3_k_s": Facts(format: .gguf, bits: 3.6429, loss: 12, counterpart: "3bit"),
        "q2_k": Facts(format: .gguf, bits: 3.1593, loss: 20, counterpart: nil),
        "bf16": Facts(format: .mlx, bits: 16, loss: 0, counterpart: "f16"),
        "8bit": Facts(format: .mlx, bits: 8.5, loss: 0, counterpart: "q8_0"),
        "6bit": Facts(format: .mlx, bits: 6.5, loss: 1, counterpart: "q6_k"),
        "5bit": Facts(format: .mlx, bits: 5.5, loss: 2, counterpart: "q5_k_m"),
        "4bit": Facts(format: .mlx, bits: 4.5, loss: 4, counterpart: "q4_k_m"),
        "3bit": Facts(format: .mlx, bits: 3.5, loss: 12, counterpart: "q3_k_m"),
    ]

    /// All known ones, those of least loss first.
    package static let all: [Quantisation] = facts.keys.map { Quantisation(known: $0) }.sorted()

    private var facts: Facts { Self.facts[name] ?? Facts(format: .gguf, bits: 16, loss: 0, counterpart: nil) }

    package var format: ModelArtifact.Format { facts.format }

    /// Bits per weight, about: large matrices are rounded more than small ones.
    package var bits: Double { facts.bits }

    /// Points of quality that it costs.
    package var loss: Int { facts.loss }

    /// The one of the other format that it stands for; `nil` when there is none like it.
    package var counterpart: Quantisation? { facts.counterpart.flatMap { Quantisation($0) } }

    package var description: String { name }

    /// More bits come first.
    package static func < (a: Quantisation, b: Quantisation) -> Bool { (b.bits, a.name) < (a.bits, b.name) }

    /// What the name of a file or repository says, such as `…-Q4_K_M.gguf`; the longest that is in it counts.
    package static func found(in name: String) -> Quantisation? {
        let words = name.lowercased().split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init)
        return words.reversed().compactMap { Quantisation($0) }.first
    }
}
