#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What the system says about the state of its interfaces; SwiftNIO does not pass it on.
enum InterfaceFlags {
    /// The flags of each interface by its name; empty when the system does not say.
    static func read() -> [String: Int] {
        var first: UnsafeMutablePointer<ifaddrs>?
        guard unsafe getifaddrs(&first) == 0 else { return [:] }
        defer { unsafe freeifaddrs(first) }
        var flags: [String: Int] = [:]
        var next = unsafe first
        while let entry = unsafe next {
            unsafe flags[String(cString: entry.pointee.ifa_name)] = Int(entry.pointee.ifa_flags)
            unsafe next = entry.pointee.ifa_next
        }
        return flags
    }

    static let up = Int(IFF_UP)
    static let loopback = Int(IFF_LOOPBACK)
    static let pointToPoint = Int(IFF_POINTOPOINT)
    static let multicast = Int(IFF_MULTICAST)
}
