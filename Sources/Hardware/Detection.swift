extension Machine {
    /// The probes, in the order in which what they find is listed.
    package static var probes: [any Probe] {
        [
            SystemProbe(), ProcessorProbe(), MemoryProbe(), AppleProbe(), NVIDIAProbe(), AMDProbe(), IntelProbe(),
            QualcommProbe(), VulkanProbe(),
        ]
    }

    /// Finds out what a machine has.
    ///
    /// All probes run side by side, so that it takes about as long as the slowest tool may take (`FactLimits.time`). Nothing
    /// makes it fail: what could not be found out is left out, and noted if the user can do something about it.
    package static func detect(
        _ facts: any FactSource = LiveFacts(),
        probes: [any Probe] = Machine.probes
    ) async -> Machine {
        let found = await withTaskGroup(of: (Int, Findings).self) { group in
            for (place, probe) in probes.enumerated() {
                group.addTask { (place, await probe.look(at: facts)) }
            }
            var found = [Findings](repeating: Findings(), count: probes.count)
            for await (place, findings) in group { found[place] = findings }
            return found
        }
        return Machine(Array(zip(probes.map(\.name), found)), platform: facts.platform)
    }

    /// One machine out of what the probes found.
    package init(_ found: [(probe: String, findings: Findings)], platform: Platform) {
        let all = found.map(\.findings)
        self.init(
            system: all.lazy.compactMap(\.system).first
                ?? OperatingSystem(name: "unknown system", kernel: "unknown", surroundings: .bareMetal),
            processor: all.lazy.compactMap(\.processor).first
                ?? Processor(name: "unknown processor", architecture: platform.architecture, cores: 1, threads: 1),
            memory: all.lazy.compactMap(\.memory).first ?? Memory(total: 0, available: 0)
        )
        for (probe, findings) in found {
            if probe == "vulkan" {
                complete(with: findings.accelerators)
            } else {
                accelerators += findings.accelerators
            }
            for text in findings.notes where !notes.contains(where: { $0.text == text }) {
                notes.append(Note(probe: probe, text: text))
            }
        }
    }

    /// What a device is called when nothing tells its name.
    private static let plainNames: Set<String> = [
        "AMD GPU", "AMD integrated graphics", "Intel GPU", "Intel integrated graphics",
    ]

    /// Adds what Vulkan sees: devices of makers that no other probe found, and names and sizes that no other probe knows.
    private mutating func complete(with seen: [Accelerator]) {
        let own = accelerators.indices
        var paired: Set<Int> = []
        for device in seen {
            let alike = own.filter { accelerators[$0].maker == device.maker }
            guard !alike.isEmpty else {
                accelerators.append(device)
                continue
            }
            let open = alike.filter { !paired.contains($0) }
            let isComplete = alike.count == seen.count { $0.maker == device.maker }
            let place =
                open.first { accelerators[$0].isUnified == device.isUnified } ?? (isComplete ? open.first : nil)
            guard let place else { continue }
            paired.insert(place)
            if Self.plainNames.contains(accelerators[place].name) { accelerators[place].name = device.name }
            let isMisjudged =
                device.isUnified && !accelerators[place].isUnified && accelerators[place].total < device.total
            if accelerators[place].total == 0 || isMisjudged {
                accelerators[place].total = device.total
                accelerators[place].free = device.free
                accelerators[place].isUnified = device.isUnified
            }
        }
    }
}
