/// The graphics processor of Apple Silicon, which shares the processor's memory.
package struct AppleProbe: Probe {
    package let name = "apple"

    package init() {}

    package func look(at facts: any FactSource) async -> Findings {
        guard facts.platform.family == .macos else { return Findings() }
        async let answer = facts.run("sysctl", ["hw", "machdep.cpu", "kern.hv_vmm_present"])
        async let limit = facts.run("sysctl", ["iogpu.wired_limit_mb"])
        async let memory = MemoryProbe.memory(facts)
        var findings = Findings()
        findings.note(await answer, of: "sysctl")
        let values = Sysctl(await answer.text ?? "")
        let chip = values.text("machdep.cpu.brand_string")
        guard facts.platform.architecture == "arm64" || chip?.hasPrefix("Apple") == true else {
            findings.notes.append("models run on the processor of this Mac: llama.cpp's Metal needs Apple Silicon")
            return findings
        }
        guard let memory = await memory else { return findings }
        let working = Self.workingSet(
            of: memory.total,
            limit: Sysctl(await limit.text ?? "").number("iogpu.wired_limit_mb")
        )
        findings.accelerators = [
            Accelerator(
                maker: .apple,
                name: chip ?? "Apple Silicon",
                total: working,
                free: min(working, memory.available),
                isUnified: true
            )
        ]
        if values.isSet("kern.hv_vmm_present") {
            findings.notes.append("this is a virtual machine: Metal may be slow or missing; run on the host if it is")
        }
        return findings
    }

    /// What the graphics processor may keep resident, in bytes.
    ///
    /// Without a limit of the user's the system allows about two thirds of up to 36 GiB and three quarters of more, which
    /// is what Metal reports as `recommendedMaxWorkingSetSize`.
    /// - Parameter limit: `iogpu.wired_limit_mb`; 0 is the system's own choice.
    package static func workingSet(of total: UInt64, limit: UInt64?) -> UInt64 {
        if let bytes = Scan.product(limit, 1 << 20), bytes > 0 { return min(bytes, total) }
        return total <= 36 << 30 ? total / 3 * 2 : total / 4 * 3
    }
}
