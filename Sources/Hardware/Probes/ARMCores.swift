/// The names of ARM cores by the numbers in their identification register (MIDR_EL1).
package enum ARMCores {
    /// - Returns: the core's name; where it is not known, its numbers.
    package static func name(implementer: UInt64?, part: UInt64?) -> String? {
        guard let implementer, let part else { return nil }
        if let name = names[implementer]?[part] { return name }
        let maker = makers[implementer] ?? "maker 0x" + String(implementer, radix: 16)
        return "\(maker) core 0x" + String(part, radix: 16)
    }

    private static let makers: [UInt64: String] = [
        0x41: "ARM", 0x42: "Broadcom", 0x43: "Cavium", 0x46: "Fujitsu", 0x48: "HiSilicon", 0x4E: "NVIDIA",
        0x51: "Qualcomm", 0x53: "Samsung", 0x61: "Apple", 0x6D: "Microsoft", 0xC0: "Ampere",
    ]

    private static let names: [UInt64: [UInt64: String]] = [
        0x41: [
            0xB76: "ARM1176", 0xC05: "Cortex-A5", 0xC07: "Cortex-A7", 0xC08: "Cortex-A8", 0xC09: "Cortex-A9",
            0xC0D: "Cortex-A17", 0xC0E: "Cortex-A17", 0xC0F: "Cortex-A15", 0xD03: "Cortex-A53", 0xD04: "Cortex-A35",
            0xD05: "Cortex-A55", 0xD07: "Cortex-A57", 0xD08: "Cortex-A72", 0xD09: "Cortex-A73", 0xD0A: "Cortex-A75",
            0xD0B: "Cortex-A76", 0xD0C: "Neoverse-N1", 0xD0D: "Cortex-A77", 0xD0E: "Cortex-A76AE",
            0xD40: "Neoverse-V1", 0xD41: "Cortex-A78", 0xD42: "Cortex-A78AE", 0xD44: "Cortex-X1",
            0xD46: "Cortex-A510", 0xD47: "Cortex-A710", 0xD48: "Cortex-X2", 0xD49: "Neoverse-N2",
            0xD4A: "Neoverse-E1", 0xD4B: "Cortex-A78C", 0xD4C: "Cortex-X1C", 0xD4D: "Cortex-A715",
            0xD4E: "Cortex-X3", 0xD4F: "Neoverse-V2", 0xD80: "Cortex-A520", 0xD81: "Cortex-A720",
            0xD82: "Cortex-X4", 0xD83: "Neoverse-V3AE", 0xD84: "Neoverse-V3", 0xD85: "Cortex-X925",
            0xD87: "Cortex-A725", 0xD8E: "Neoverse-N3",
        ],
        0x48: [0xD01: "TaiShan v110", 0xD02: "TaiShan v120"],
        0x4E: [0x003: "Denver 2", 0x004: "Carmel"],
        0x51: [
            0x001: "Oryon", 0x800: "Kryo 2xx Gold", 0x801: "Kryo 2xx Silver", 0x802: "Kryo 3xx Gold",
            0x803: "Kryo 3xx Silver", 0x804: "Kryo 4xx Gold", 0x805: "Kryo 4xx Silver", 0xC00: "Falkor",
        ],
        0x61: [
            0x022: "Icestorm", 0x023: "Firestorm", 0x024: "Icestorm", 0x025: "Firestorm", 0x028: "Icestorm",
            0x029: "Firestorm", 0x032: "Blizzard", 0x033: "Avalanche", 0x034: "Blizzard", 0x035: "Avalanche",
            0x038: "Blizzard", 0x039: "Avalanche",
        ],
        0xC0: [0xAC3: "AmpereOne", 0xAC4: "AmpereOne A"],
    ]
}
