import SwarmCore

/// One device of AMD, as far as one source knows it.
package struct AMDDevice: Sendable, Equatable {
    package var name: String?
    /// Memory of its own, in bytes.
    package var total: UInt64?
    package var used: UInt64?
    /// The processor's memory it may use (the kernel's GTT).
    package var shared: UInt64?
    package var sharedUsed: UInt64?
    /// The compiler's name of it, such as `gfx1100`.
    package var target: String?

    package init(name: String? = nil, total: UInt64? = nil, used: UInt64? = nil, target: String? = nil) {
        self.name = name
        self.total = total
        self.used = used
        self.target = target
    }

    // MARK: - Several sources

    /// One list out of several: of each device the largest figures and the first name.
    ///
    /// Tools print more than one figure that looks like its memory, such as the window that the processor sees; the
    /// largest is the memory.
    package static func merge(_ lists: [[AMDDevice]]) -> [AMDDevice] {
        let count = lists.map(\.count).max() ?? 0
        return (0..<count).map { place in
            lists.compactMap { $0.indices.contains(place) ? $0[place] : nil }.reduce(into: AMDDevice()) { sum, next in
                sum.name = sum.name ?? next.name
                sum.target = sum.target ?? next.target
                sum.total = [sum.total, next.total].compactMap(\.self).max()
                sum.used = [sum.used, next.used].compactMap(\.self).max()
                sum.shared = sum.shared ?? next.shared
                sum.sharedUsed = sum.sharedUsed ?? next.sharedUsed
            }
        }
    }

    /// It is part of a processor and has no memory chips.
    package var isIntegrated: Bool {
        if let target { return Self.integrated.contains(target) }
        let name = (name ?? "").lowercased()
        return [
            "radeon graphics", "radeon 6", "radeon 7", "radeon 8", "vega 3", "vega 6", "vega 7", "vega 8", "vega 10",
            "vega 11",
        ]
        .contains { name.contains($0) } && !name.contains("rx") && !name.contains("pro")
    }

    /// LLVM's AMDGPU processor table, those marked as APU.
    private static let integrated: Set<String> = [
        "gfx801", "gfx902", "gfx909", "gfx90c", "gfx1013", "gfx1033", "gfx1035", "gfx1036", "gfx1103", "gfx1150",
        "gfx1151", "gfx1152", "gfx1153",
    ]

    /// - Returns: `nil` when no memory is known.
    package func accelerator(memory: Memory?) -> Accelerator? {
        let own = total ?? 0
        // Of what a processor's part has set aside and what it may share, llama.cpp uses the larger.
        let isUnified = isIntegrated && (shared ?? 0) > own
        let size = isUnified ? min(shared ?? 0, memory?.total ?? .max) : own
        guard size > 0 else { return nil }
        let taken = isUnified ? sharedUsed : used
        var free = taken.map { size - min(size, $0) }
        if isUnified, let memory { free = min(free ?? size, memory.available) }
        return Accelerator(
            maker: .amd,
            name: name ?? (isIntegrated ? "AMD integrated graphics" : "AMD GPU"),
            total: size,
            free: free,
            isUnified: isUnified,
            capability: target
        )
    }

    // MARK: - amd-smi

    /// Reads `amd-smi static --json` or `amd-smi metric --json`: a list of devices, in newer versions inside `gpu_data`.
    package static func parse(smi text: String) -> [AMDDevice] {
        guard let json = json(text), let list = json.arrayValue ?? json["gpu_data"]?.arrayValue else { return [] }
        return list.compactMap { entry in
            guard entry["gpu"] != nil else { return nil }
            let asic = entry["asic"]
            let usage = entry["mem_usage"]
            let total = [amount(entry["vram"]?["size"]), amount(usage?["total_vram"])].compactMap(\.self).max()
            var used = amount(usage?["used_vram"])
            if used == nil, let total, let free = amount(usage?["free_vram"]) { used = total - min(total, free) }
            var device = AMDDevice(
                name: words(asic?["market_name"]) ?? words(entry["board"]?["product_name"]),
                total: total,
                used: used,
                target: words(asic?["target_graphics_version"])
            )
            device.shared = amount(usage?["total_gtt"])
            device.sharedUsed = amount(usage?["used_gtt"])
            return device
        }
    }

    /// `{"value": 24560, "unit": "MB"}`, or the same as one text.
    private static func amount(_ json: JSON?) -> UInt64? {
        if let value = json?["value"]?.doubleValue {
            return Scan.bytes(value, unit: json?["unit"]?.stringValue ?? "MB")
        }
        let parts = Scan.words(json?.stringValue ?? "")
        guard parts.count == 2, let value = Double(parts[0]) else { return nil }
        return Scan.bytes(value, unit: parts[1])
    }

    private static func words(_ json: JSON?) -> String? {
        json?.stringValue.flatMap { $0.isEmpty || $0 == "N/A" || $0.hasPrefix("0x") ? nil : $0 }
    }

    /// The JSON in what a tool printed; warnings may stand before it.
    private static func json(_ text: String) -> JSON? {
        guard let start = text.firstIndex(where: { $0 == "{" || $0 == "[" }) else { return nil }
        return try? JSON(parsing: String(text[start...]))
    }

    // MARK: - rocm-smi

    /// Reads `rocm-smi --showmeminfo vram --showproductname --json`: an object `card0`, `card1`, ...
    package static func parse(rocm text: String) -> [AMDDevice] {
        guard let members = json(text)?.objectValue?.members else { return [] }
        let cards = members.compactMap { key, value in Scan.index(key, after: "card").map { ($0, value) } }
        return cards.sorted { $0.0 < $1.0 }.map { _, card in
            var device = AMDDevice()
            var names: [String: String] = [:]
            for (key, value) in card.objectValue?.members ?? [] {
                let key = key.lowercased()
                let number = value.stringValue.flatMap { UInt64($0) } ?? value.intValue.flatMap { UInt64(exactly: $0) }
                if key.contains("vram"), key.contains("total used") {
                    device.used = max(device.used ?? 0, number ?? 0)
                } else if key.contains("vram"), key.contains("total memory"), let number {
                    device.total = max(device.total ?? 0, number)
                } else if let text = words(value) {
                    names[key] = text
                }
            }
            device.name = names["card series"] ?? names["card model"]
            device.target = names["gfx version"]
            return device
        }
    }
}
