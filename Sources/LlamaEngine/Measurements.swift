import Foundation
import SwarmCore

/// What this machine does with this model: how many threads are best, and what several candidates at once cost.
///
/// Measured, not guessed: with few cores the best thread count is often below the number of cores, and kernels work in tiles, so
/// that four sequences can cost little more than one while five cost twice as much. Kept between starts.
package struct Measurements: Sendable, Equatable, Codable {
    /// Threads that decode one token of one sequence.
    package var threads: Int
    /// Threads that decode several tokens at once: swarms and prompts.
    package var batchThreads: Int
    /// Tokens per second of all sequences together, by number of sequences.
    package var curve: [Int: Double]

    /// The widths that are measured.
    static let widths = [1, 2, 3, 4, 5, 6, 8]
    /// A swarm may take this many times as long as one answer.
    static let acceptableSlowdown = 2.5
    /// Faster than anyone reads, in tokens per second and candidate: then the slowdown does not matter.
    static let fastEnough = 100.0

    /// How many candidates a swarm should have here.
    ///
    /// Of three to eight those that are affordable, and of these the fewest that reach the best rate in all (within 5 %). Where
    /// nothing is affordable, the number that slows an answer down least.
    package var recommendedCandidates: Int {
        guard let single = curve[1], single > 0 else { return 4 }
        let points = curve.filter { (3...8).contains($0.key) && $0.value > 0 }.map { width, rate in
            (width: width, rate: rate, slowdown: Double(width) * single / rate)
        }
        let affordable = points.filter {
            $0.slowdown <= Self.acceptableSlowdown || $0.rate / Double($0.width) >= Self.fastEnough
        }
        let best = affordable.map(\.rate).max() ?? 0
        let chosen =
            affordable.filter { $0.rate >= 0.95 * best }.min { $0.width < $1.width }
            ?? points.min { ($0.slowdown, $0.width) < ($1.slowdown, $1.width) }
        return chosen?.width ?? 4
    }

    /// The kept measurements for this model, machine and settings, or new ones.
    static func load(
        for model: LoadedModel,
        settings: EngineSettings,
        context: DecodeContext,
        report: (String) -> Void
    ) throws(EngineError) -> Measurements {
        let key = key(for: model, settings: settings)
        if let path = settings.measurementsPath, let kept = Book.read(path)[key] { return kept }
        report("measuring how fast this machine decodes several sequences at once (kept for the next start)")
        let measured = try Measurement(context: context, settings: settings).run()
        if let path = settings.measurementsPath {
            var book = Book.read(path)
            book[key] = measured
            // A measurement that cannot be kept is made again at the next start.
            try? Book.write(book, to: path)
        }
        return measured
    }

    private static func key(for model: LoadedModel, settings: EngineSettings) -> String {
        let parts = [
            settings.modelID.rawValue, "\(model.bytes)", "\(model.parameters)",
            "cores \(ProcessInfo.processInfo.activeProcessorCount)",
            "threads \(settings.threads ?? 0)", "gpu \(settings.gpuLayers ?? -1)", "v2",
        ]
        return parts.joined(separator: " ")
    }
}

/// The file of kept measurements.
private enum Book {
    static func read(_ path: String) -> [String: Measurements] {
        guard let data = FileManager.default.contents(atPath: path) else { return [:] }
        return (try? JSONDecoder().decode([String: Measurements].self, from: data)) ?? [:]
    }

    static func write(_ book: [String: Measurements], to path: String) throws {
        let url = URL(fileURLWithPath: path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try encoder.encode(book).write(to: url, options: .atomic)
    }
}

/// Times decode steps on the engine thread, before anything is served.
private struct Measurement {
    let context: DecodeContext
    let settings: EngineSettings
    /// Longest time one point may take, in seconds; large models on slow machines get few repetitions.
    private let patience = 0.8

    /// Most tokens in a sequence: llama.cpp aborts the process when learned positions run out.
    private var longest: Int { context.model.trainedContextLength }

    func run() throws(EngineError) -> Measurements {
        let cores = ProcessInfo.processInfo.activeProcessorCount
        let parts = settings.threadChoices ?? [1, cores / 2, cores * 3 / 4, cores - 1, cores]
        var choices = Set(parts.filter { $0 >= 1 })
        if let threads = settings.threads { choices = [max(1, threads)] }
        var single: (threads: Int, rate: Double) = (1, 0)
        var several: (threads: Int, rate: Double) = (1, 0)
        for threads in choices.sorted() {
            context.use(threads: threads, batchThreads: threads)
            // A larger count must earn its place: it leaves less room for the rest of the machine.
            let one = try rate(sequences: 1)
            if one > single.rate * 1.05 { single = (threads, one) }
            let four = try rate(sequences: min(4, context.shape.sequences))
            if four > several.rate * 1.05 { several = (threads, four) }
        }
        context.use(threads: single.threads, batchThreads: several.threads)
        var curve: [Int: Double] = [:]
        for width in Measurements.widths where width <= context.shape.sequences {
            curve[width] = (try rate(sequences: width) * 10).rounded() / 10
        }
        return Measurements(threads: single.threads, batchThreads: several.threads, curve: curve)
    }

    /// Tokens per second when so many sequences decode one token each: the median step of several.
    private func rate(sequences: Int) throws(EngineError) -> Double {
        context.clearMemory()
        let prompt = min(32, longest / 2)
        try decode((0..<prompt).map { (token($0), $0, 0) })
        for sequence in 1..<max(1, sequences) + 1 where sequence < sequences {
            context.fork(0, to: Int32(sequence))
        }
        var steps: [Double] = []
        let deadline = ContinuousClock.now + .seconds(patience)
        for step in 0..<min(24, longest - prompt) where steps.count < 3 || ContinuousClock.now < deadline {
            let began = ContinuousClock.now
            try decode((0..<sequences).map { (token(step + $0), prompt + step, Int32($0)) })
            // The first step warms caches and wakes threads.
            if step > 0 { steps.append((ContinuousClock.now - began).seconds) }
        }
        guard !steps.isEmpty else { throw .setting("the model's context is too short to generate anything") }
        steps.sort()
        return Double(sequences) / max(1e-9, steps[steps.count / 2])
    }

    private func token(_ number: Int) -> Int32 { Int32(number * 31 % max(1, min(1000, context.model.vocabularySize))) }

    private func decode(_ tokens: [(token: Int32, position: Int, sequence: Int32)]) throws(EngineError) {
        context.clear()
        var place: Int32 = 0
        for (index, entry) in tokens.enumerated() {
            let isLast = index == tokens.count - 1 || entry.sequence != tokens[index + 1].sequence
            place = context.add(
                token: entry.token,
                position: entry.position,
                sequence: entry.sequence,
                wantsLogits: isLast
            )
        }
        guard context.decode() == .done else {
            throw .setting("the model cannot decode on this machine; the log has llama.cpp's own words")
        }
        // Reading the logits waits for the computation on every backend.
        _ = unsafe context.withLogits(at: place) { _ in }
    }
}
