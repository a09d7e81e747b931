/// Graphics processors that Vulkan sees, for those that no other probe knows.
package struct VulkanProbe: Probe {
    package let name = "vulkan"

    package init() {}

    package func look(at facts: any FactSource) async -> Findings {
        async let summary = facts.run("vulkaninfo", ["--summary"])
        async let whole = facts.run("vulkaninfo", [])
        var findings = Findings()
        findings.note(await summary, of: "vulkaninfo")
        findings.note(await whole, of: "vulkaninfo")
        let heaps = VulkanDevice.parse(await whole.text ?? "")
        var devices = VulkanDevice.parse(await summary.text ?? "")
        if devices.isEmpty { devices = heaps }
        for device in devices where !device.isSoftware {
            guard let name = device.name, let maker = device.maker else { continue }
            let known = heaps.first { $0.number == device.number }
            findings.accelerators.append(
                Accelerator(
                    maker: maker,
                    name: name,
                    total: known?.largest?.size ?? 0,
                    free: known?.largest?.free,
                    isUnified: device.isIntegrated,
                    driver: device.driver
                )
            )
        }
        return findings
    }
}

/// One device in the output of `vulkaninfo`, whole or `--summary`.
package struct VulkanDevice: Sendable, Equatable {
    package struct Heap: Sendable, Equatable {
        package var size: UInt64
        /// What the driver lets this process have of it; `nil` without VK_EXT_memory_budget.
        package var budget: UInt64?
        package var usage: UInt64?
        package var isLocal = false

        /// What is left of the budget.
        package var free: UInt64? { budget.map { min(size, $0) } }
    }

    package var number: Int
    package var name: String?
    package var vendor: UInt64?
    /// The end of `PHYSICAL_DEVICE_TYPE_...`.
    package var type: String?
    package var driver: String?
    package var heaps: [Heap] = []

    package init(number: Int) { self.number = number }

    /// It is computed by the processor: llvmpipe, SwiftShader, lavapipe.
    package var isSoftware: Bool {
        let name = (name ?? "").lowercased()
        return type == "CPU" || ["llvmpipe", "lavapipe", "swiftshader"].contains { name.contains($0) }
    }

    package var isIntegrated: Bool { type == "INTEGRATED_GPU" }

    /// The memory nearest to it.
    package var largest: Heap? {
        heaps.filter(\.isLocal).max { $0.size < $1.size } ?? heaps.max { $0.size < $1.size }
    }

    /// By its number on the PCI bus, or Khronos' number for those without a bus; `nil` when it is not told.
    package var maker: Accelerator.Maker? {
        switch vendor {
        case 0x10DE: .nvidia
        case 0x1002: .amd
        case 0x8086: .intel
        case 0x5143: .qualcomm
        case 0x106B: .apple
        case nil: nil
        default: .other
        }
    }

    package static func parse(_ text: String) -> [VulkanDevice] {
        var devices: [VulkanDevice] = []
        var place: Int?
        for line in Scan.lines(text) {
            let plain = Scan.trimmed(line)
            if plain.hasPrefix("GPU"), let number = heading(plain) {
                place = devices.firstIndex { $0.number == number }
                if place == nil {
                    place = devices.count
                    devices.append(VulkanDevice(number: number))
                }
            } else if let place {
                devices[place].take(plain)
            }
        }
        return devices
    }

    /// `GPU0:` or, in the list of layers and surfaces, `GPU id = 0 (...)`.
    private static func heading(_ line: String) -> Int? {
        line.hasSuffix(":") ? Scan.index(String(line.dropLast()), after: "GPU") : nil
    }

    private mutating func take(_ line: String) {
        if line.hasPrefix("memoryHeaps[") {
            heaps.append(Heap(size: 0))
        } else if line.contains("MEMORY_HEAP_DEVICE_LOCAL_BIT"), let last = heaps.indices.last {
            heaps[last].isLocal = true
        }
        guard let (key, value) = Scan.pair(line[...], "="), let word = Scan.words(value).first else { return }
        let number = Scan.number(word[...])
        switch key {
        case "deviceName": name = name ?? value
        case "vendorID": vendor = vendor ?? number
        case "deviceType": type = type ?? word.components(after: "DEVICE_TYPE_")
        case "driverInfo": driver = driver ?? value
        case "size": if let last = heaps.indices.last, let number { heaps[last].size = max(heaps[last].size, number) }
        case "budget": if let last = heaps.indices.last { heaps[last].budget = heaps[last].budget ?? number }
        case "usage": if let last = heaps.indices.last { heaps[last].usage = heaps[last].usage ?? number }
        default: return
        }
    }
}

extension String {
    /// What follows a word in a text.
    fileprivate func components(after word: String) -> String? { self[...].components(after: word).map(String.init) }
}
