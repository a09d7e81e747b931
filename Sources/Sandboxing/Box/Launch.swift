import Subprocess
import SwarmCore

/// One command line that is started, read from, and killed when its time or its output is over.
struct Launch: Sendable {
    /// The first word is an absolute path.
    let command: [String]
    let environment: [String: String]
    let input: [UInt8]
    let time: Duration
    /// In bytes, for standard output and for standard error.
    let output: Int
    /// Bytes that are kept of each end; `nil` keeps everything within the limit.
    var keptEnds: Int?

    /// What is known of it so far; kept apart from the tasks, so that killing them loses nothing.
    private struct Record {
        /// Standard output and standard error.
        var texts: [[UInt8]] = [[], []]
        /// What follows the texts, where only the ends are kept.
        var ends: [[UInt8]] = [[], []]
        /// Bytes that were written.
        var counts = [0, 0]
        var wasCut = false
        var exit: BoxResult.Exit?
    }

    func run() async -> BoxResult {
        let record = Locked(Record())
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await start(record) }
            group.addTask {
                guard (try? await Task.sleep(for: time)) != nil else { return }
                record.withLock { $0.exit = $0.exit ?? .timeout }
            }
            // Cancelling the first task kills what it started; cancelling the second ends its wait.
            await group.next()
            group.cancelAll()
        }
        let isCancelled = Task.isCancelled
        return record.withLock { record in
            BoxResult(
                output: record.texts[0],
                error: record.texts[1],
                outputEnd: record.ends[0].suffix(keptEnds ?? 0),
                lost: max(
                    0,
                    record.counts[0] - record.texts[0].count - (keptEnds.map { min($0, record.ends[0].count) } ?? 0)
                ),
                wasCut: record.wasCut,
                exit: isCancelled ? .cancelled : record.exit ?? .notStarted("it ended without a status")
            )
        }
    }

    private func start(_ record: Locked<Record>) async {
        var options = PlatformOptions()
        // A session of its own, so that one signal reaches the whole group and no terminal is shared.
        options.createSession = true
        options.teardownSequence = [.send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .zero)]
        do {
            let result = try await Subprocess.run(
                // Which runs the command in its place, with these variables and no others.
                .name("env"),
                arguments: Arguments(["-i"] + environment.map { "\($0)=\($1)" }.sorted() + command),
                environment: .custom(["PATH": "/usr/bin:/bin"]),
                platformOptions: options,
                input: .inputWriter,
                output: .sequence,
                error: .sequence
            ) { execution in
                await withTaskGroup(of: Bool.self) { group in
                    group.addTask { await read(execution.standardOutput, into: 0, of: record) }
                    group.addTask { await read(execution.standardError, into: 1, of: record) }
                    group.addTask {
                        // It need not read what it is given.
                        _ = try? await execution.standardInputWriter.write(input)
                        try? await execution.standardInputWriter.finish()
                        return true
                    }
                    for await isWithinLimit in group where !isWithinLimit {
                        try? execution.send(signal: .kill, toProcessGroup: true)
                    }
                }
            }
            let exit: BoxResult.Exit =
                switch result.terminationStatus {
                case .exited(let code) where code > 128: .signal(code - 128)
                case .exited(let code): .code(code)
                case .signaled(let signal): .signal(signal)
                }
            record.withLock { $0.exit = $0.exit ?? exit }
        } catch {
            record.withLock { $0.exit = $0.exit ?? .notStarted("\(error)") }
        }
    }

    /// Reads to the end or to the limit.
    /// - Returns: whether it stayed within the limit.
    private func read(
        _ bytes: SubprocessOutputSequence,
        into place: Int,
        of record: Locked<Record>
    ) async -> Bool {
        do {
            for try await buffer in bytes {
                let piece = unsafe buffer.withUnsafeBytes { unsafe Array($0) }
                let isWithinLimit = record.withLock { record in
                    let room = output - record.counts[place]
                    keep(piece.prefix(room), in: place, of: &record)
                    guard piece.count > room else { return true }
                    record.wasCut = true
                    record.exit = record.exit ?? .outputLimit
                    return false
                }
                guard isWithinLimit else { return false }
            }
        } catch {
            // The pipe was closed because the program was killed: there is no more to read.
        }
        return true
    }

    private func keep(_ bytes: ArraySlice<UInt8>, in place: Int, of record: inout Record) {
        record.counts[place] += bytes.count
        guard let keptEnds else {
            record.texts[place] += bytes
            return
        }
        let room = max(0, keptEnds - record.texts[place].count)
        record.texts[place] += bytes.prefix(room)
        record.ends[place] += bytes.dropFirst(room)
        // Not at each piece, so that what is kept is not moved again and again.
        if record.ends[place].count > 8 * keptEnds {
            record.ends[place].removeFirst(record.ends[place].count - keptEnds)
        }
    }
}
