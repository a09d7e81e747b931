/// A device as llama.cpp sees it.
package struct EngineDevice: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        case cpu, gpu, igpu, accel
    }

    /// For example `CUDA0`, `MTL0`, `Vulkan1`, `CPU`.
    package var name: String
    /// For example `NVIDIA GeForce RTX 4090`.
    package var description: String
    package var kind: Kind
    /// 0 when it does not say.
    package var totalBytes: UInt64
    package var freeBytes: UInt64

    package init(name: String, description: String, kind: Kind, totalBytes: UInt64, freeBytes: UInt64) {
        self.name = name
        self.description = description
        self.kind = kind
        self.totalBytes = totalBytes
        self.freeBytes = freeBytes
    }

    /// A model's layers can be put on it.
    package var takesLayers: Bool { kind == .gpu || kind == .igpu }

    /// The part of llama.cpp it belongs to: its name without the number.
    package var backend: String {
        guard let last = name.lastIndex(where: { !($0.isASCII && $0.isNumber) }) else { return name }
        return String(name[...last])
    }

    /// Who made it, as far as names tell.
    package var maker: Accelerator.Maker {
        switch backend.lowercased() {
        case "cuda": return .nvidia
        case "mtl", "metal": return .apple
        case "rocm", "hip": return .amd
        case "sycl": return .intel
        default: break
        }
        let words = description.lowercased()
        let marks: [(Accelerator.Maker, [String])] = [
            (.nvidia, ["nvidia", "geforce", "quadro", "tesla", "rtx", "gtx", "tegra"]),
            (.amd, ["amd", "radeon", "instinct", "radv"]), (.intel, ["intel", "arc(tm)"]),
            (.qualcomm, ["adreno", "qualcomm"]), (.apple, ["apple"]),
        ]
        return marks.first { $0.1.contains { words.contains($0) } }?.0 ?? .other
    }
}
