/// Graphics processors of Intel: Arc and data centre cards, and those inside processors.
package struct IntelProbe: Probe {
    package let name = "intel"

    package init() {}

    package func look(at facts: any FactSource) async -> Findings {
        guard facts.platform.family == .linux else { return Findings() }
        async let sycl = facts.run("sycl-ls", [])
        async let manager = facts.run("xpu-smi", ["discovery", "-j"])
        async let managerFirst = facts.run("xpu-smi", ["discovery", "-d", "0", "-j"])
        async let memory = MemoryProbe.memory(facts)
        var findings = Findings()
        findings.note(await sycl, of: "sycl-ls")
        findings.note(await manager, of: "xpu-smi")
        var names = SYCLList.parse(await sycl.text ?? "")
        var managed = XPUDevice.parse(await manager.text ?? "")
        for detail in XPUDevice.parse(await managerFirst.text ?? "") {
            if let place = managed.firstIndex(where: { $0.number == detail.number }) {
                managed[place].total = managed[place].total ?? detail.total
                managed[place].free = managed[place].free ?? detail.free
            } else {
                managed.append(detail)
            }
        }
        let cards = GraphicsCards.folders(of: .intel, facts).map { Card($0, facts) }
        for card in cards {
            let entry = managed.first { $0.device == card.device && card.device != nil }
            let place = names.firstIndex { Self.isOfCard($0) == card.isDiscrete }
            let spoken = place.map { names.remove(at: $0) }
            let name = card.name ?? entry?.name ?? spoken
            if card.isDiscrete {
                let total = card.total ?? entry?.total ?? card.window ?? 0
                if total == 0 {
                    findings.notes.append("nothing tells the memory of \(name ?? "an Intel GPU"): install xpu-smi")
                }
                let free = card.free ?? entry?.free
                findings.accelerators.append(
                    Accelerator(maker: .intel, name: name ?? "Intel GPU", total: total, free: free)
                )
            } else if let memory = await memory {
                findings.accelerators.append(Self.integrated(name, memory))
            }
        }
        // Without the kernel's list, as in a container, the tools' must do.
        if cards.isEmpty {
            findings.accelerators += managed.filter { $0.total != nil }.map {
                Accelerator(maker: .intel, name: $0.name, total: $0.total ?? 0, free: $0.free)
            }
        }
        return findings
    }

    /// Whether a name is that of a card and not of a part of a processor.
    private static func isOfCard(_ name: String) -> Bool {
        ["Arc(TM) A", "Arc(TM) B", "Arc(TM) Pro", "Max", "Flex"].contains { name.contains($0) }
    }

    /// Shares the processor's memory; half of it is what its drivers let a program have at least.
    private static func integrated(_ name: String?, _ memory: Memory) -> Accelerator {
        Accelerator(
            maker: .intel,
            name: name ?? "Intel integrated graphics",
            total: memory.total / 2,
            free: min(memory.available, memory.total / 2),
            isUnified: true
        )
    }

    /// What the kernel tells of one device.
    private struct Card {
        var device: UInt64?
        var name: String?
        var total: UInt64?
        var free: UInt64?
        /// How much of its memory the processor sees: all of it, or more, up to a power of two.
        var window: UInt64?
        var isDiscrete: Bool

        init(_ folder: String, _ facts: any FactSource) {
            device = facts.number(of: folder + "/device/device")
            name = device.flatMap { IntelProbe.names[$0] }
            let tiles = facts.names(in: folder + "/device").compactMap { name -> UInt64? in
                guard Scan.index(name, after: "tile") != nil else { return nil }
                return facts.number(of: "\(folder)/device/\(name)/physical_vram_size_bytes")
            }
            let tiled = tiles.isEmpty ? nil : tiles.reduce(UInt64(0)) { $0.addingReportingOverflow($1).partialValue }
            let window = facts.text(of: folder + "/device/resource").flatMap(GraphicsCards.largestWindow)
            let local = facts.number(of: folder + "/lmem_total_bytes") ?? tiled
            isDiscrete = local != nil || name != nil || (window ?? 0) > 1 << 30
            total = local
            self.window = window.flatMap { $0 > 1 << 30 ? $0 : nil }
            free = facts.number(of: folder + "/lmem_avail_bytes")
        }
    }

    /// Devices with memory of their own, by the number of the device on the PCI bus.
    private static let names: [UInt64: String] = [
        0x56A0: "Intel Arc A770", 0x56A1: "Intel Arc A750", 0x56A2: "Intel Arc A580", 0x56A5: "Intel Arc A380",
        0x56A6: "Intel Arc A310", 0x5690: "Intel Arc A770M", 0xE20B: "Intel Arc B580", 0xE20C: "Intel Arc B570",
        0x56C0: "Intel Data Center GPU Flex 170", 0x56C1: "Intel Data Center GPU Flex 140",
        0x0BD5: "Intel Data Center GPU Max 1550", 0x0BDA: "Intel Data Center GPU Max 1100",
    ]
}

/// What `sycl-ls` prints, one line per device and driver.
package enum SYCLList {
    /// The names of graphics devices of Intel, as Level Zero lists them; as OpenCL does where Level Zero is missing.
    package static func parse(_ text: String) -> [String] {
        func names(_ mark: String) -> [String] {
            Scan.lines(text).compactMap { line in
                guard line.hasPrefix("["), line.contains(mark), let comma = line.firstIndex(of: ",") else { return nil }
                return name(line[line.index(after: comma)...])
            }
        }
        let first = names("level_zero:gpu")
        return first.isEmpty ? names("opencl:gpu") : first
    }

    /// Without versions at the end and the marks of trade.
    private static func name(_ text: Substring) -> String? {
        var words = Scan.words(text.prefix { $0 != "[" })
        // The last words are the versions of the device and of OpenCL.
        while let last = words.last,
            last == "OpenCL" || last == "NEO" || last.first?.isNumber == true && last.contains(".")
        {
            words.removeLast()
        }
        let name = words.joined(separator: " ")
        return name.isEmpty ? nil : name
    }
}

/// What `xpu-smi discovery -j` prints about one device.
package struct XPUDevice: Sendable, Equatable {
    package var number: Int
    package var name: String
    /// The number of the device on the PCI bus.
    package var device: UInt64?
    package var total: UInt64?
    package var free: UInt64?
}
