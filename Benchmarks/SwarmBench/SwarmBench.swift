import ArgumentParser

/// Runs the engine and the swarm without a server, and prints what was measured as one JSON object.
///
/// `Benchmarks/run` calls it: every measurement is a process of its own, so that peak memory is that of one case.
@main
struct SwarmBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures the engine and the swarm in this process; Benchmarks/run is the way to use it.",
        subcommands: [Machine.self, Decode.self, Answer.self, Decide.self]
    )
}
