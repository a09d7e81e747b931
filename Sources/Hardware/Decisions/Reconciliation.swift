extension Machine {
    /// Compares what the system's tools list with what llama.cpp can use.
    ///
    /// Differences become notes of the probe `llama.cpp`, each with its cure.
    package func reconciled(with devices: [EngineDevice]) -> Machine {
        var machine = self
        machine.notes += differences(from: devices).map { Note(probe: "llama.cpp", text: $0) }
        return machine
    }

    /// The machine as llama.cpp can use it: without accelerators that it does not see, with those that only it sees, and
    /// with the smaller one of two sizes.
    package func usable(by devices: [EngineDevice]) -> Machine {
        var machine = self
        let pairs = pairs(with: devices)
        machine.accelerators = pairs.compactMap { accelerator, device in
            guard let device else { return nil }
            guard var usable = accelerator else {
                return Accelerator(
                    maker: device.maker,
                    name: device.description,
                    total: device.totalBytes,
                    free: device.freeBytes,
                    isUnified: device.kind == .igpu
                )
            }
            guard device.totalBytes > 0 else { return usable }
            usable.total = usable.total == 0 ? device.totalBytes : min(usable.total, device.totalBytes)
            usable.free = min(usable.free ?? .max, device.freeBytes, usable.total)
            return usable
        }
        return machine
    }

    // MARK: - Differences

    private func differences(from devices: [EngineDevice]) -> [String] {
        var missing: [Accelerator.Maker: [String]] = [:]
        var notes: [String] = []
        for (accelerator, device) in pairs(with: devices) {
            switch (accelerator, device) {
            case (let accelerator?, nil): missing[accelerator.maker, default: []].append(accelerator.name)
            case (nil, let device?):
                notes.append("llama.cpp uses \(device.description) (\(device.name)), which no probe found")
            case (let accelerator?, let device?):
                if let difference = Self.difference(accelerator, device) { notes.append(difference) }
            case (nil, nil): continue
            }
        }
        let absent = Accelerator.Maker.allCases.compactMap { maker in
            missing[maker].map { Self.absence(maker, $0, devices) }
        }
        return absent + notes
    }

    /// Sizes that differ by more than a tenth; of shared memory every part of a system counts in its own way.
    private static func difference(_ accelerator: Accelerator, _ device: EngineDevice) -> String? {
        guard !accelerator.isUnified, accelerator.total > 0, device.totalBytes > 0 else { return nil }
        let ours = Double(accelerator.total)
        let theirs = Double(device.totalBytes)
        guard abs(ours - theirs) > 0.1 * max(ours, theirs) else { return nil }
        return "of \(accelerator.name) llama.cpp sees \(gibibytes(theirs)), its tool \(gibibytes(ours)); "
            + "the smaller one counts"
    }

    private static func gibibytes(_ bytes: Double) -> String {
        let tenths = (bytes / 1_073_741_824 * 10).rounded()
        return "\(tenths / 10) GiB"
    }

    private static func absence(_ maker: Accelerator.Maker, _ names: [String], _ devices: [EngineDevice]) -> String {
        let counted = names.reduce(into: [(String, Int)]()) { list, name in
            if let place = list.firstIndex(where: { $0.0 == name }) {
                list[place].1 += 1
            } else {
                list.append((name, 1))
            }
        }
        let what = counted.map { $0.1 > 1 ? "\($0.1) × \($0.0)" : $0.0 }.joined(separator: " and ")
        let others = devices.contains { $0.takesLayers && $0.maker == maker }
        if others {
            return "llama.cpp does not see \(what); see CUDA_VISIBLE_DEVICES, HIP_VISIBLE_DEVICES and the like"
        }
        let (part, cure) =
            switch maker {
            case .apple: ("Metal", "build it on this Mac: make")
            case .nvidia: ("CUDA", "install the CUDA toolkit (nvcc) and run make again")
            case .amd: ("ROCm", "install ROCm (hipcc), or glslc for Vulkan, and run make again")
            case .intel: ("Vulkan", "install glslc and the Vulkan headers and run make again")
            case .qualcomm: ("OpenCL", "build it with LLAMA_CMAKE_FLAGS=-DGGML_OPENCL=ON make")
            case .other: ("Vulkan", "install glslc and the Vulkan headers and run make again")
            }
        let hasPart = devices.contains { $0.takesLayers && $0.backend.lowercased() == part.lowercased() }
        if hasPart { return "there is \(what), but llama.cpp's \(part) does not see it: check its driver" }
        return "there is \(what), but this build of llama.cpp has no \(part) and computes on the processor: \(cure)"
    }

    // MARK: - Which is which

    /// Accelerators beside the devices that are the same thing, in the accelerators' order; then devices that only llama.cpp
    /// sees.
    private func pairs(with devices: [EngineDevice]) -> [(Accelerator?, EngineDevice?)] {
        let makers = Dictionary(grouping: devices.filter(\.takesLayers), by: \.maker)
        var open = makers.mapValues(Self.oneBackend)
        var pairs: [(Accelerator?, EngineDevice?)] = accelerators.map { ($0, nil) }
        // Those of the same name first, then by order.
        for isStrict in [true, false] {
            for place in pairs.indices where pairs[place].1 == nil {
                guard let accelerator = pairs[place].0, let list = open[accelerator.maker] else { continue }
                let index = list.firstIndex { !isStrict || Self.areAlike(accelerator.name, $0.description) }
                guard let index else { continue }
                pairs[place].1 = list[index]
                open[accelerator.maker]?.remove(at: index)
            }
        }
        let rest = devices.filter { device in open.values.contains { $0.contains(device) } }
        return pairs + rest.map { (nil, $0) }
    }

    /// Two parts of llama.cpp may list the same devices: those of the one that lists most, the first of equals.
    private static func oneBackend(_ devices: [EngineDevice]) -> [EngineDevice] {
        var best: [EngineDevice] = []
        var seen: Set<String> = []
        for device in devices where seen.insert(device.backend).inserted {
            let list = devices.filter { $0.backend == device.backend }
            if list.count > best.count { best = list }
        }
        return best
    }

    /// The words of the shorter name, without those of makers and trade, are in the longer one.
    static func areAlike(_ one: String, _ other: String) -> Bool {
        let a = words(one)
        let b = words(other)
        guard !a.isEmpty, !b.isEmpty else { return false }
        return a.isSubset(of: b) || b.isSubset(of: a)
    }

    private static func words(_ name: String) -> Set<String> {
        let parts = name.lowercased().split { !($0.isLetter || $0.isNumber) }.map(String.init)
        return Set(parts).subtracting([
            "nvidia", "amd", "intel", "apple", "r", "tm", "gpu", "graphics", "geforce", "radeon",
        ])
    }
}
