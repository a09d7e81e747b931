#if os(Linux)
import Foundation
import NamespaceTestSupport
import Subprocess
import SwarmTestSupport
import Testing

extension Trait where Self == ConditionTrait {
    static var withNamespaces: Self { .enabled("no network namespaces can be made here") { await Namespaces.works } }
}

/// Real sockets on real networks: nodes in network namespaces.
@Suite(.serialized, .withNamespaces, .timeLimit(.minutes(2)))
struct NamespaceTests {
    @Test func twoNodesFindEachOtherWithinFiveSeconds() async throws {
        try await Namespaces.with(2) { network in
            let one = try Probe.words("--host", "box-1", "--name", "Küche 1.0", "--port", "4711", "--text", "v=1")
            let two = try Probe.words("--host", "box-2", "--name", "two", "--port", "4712", "--text", "v=1")
            try await Running.program(one, in: network.name(1)) { first in
                try await Running.program(two, in: network.name(2)) { second in
                    let seen = try await second.line(within: .seconds(5)) {
                        $0.hasPrefix("added|Küche 1.0|box-1.local|4711|")
                    }
                    #expect(seen.contains("10.78.0.1") && seen.hasSuffix("|v=1"))
                    _ = try await first.line(within: .seconds(5)) { $0.hasPrefix("added|two|box-2.local|4712|") }
                    try await second.say("text v=2 n=3")
                    _ = try await first.line { $0.hasPrefix("updated|two|") && $0.hasSuffix("|v=2 n=3") }
                }
                // It said goodbye.
                _ = try await first.line(within: .seconds(5)) { $0.hasPrefix("removed|two|") }
                #expect(!first.lines.value.contains { $0.contains("Küche") })
            }
        }
    }

    @Test func nodesOnOneMachineShareThePort() async throws {
        try await Namespaces.with(1) { network in
            let one = try Probe.words("--host", "box-1", "--name", "one", "--port", "1")
            let two = try Probe.words("--host", "box-2", "--name", "two", "--port", "2")
            try await Running.program(one, in: network.name(1)) { first in
                try await Running.program(two, in: network.name(1)) { second in
                    _ = try await second.line(within: .seconds(5)) { $0.hasPrefix("added|one|") }
                    _ = try await first.line(within: .seconds(5)) { $0.hasPrefix("added|two|") }
                }
            }
        }
    }

    @Test func theLoopbackInterfaceWorksWhenItIsAskedFor() async throws {
        try await Namespaces.with(1) { network in
            let options = ["--interface", "lo", "--loopback"]
            let one = try Probe.words("--host", "box-1", "--name", "one", "--port", "1") + options
            let two = try Probe.words("--host", "box-2", "--name", "two", "--port", "2") + options
            try await Running.program(one, in: network.name(1)) { first in
                try await Running.program(two, in: network.name(1)) { second in
                    let seen = try await second.line(within: .seconds(5)) { $0.hasPrefix("added|one|") }
                    #expect(seen.contains("127.0.0.1"))
                    _ = try await first.line(within: .seconds(5)) { $0.hasPrefix("added|two|") }
                }
            }
        }
    }

    @Test func aTakenNameIsNumbered() async throws {
        try await Namespaces.with(2) { network in
            let words = try Probe.words("--host", "box", "--name", "same", "--port", "1")
            try await Running.program(words, in: network.name(1)) { first in
                try await Running.program(words, in: network.name(2)) { second in
                    let pattern: @Sendable (String) -> Bool = { line in
                        line.hasPrefix("added|same (2)|box-2.local|") || line.hasPrefix("added|same|box.local|")
                    }
                    _ = try await first.line(where: pattern)
                    _ = try await second.line(where: pattern)
                    let added = (first.lines.value + second.lines.value).filter { $0.hasPrefix("added|") }
                    #expect(Set(added.map { $0.split(separator: "|")[1] }).count == 2)
                }
            }
        }
    }

    @Test func interfacesMayComeAndGo() async throws {
        try await Namespaces.with(2) { network in
            let one = try Probe.words("--host", "box-1", "--name", "one", "--port", "1")
            let two = try Probe.words("--host", "box-2", "--name", "two", "--port", "2")
            try await Running.program(one, in: network.name(1)) { first in
                try await Running.program(two, in: network.name(2)) { _ in
                    _ = try await first.line { $0.hasPrefix("added|two|") }
                    try await network.ip("-n \(network.name(1)) link set eth0 down")
                    _ = try await first.line { $0.hasPrefix("removed|two|") }
                    try await network.ip("-n \(network.name(1)) link set eth0 up")
                    await first.lines.wait { $0.count { $0.hasPrefix("added|two|") } == 2 }
                    // Another address replaces the one that others know.
                    try await network.ip("-n \(network.name(2)) addr del 10.78.0.2/24 dev eth0")
                    try await network.ip("-n \(network.name(2)) addr add 10.78.0.99/24 dev eth0")
                    await first.lines.wait { lines in
                        lines.last.map { $0.contains("10.78.0.99") && !$0.contains("10.78.0.2,") } ?? false
                    }
                }
            }
        }
    }

    @Test func withoutIPv6TheyFindEachOtherAllTheSame() async throws {
        try await Namespaces.with(2) { network in
            for number in 1...2 {
                _ = try await network.run(in: number, "sysctl", ["-w", "net.ipv6.conf.eth0.disable_ipv6=1"])
            }
            let one = try Probe.words("--host", "box-1", "--name", "one", "--port", "1")
            let two = try Probe.words("--host", "box-2", "--name", "two", "--port", "2")
            try await Running.program(one, in: network.name(1)) { first in
                try await Running.program(two, in: network.name(2)) { second in
                    let seen = try await second.line { $0.hasPrefix("added|one|") }
                    #expect(seen.hasSuffix("|10.78.0.1|"))
                    _ = try await first.line { $0.hasPrefix("added|two|") }
                }
            }
        }
    }

    @Test func withoutIPv4TheyFindEachOtherAllTheSame() async throws {
        try await Namespaces.with(2) { network in
            for number in 1...2 {
                try await network.ip("-n \(network.name(number)) addr del 10.78.0.\(number)/24 dev eth0")
            }
            let one = try Probe.words("--host", "box-1", "--name", "one", "--port", "1")
            let two = try Probe.words("--host", "box-2", "--name", "two", "--port", "2")
            try await Running.program(one, in: network.name(1)) { first in
                try await Running.program(two, in: network.name(2)) { second in
                    let seen = try await second.line { $0.hasPrefix("added|one|") }
                    #expect(seen.contains("fe80::") && seen.contains("%eth0"))
                    _ = try await first.line { $0.hasPrefix("added|two|") }
                }
            }
        }
    }
}
#endif
