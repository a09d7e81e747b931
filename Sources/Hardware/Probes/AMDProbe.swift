/// Graphics processors of AMD: cards, accelerators, and those inside processors.
package struct AMDProbe: Probe {
    package let name = "amd"

    package init() {}

    package func look(at facts: any FactSource) async -> Findings {
        guard facts.platform.family == .linux else { return Findings() }
        async let fixed = facts.run("amd-smi", ["static", "--json"])
        async let moving = facts.run("amd-smi", ["metric", "--json"])
        async let older = facts.run("rocm-smi", ["--showmeminfo", "vram", "--showproductname", "--json"])
        async let memory = MemoryProbe.memory(facts)
        var findings = Findings()
        let (fixedAnswer, metric, rocm) = await (fixed, moving, older)
        findings.note(fixedAnswer, of: "amd-smi")
        findings.note(metric, of: "amd-smi")
        findings.note(rocm, of: "rocm-smi")
        let lists = [
            AMDDevice.parse(smi: fixedAnswer.text ?? ""), AMDDevice.parse(smi: metric.text ?? ""),
            AMDDevice.parse(rocm: rocm.text ?? ""), Self.kernel(facts),
        ]
        let devices = AMDDevice.merge(lists)
        let hasTool = fixedAnswer != .missing || rocm != .missing
        if hasTool, lists[0].isEmpty, lists[2].isEmpty, !lists[3].isEmpty, findings.notes.isEmpty {
            findings.notes.append("what AMD's tools printed could not be read; the kernel's figures are used")
        }
        for device in devices {
            if let accelerator = device.accelerator(memory: await memory) {
                findings.accelerators.append(accelerator)
            } else {
                findings.notes.append(
                    "nothing tells the memory of \(device.name ?? "an AMD GPU"); nothing is put on it"
                )
            }
        }
        if findings.accelerators.isEmpty, devices.isEmpty, GraphicsCards.isOnBus(.amd, facts) {
            findings.notes.append("there is an AMD GPU without its driver: load the kernel's amdgpu module")
        }
        return findings
    }

    /// The kernel's own figures.
    private static func kernel(_ facts: any FactSource) -> [AMDDevice] {
        let nodes = "/sys/class/kfd/kfd/topology/nodes"
        var targets: [String: String] = [:]
        for node in facts.names(in: nodes) {
            guard let (minor, target) = target(facts.text(of: "\(nodes)/\(node)/properties") ?? "") else { continue }
            targets["renderD\(minor)"] = target
        }
        return GraphicsCards.folders(of: .amd, facts).map { card in
            let render = facts.names(in: card + "/device/drm").first { $0.hasPrefix("renderD") }
            var device = AMDDevice(
                name: facts.line(of: card + "/device/product_name"),
                total: facts.number(of: card + "/device/mem_info_vram_total"),
                used: facts.number(of: card + "/device/mem_info_vram_used"),
                target: render.flatMap { targets[$0] }
            )
            device.shared = facts.number(of: card + "/device/mem_info_gtt_total")
            device.sharedUsed = facts.number(of: card + "/device/mem_info_gtt_used")
            return device
        }
    }

    /// The render device and the compiler's name of a node in the kernel's list of compute devices.
    ///
    /// `gfx_target_version 110003` is gfx1103, `90010` gfx90a: two digits each for minor version and stepping.
    package static func target(_ properties: String) -> (render: UInt64, target: String)? {
        let rows = Scan.lines(properties).map { Scan.words($0) }.filter { $0.count == 2 }
        let values = Dictionary(rows.map { ($0[0], $0[1]) }) { first, _ in first }
        guard
            let version = values["gfx_target_version"].flatMap({ UInt64($0) }), version > 0,
            let render = values["drm_render_minor"].flatMap({ UInt64($0) }), render > 0
        else { return nil }
        let parts = [version / 10_000, version / 100 % 100, version % 100]
        return (render, "gfx\(parts[0])" + parts[1...].map { String($0, radix: 16) }.joined())
    }
}
