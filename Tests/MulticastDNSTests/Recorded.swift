import Foundation
import MulticastDNS
import Testing

/// Datagrams of other software, as they were on the wire; the file says of which.
struct Recorded {
    var source: Endpoint
    var bytes: [UInt8]

    static var all: [Recorded] {
        get throws {
            let file = try #require(
                Bundle.module.url(forResource: "recorded", withExtension: "txt", subdirectory: "Fixtures")
            )
            let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").filter {
                !$0.hasPrefix("#")
            }
            return try lines.map { line in
                let parts = line.split(separator: " ")
                let digits = Array(parts[2].utf8)
                return Recorded(
                    source: Endpoint(
                        address: try #require(IPAddress(parts[0])),
                        port: try #require(Int(parts[1]))
                    ),
                    bytes: try stride(from: 0, to: digits.count, by: 2).map { place in
                        try #require(UInt8(String(decoding: digits[place..<(place + 2)], as: UTF8.self), radix: 16))
                    }
                )
            }
        }
    }

    static var avahi: IPAddress { .v4(0x0A4D_0001) }
    static var zeroconf: IPAddress { .v4(0x0A4D_0002) }
}
