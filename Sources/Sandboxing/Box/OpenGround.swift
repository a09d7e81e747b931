/// Runs jobs without a box, as this process's own user: only where the operator said that this is wanted.
///
/// Time, output, size of files, address space and processor time are limited as in a box; environment and standard input
/// are those of the job. Everything else is not: the job sees and changes what this user may, and a process that leaves
/// its group outlives the call.
package struct OpenGround: Sendable {
    package init() {}

    /// Runs one job to its end; cancelling the task kills its process group.
    package func run(_ job: Job) async -> BoxResult {
        await Launch(
            command: OpenGround.command(for: job),
            environment: job.variables,
            input: job.input,
            time: job.limits.time,
            output: job.limits.output,
            keptEnds: job.keptEnds
        ).run()
    }

    static func command(for job: Job) -> [String] {
        let limits = job.limits
        // What is left of the group ends with the command: it would hold the output open.
        let script = """
            ulimit -c 0; ulimit -n \(limits.files); ulimit -t \(limits.processorSeconds); \
            ulimit -f \(limits.file / 512); ulimit -v \(limits.memory / 1024) 2>/dev/null; \
            cd "$1" || exit 126; shift; "$@"; code=$?; trap '' TERM; kill -TERM 0; exit $code
            """
        return ["/bin/sh", "-c", script, "sh", job.folder ?? "/tmp", job.executable] + job.arguments
    }
}
