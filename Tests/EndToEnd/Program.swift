import Subprocess
import SwarmCore
import SwarmTestSupport
import Testing

/// The built program, run as a person would, but with nothing of this person's settings.
enum Program {
    /// What a run came to.
    struct Ended: Sendable {
        var status: TerminationStatus
        var output: String
        var notes: String
    }

    /// Runs it to its end.
    ///
    /// - Parameters:
    ///   - tools: a folder of programs it may find beside the system's own.
    ///   - variables: more than it has anyway.
    static func run(
        _ arguments: String...,
        tools: String? = nil,
        variables: [Environment.Key: String?] = [:]
    ) async throws -> Ended {
        let result = try await Subprocess.run(
            .name("swarm"),
            arguments: Arguments(arguments),
            environment: try environment(tools: tools).updating(variables),
            platformOptions: ownSession,
            output: .string(limit: 1 << 20),
            error: .string(limit: 1 << 20)
        )
        return Ended(
            status: result.terminationStatus,
            output: result.standardOutput,
            notes: result.standardError
        )
    }

    /// Where the build put it: beside the bundle of the tests.
    private static func folder() throws -> String {
        let bundle = CommandLine.arguments.first { $0.contains(".xctest") }
        let parts = try #require(bundle, "the tests do not run from a bundle").split(
            separator: "/",
            omittingEmptySubsequences: false
        )
        let place = try #require(parts.firstIndex { $0.hasSuffix(".xctest") })
        return place == 0 ? "." : parts[..<place].joined(separator: "/")
    }

    /// It is found by this `PATH` alone, so that a missing binary is an error and not another one.
    static func environment(with more: [String: String] = [:], tools: String? = nil) throws -> Environment {
        let folder = try folder()
        let own = folder + "/end-to-end"
        var variables: [Environment.Key: String] = [
            "PATH": folder + (tools.map { ":" + $0 } ?? ""), "HOME": own, "XDG_CACHE_HOME": own,
            "XDG_CONFIG_HOME": own,
        ]
        for (name, value) in more {
            if let key = Environment.Key(rawValue: name) { variables[key] = value }
        }
        return .custom(variables)
    }

    /// Signals to the tests do not reach it, nor its signals them.
    static var ownSession: PlatformOptions {
        var options = PlatformOptions()
        options.createSession = true
        return options
    }
}
