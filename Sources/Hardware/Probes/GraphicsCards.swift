/// Graphics devices as the kernel shows them, whether or not their tools are installed.
enum GraphicsCards {
    /// The makers' numbers on the PCI bus.
    enum Vendor: UInt64 {
        case amd = 0x1002
        case nvidia = 0x10DE
        case intel = 0x8086
    }

    /// The folders of a maker's devices among /sys/class/drm/card*, in the order of their numbers.
    static func folders(of vendor: Vendor, _ facts: any FactSource) -> [String] {
        let root = "/sys/class/drm"
        let numbers = facts.names(in: root).compactMap { Scan.index($0, after: "card") }
        return numbers.sorted().map { "\(root)/card\($0)" }.filter {
            facts.number(of: $0 + "/device/vendor") == vendor.rawValue
        }
    }

    /// Whether a display device or 3D accelerator of this maker is on the PCI bus (class 03h).
    static func isOnBus(_ vendor: Vendor, _ facts: any FactSource) -> Bool {
        let root = "/sys/bus/pci/devices"
        return facts.names(in: root).contains { name in
            facts.number(of: "\(root)/\(name)/vendor") == vendor.rawValue
                && (facts.number(of: "\(root)/\(name)/class") ?? 0) >> 16 == 0x03
        }
    }

    /// The largest memory window of a device's `resource` file (lines of beginning, end and flags), in bytes.
    ///
    /// With a resizable window it is as large as the device's memory.
    static func largestWindow(_ text: String) -> UInt64? {
        Scan.lines(text).compactMap { line -> UInt64? in
            let ends = Scan.words(line).prefix(2).map { Scan.number($0[...]) }
            guard ends.count == 2, let low = ends[0], let high = ends[1], high > low else { return nil }
            let (size, isTooLarge) = (high - low).addingReportingOverflow(1)
            return isTooLarge ? nil : size
        }.max()
    }
}
