#if os(Linux)
import Testing

/// The node without a swarm that the build put beside the bundle of the tests.
enum Probe {
    static func path() throws -> String {
        let bundle = try #require(CommandLine.arguments.first { $0.contains(".xctest") }, "no bundle of tests")
        let parts = bundle.split(separator: "/", omittingEmptySubsequences: false)
        let place = try #require(parts.firstIndex { $0.hasSuffix(".xctest") })
        return (place == 0 ? "." : parts[..<place].joined(separator: "/")) + "/mdns-probe"
    }

    static func words(_ options: String...) throws -> [String] {
        try [path(), "--type", "_local-swarm._tcp", "--browse"] + options
    }
}
#endif
