import SwarmCore

extension XPUDevice {
    /// Reads a list `device_list`, or the one device that was asked for.
    package static func parse(_ text: String) -> [XPUDevice] {
        guard let json = try? JSON(parsing: text) else { return [] }
        let entries = json["device_list"]?.arrayValue ?? (json["device_id"] == nil ? [] : [json])
        return entries.compactMap { entry in
            guard let number = entry["device_id"]?.intValue, let name = entry["device_name"]?.stringValue else {
                return nil
            }
            func size(_ key: String) -> UInt64? {
                entry[key].flatMap {
                    $0.stringValue.flatMap { UInt64($0) } ?? $0.intValue.flatMap { UInt64(exactly: $0) }
                }
            }
            return XPUDevice(
                number: number,
                name: name,
                device: entry["pci_device_id"]?.stringValue.flatMap { Scan.number($0[...]) },
                total: size("memory_physical_size_byte"),
                free: size("memory_free_size_byte")
            )
        }
    }
}
