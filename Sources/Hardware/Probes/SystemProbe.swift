/// What runs on the machine, and whether it runs on the machine itself.
package struct SystemProbe: Probe {
    package let name = "system"

    package init() {}

    package func look(at facts: any FactSource) async -> Findings {
        switch facts.platform.family {
        case .macos:
            let answer = await facts.run("sysctl", ["kern.osproductversion", "kern.osrelease", "kern.hv_vmm_present"])
            let values = Sysctl(answer.text ?? "")
            let system = OperatingSystem(
                name: values.text("kern.osproductversion").map { "macOS \($0)" } ?? "macOS",
                kernel: values.text("kern.osrelease").map { "Darwin \($0)" } ?? "Darwin",
                surroundings: values.isSet("kern.hv_vmm_present") ? .virtualMachine("") : .bareMetal
            )
            return Findings(system: system)
        case .linux:
            let kernel = facts.line(of: "/proc/sys/kernel/osrelease") ?? "unknown"
            let surroundings = Self.surroundings(facts, kernel: kernel)
            return Findings(
                system: OperatingSystem(name: await name(facts), kernel: kernel, surroundings: surroundings)
            )
        }
    }

    private func name(_ facts: any FactSource) async -> String {
        if Android.isAndroid(facts) {
            let properties = await Android.properties(facts)
            return properties["ro.build.version.release"].map { "Android \($0)" } ?? "Android"
        }
        let release = facts.text(of: "/etc/os-release") ?? facts.text(of: "/usr/lib/os-release")
        return release.flatMap(Self.distribution) ?? "Linux"
    }

    /// The name in an os-release(5) file.
    package static func distribution(_ text: String) -> String? {
        let table = Scan.table(text, "=").mapValues { value in
            value.filter { $0 != "\"" && $0 != "'" && $0 != "\\" }
        }
        for key in ["PRETTY_NAME", "NAME"] {
            if let name = table[key], !name.isEmpty { return name }
        }
        return nil
    }

    // MARK: - Surroundings

    private static func surroundings(_ facts: any FactSource, kernel: String) -> OperatingSystem.Surroundings {
        if facts.environment["TERMUX_VERSION"] != nil { return .termux }
        if let runtime = container(facts) { return .container(runtime) }
        if isWindowsSubsystem(kernel: kernel) { return .windowsSubsystem }
        if let hypervisor = hypervisor(facts) { return .virtualMachine(hypervisor) }
        return .bareMetal
    }

    /// Microsoft's kernels say so in their release.
    package static func isWindowsSubsystem(kernel: String) -> Bool {
        let kernel = kernel.lowercased()
        return kernel.contains("microsoft") || kernel.contains("wsl2")
    }

    /// The runtime of the container this is in, by the marks that runtimes leave; `nil` outside of one.
    private static func container(_ facts: any FactSource) -> String? {
        if let named = facts.environment["container"], !named.isEmpty { return named }
        if facts.exists("/.dockerenv") { return "docker" }
        if facts.exists("/run/.containerenv") { return "podman" }
        if let named = facts.line(of: "/run/systemd/container") { return named }
        return facts.text(of: "/proc/1/cgroup").flatMap(runtime(controlGroups:))
            ?? facts.text(of: "/proc/self/mountinfo").flatMap(runtime(mounts:))
    }

    /// A runtime's name in the paths of the first process's control groups.
    package static func runtime(controlGroups text: String) -> String? {
        let paths = Scan.lines(text).compactMap { line in
            line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).last
        }
        for (mark, runtime) in [
            ("kubepods", "kubernetes"), ("docker", "docker"), ("libpod", "podman"), ("containerd", "containerd"),
            ("lxc", "lxc"), ("machine.slice/systemd-nspawn", "systemd-nspawn"),
        ] where paths.contains(where: { $0.contains(mark) }) {
            return runtime
        }
        return nil
    }

    /// A runtime's name in where the root folder comes from; an overlay alone may also be a live system.
    package static func runtime(mounts text: String) -> String? {
        for line in Scan.lines(text) {
            let fields = line.split(separator: " ")
            guard fields.count > 6, fields[4] == "/" else { continue }
            for (mark, runtime) in [
                ("/docker/overlay2", "docker"), ("/containers/storage", "podman"), ("containerd", "containerd"),
                ("lxcfs", "lxc"),
            ] where line.contains(mark) {
                return runtime
            }
        }
        return text.contains(" lxcfs ") || text.contains("fuse.lxcfs") ? "lxc" : nil
    }

    /// The hypervisor below, by the firmware's names and the processor's flag; `nil` when there is none.
    private static func hypervisor(_ facts: any FactSource) -> String? {
        let firmware = ["sys_vendor", "product_name", "bios_vendor"].compactMap {
            facts.line(of: "/sys/class/dmi/id/" + $0)
        }
        if let named = hypervisor(firmware: firmware) { return named }
        if let kind = facts.line(of: "/sys/hypervisor/type") { return kind }
        let flags = CPUInfo.parse(facts.text(of: "/proc/cpuinfo") ?? "").flags
        return flags.contains("hypervisor") ? "" : nil
    }

    /// A hypervisor's name in the texts of the firmware (SMBIOS type 1).
    package static func hypervisor(firmware: [String]) -> String? {
        let text = firmware.joined(separator: " ").lowercased()
        for (mark, name) in [
            ("vmware", "vmware"), ("virtualbox", "virtualbox"), ("innotek", "virtualbox"), ("parallels", "parallels"),
            ("virtual machine microsoft", "hyper-v"), ("microsoft corporation virtual machine", "hyper-v"),
            ("amazon ec2", "amazon ec2"), ("google compute engine", "google compute engine"), ("kvm", "kvm"),
            ("qemu", "kvm"), ("bochs", "kvm"), ("xen", "xen"), ("bhyve", "bhyve"), ("apple virtualization", "apple"),
        ] where text.contains(mark) {
            return name
        }
        return nil
    }
}
