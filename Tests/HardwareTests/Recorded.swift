import Foundation
import Hardware
import Testing

/// The recorded machines.
enum Recorded {
    static var folder: String {
        get throws { try #require(Bundle.module.resourceURL).appendingPathComponent("Fixtures").path }
    }

    static func facts(_ name: String) throws -> RecordedFacts { try RecordedFacts(folder: folder + "/" + name) }

    static func machine(_ name: String) async throws -> Machine { await Machine.detect(try facts(name)) }
}

/// Bytes of /proc/meminfo's kilobytes.
func kB(_ count: UInt64) -> UInt64 { count * 1024 }

func MiB(_ count: UInt64) -> UInt64 { count << 20 }

func GiB(_ count: UInt64) -> UInt64 { count << 30 }
