import AsyncAlgorithms
import Foundation
package import Logging
package import SwarmCore
import Synchronization

/// A loaded model with its KV memory and its decode thread.
///
/// llama.cpp runs in this process, on one thread of its own: a decode step on the cooperative pool would starve every
/// other task. Commands go in through a mailbox, events come out through one bounded channel per assignment.
package final class LlamaEngine: CandidateSource {
    package let id = SourceID(rawValue: "local")
    /// The model's language: templates, tokens, output.
    package let model: LlamaChatModel
    /// What this machine was measured to do with it.
    package let measurements: Measurements
    let mailbox: Mailbox
    /// The model that makes embeddings: the same, or one of its own.
    let embeddingModel: LoadedModel
    private let tickets = Atomic<Int>(0)
    private let end: ThreadEnd
    private let queueDepth: Int

    private init(
        model: LlamaChatModel,
        embeddingModel: LoadedModel,
        measurements: Measurements,
        mailbox: Mailbox,
        end: ThreadEnd,
        queueDepth: Int
    ) {
        self.queueDepth = queueDepth
        self.embeddingModel = embeddingModel
        self.model = model
        self.measurements = measurements
        self.mailbox = mailbox
        self.end = end
    }

    /// Loads a model and starts its thread.
    ///
    /// - Parameter report: what is being waited for, in words for the user.
    /// - Throws: `EngineError`.
    package static func load(
        _ settings: EngineSettings,
        logger: Logger,
        report: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> LlamaEngine {
        let mailbox = Mailbox()
        LlamaLog.redirect(to: logger, abort: mailbox.abort)
        let end = ThreadEnd()
        let ready: Ready = try await withCheckedThrowingContinuation { continuation in
            let thread = Thread {
                // Set from within, where the system sees it too; the threads that compute inherit it.
                Thread.current.name = "engine"
                EngineThread(settings: settings, mailbox: mailbox, logger: logger, report: report)
                    .run(ready: continuation)
                end.signal()
            }
            thread.stackSize = 16 << 20
            thread.start()
        }
        let model = try LlamaChatModel(
            model: ready.model,
            settings: settings,
            contextLength: ready.contextLength,
            measurements: ready.measurements,
            embeddingLength: ready.embeddingModel.embeddingLength
        )
        return LlamaEngine(
            model: model,
            embeddingModel: ready.embeddingModel,
            measurements: ready.measurements,
            mailbox: mailbox,
            end: end,
            queueDepth: settings.queueDepth
        )
    }

    /// What it is doing, as of its last step.
    package var status: EngineStatus { mailbox.status }

    package var isSaturated: Bool { mailbox.status.waiting >= queueDepth }

    func nextTicket() -> Int { tickets.add(1, ordering: .relaxed).newValue }

    package func candidates(for assignment: Assignment) -> CandidateStream {
        CandidateStream { [self] in
            var pair = MultiProducerSingleConsumerAsyncChannel.makeChannel(
                of: CandidateUpdate.self,
                backpressureStrategy: .watermark(
                    low: 8 * assignment.candidates.count,
                    high: 32 * assignment.candidates.count
                )
            )
            let channel = Reader(pair.takeChannel())
            let ticket = nextTicket()
            pair.source.setOnTerminationCallback { [mailbox] in mailbox.post(.cancel(ticket: ticket)) }
            let output = Output(pair.source)
            let work = Work(
                ticket: ticket,
                assignment: assignment,
                maxTokens: model.answerRoom(for: assignment),
                output: output
            )
            if !mailbox.post(.submit(work)) { output.finish() }
            return CandidateStream.Iterator { await channel.next() }
        }
    }

    /// Takes effect before the next decode step; what still waits or is being read never starts.
    package func stop(_ request: RequestID, candidate: Int) {
        mailbox.post(.stop(request: request, candidate: candidate))
    }

    package func settle(_ request: RequestID, winner: Int) { mailbox.post(.settle(request: request, winner: winner)) }

    /// Forgets every sequence kept for its prefix.
    package func forgetPrefixes() { mailbox.post(.forget) }

    /// Compares the engine's books with llama.cpp's memory; for tests and diagnosis.
    package func audit() async -> EngineAudit? {
        await withCheckedContinuation { (continuation: CheckedContinuation<EngineAudit?, Never>) in
            if !mailbox.post(.audit({ continuation.resume(returning: $0) })) { continuation.resume(returning: nil) }
        }
    }

    /// Stops: running candidates fail as cancelled, the memory is freed, the thread ends.
    package func shutDown() async {
        mailbox.post(.shutdown)
        await end.wait()
    }
}

/// The consuming end of a channel; `next` is called by one task at a time.
// Unchecked: an iterator has one consumer by contract, and the channel itself is made for crossing threads.
private final class Reader: @unchecked Sendable {
    private var channel: Output.Channel

    init(_ channel: consuming sending Output.Channel) { self.channel = consume channel }

    func next() async -> CandidateUpdate? { await channel.next() }
}

/// What the engine thread has when it is up.
struct Ready: Sendable {
    var model: LoadedModel
    var embeddingModel: LoadedModel
    var contextLength: Int
    var measurements: Measurements
}

/// What runs on the engine's thread: load, measure, loop.
struct EngineThread {
    let settings: EngineSettings
    let mailbox: Mailbox
    let logger: Logger
    let report: @Sendable (String) -> Void

    func run(ready: CheckedContinuation<Ready, any Error>) {
        do throws(EngineError) {
            let model = try LoadedModel(path: settings.modelPath, gpuLayers: Int32(clamping: settings.gpuLayers ?? -1))
            guard model.isGenerative else { throw .notGenerative(path: settings.modelPath) }
            let embeddingModel = try loadEmbeddingModel(beside: model)
            let (shape, contextLength) = try settings.shape(for: model)
            let context = try DecodeContext(model: model, shape: shape, abort: mailbox.abort)
            guard context.hasMemory else { throw .notGenerative(path: settings.modelPath) }
            let measurements = try Measurements.load(
                for: model,
                settings: settings,
                context: context,
                report: report
            )
            context.use(threads: measurements.threads, batchThreads: measurements.batchThreads)
            context.clearMemory()
            let loop = DecodeLoop(
                context: context,
                source: SourceID(rawValue: "local"),
                mailbox: mailbox,
                contextLength: contextLength,
                queueDepth: settings.queueDepth,
                embeddingModel: embeddingModel,
                shelf: settings.prefixes.map {
                    PrefixShelf($0, key: shelfKey(model), wholeOnly: !context.canAlwaysBeCut, logger: logger)
                }
            )
            ready.resume(
                returning: Ready(
                    model: model,
                    embeddingModel: embeddingModel,
                    contextLength: contextLength,
                    measurements: measurements
                )
            )
            loop.run()
        } catch {
            ready.resume(throwing: error)
        }
    }

    private func loadEmbeddingModel(beside model: LoadedModel) throws(EngineError) -> LoadedModel {
        guard let path = settings.embeddingModelPath else { return model }
        report("loading the model for embeddings")
        let model = try LoadedModel(path: path, gpuLayers: Int32(clamping: settings.gpuLayers ?? -1))
        guard model.canEmbed else { throw .setting("\(path) gives no embeddings; choose an embedding model") }
        return model
    }

    /// What the bytes of a sequence in memory depend on.
    private func shelfKey(_ model: LoadedModel) -> String {
        let fingerprint = Fingerprint(ofFile: settings.modelPath, parameters: model.parameters).text
        return "\(fingerprint) \(settings.version) gpu \(settings.gpuLayers ?? -1)"
    }
}

/// Lets tasks wait for the end of a thread.
final class ThreadEnd: Sendable {
    private enum State {
        case running([CheckedContinuation<Void, Never>])
        case over
    }

    private let state = Locked(State.running([]))

    func signal() {
        let waiters = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            guard case .running(let waiters) = state else { return [] }
            state = .over
            return waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                guard case .running(let waiters) = state else { return true }
                state = .running(waiters + [continuation])
                return false
            }
            if isOver { continuation.resume() }
        }
    }
}
