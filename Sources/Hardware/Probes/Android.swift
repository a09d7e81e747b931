/// Phones and tablets, and other devices with a Qualcomm graphics processor.
package struct QualcommProbe: Probe {
    package let name = "qualcomm"

    package init() {}

    package func look(at facts: any FactSource) async -> Findings {
        guard facts.platform.family == .linux else { return Findings() }
        var findings = Findings()
        if let model = facts.line(of: "/sys/class/kgsl/kgsl-3d0/gpu_model"),
            let memory = await MemoryProbe.memory(facts)
        {
            findings.accelerators = [
                Accelerator(
                    maker: .qualcomm,
                    name: Self.name(model),
                    // Drivers let a process have about half of the memory; nothing tells more exactly.
                    total: memory.total / 2,
                    free: min(memory.available, memory.total / 2),
                    isUnified: true
                )
            ]
        }
        if Android.isAndroid(facts), facts.environment["TERMUX_VERSION"] == nil {
            findings.notes.append(
                "this is Android without Termux: its shell may end long programs; use Termux from F-Droid"
            )
        }
        return findings
    }

    /// `Adreno740v2` as people write it.
    package static func name(_ model: String) -> String {
        guard model.hasPrefix("Adreno") else { return "Adreno \(model)" }
        let number = model.dropFirst(6).drop { $0 == " " || $0 == "(" }.prefix { $0.isASCII && $0.isNumber }
        return number.isEmpty ? model : "Adreno \(number)"
    }
}

/// What an Android system says about itself.
package enum Android {
    static func isAndroid(_ facts: any FactSource) -> Bool {
        facts.environment["TERMUX_VERSION"] != nil || facts.environment["ANDROID_ROOT"] != nil
            || facts.exists("/system/build.prop")
    }

    /// The properties the shell's `getprop` lists, and those of the system's own file where it is readable.
    static func properties(_ facts: any FactSource) async -> [String: String] {
        let listed = listed(await facts.run("getprop", []).text ?? "")
        return listed.merging(Scan.table(facts.text(of: "/system/build.prop") ?? "", "=")) { listed, _ in listed }
    }

    /// Lines such as `[ro.soc.model]: [SM8550]`.
    package static func listed(_ text: String) -> [String: String] {
        var properties: [String: String] = [:]
        for line in Scan.lines(text) {
            guard let (key, value) = Scan.pair(line, ":") else { continue }
            guard key.hasPrefix("["), key.hasSuffix("]"), value.hasPrefix("["), value.hasSuffix("]") else { continue }
            guard key.count > 2, value.count > 2 else { continue }
            properties[String(key.dropFirst().dropLast())] = String(value.dropFirst().dropLast())
        }
        return properties
    }
}
