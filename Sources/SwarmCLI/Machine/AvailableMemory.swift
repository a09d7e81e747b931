import Foundation

/// How much memory can be used without crowding out other programs.
package enum AvailableMemory {
    /// Half of what is available, in bytes; `nil` when the system does not say.
    ///
    /// On Linux half of `MemAvailable`; elsewhere half of all memory, where nothing comparable is told.
    package static var budget: UInt64? {
        #if os(Linux)
        guard let data = FileManager.default.contents(atPath: "/proc/meminfo") else { return nil }
        return available(meminfo: String(decoding: data, as: UTF8.self)).map { $0 / 2 }
        #else
        return ProcessInfo.processInfo.physicalMemory / 2
        #endif
    }

    /// The `MemAvailable` line of /proc/meminfo (proc_meminfo(5)), in bytes.
    package static func available(meminfo: String) -> UInt64? {
        for line in meminfo.split(separator: "\n") where line.hasPrefix("MemAvailable:") {
            let fields = line.split(whereSeparator: \.isWhitespace)
            guard fields.count == 3, fields[2] == "kB", let kilobytes = UInt64(fields[1]) else { return nil }
            let (bytes, isTooLarge) = kilobytes.multipliedReportingOverflow(by: 1024)
            return isTooLarge ? nil : bytes
        }
        return nil
    }
}
