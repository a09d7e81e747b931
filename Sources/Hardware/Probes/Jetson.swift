/// A board of NVIDIA's with a graphics processor that shares the processor's memory.
package struct Jetson: Sendable, Equatable {
    package var name: String
    /// Of CUDA; `nil` for a chip not known here.
    package var capability: String?
    /// The release of its system, such as `L4T 36.3.0`.
    package var release: String?

    /// - Returns: `nil` when the machine is no such board.
    package init?(_ facts: any FactSource) {
        let model = facts.line(of: "/proc/device-tree/model")
        let release = facts.text(of: "/etc/nv_tegra_release")
        guard release != nil || model?.contains("Jetson") == true else { return nil }
        name = model ?? "NVIDIA Jetson"
        capability = Self.capability(compatible: facts.text(of: "/proc/device-tree/compatible") ?? "")
        self.release = release.flatMap(Self.release)
    }

    func accelerator(_ memory: Memory) -> Accelerator {
        Accelerator(
            maker: .nvidia,
            name: name,
            total: memory.total,
            free: memory.available,
            isUnified: true,
            capability: capability,
            driver: release
        )
    }

    /// By the chip among the names in the device tree.
    package static func capability(compatible text: String) -> String? {
        for (chip, capability) in [
            ("tegra264", "11.0"), ("tegra234", "8.7"), ("tegra194", "7.2"), ("tegra186", "6.2"), ("tegra210", "5.3"),
        ] where text.contains(chip) {
            return capability
        }
        return nil
    }

    /// Reads the first line of /etc/nv_tegra_release: `# R36 (release), REVISION: 3.0, ...`.
    package static func release(_ text: String) -> String? {
        guard let line = Scan.lines(text).first, let major = Scan.words(line).first(where: { $0.hasPrefix("R") }) else {
            return nil
        }
        let revision = line.components(after: "REVISION:").map { Scan.trimmed($0.prefix { $0 != "," }) }
        return "L4T " + ([String(major.dropFirst())] + (revision.map { [$0] } ?? [])).joined(separator: ".")
    }
}
