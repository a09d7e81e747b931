import SwarmCore

// Embeddings: a bounded part of one job between two steps, so that answers and embeddings share the engine.
extension DecodeLoop {
    /// Tokens read for embeddings between two steps while something else runs, the same measure as for prompts; `nil` when
    /// nothing does.
    private var embeddingBudget: Int? {
        guard flights.contains(where: { !$0.isParked }) else { return nil }
        return Schedule.budget(isGenerating: true, batch: EmbeddingContext.longest, tokensPerSecond: prefillSpeed)
    }

    func accept(_ work: EmbeddingWork) {
        guard embeddingJobs.count < max(1, queueDepth) else {
            return work.reply(.failure(.saturated(retryAfterSeconds: 2)))
        }
        guard !work.inputs.isEmpty else { return work.reply(.success([])) }
        embeddingJobs.append(EmbeddingJob(work))
    }

    /// Makes some of the vectors of the job that waits longest; then it goes to the end of the line.
    func embed() {
        let budget = embeddingBudget
        guard !embeddingJobs.isEmpty, embeddingShare.isDue(budget: budget) else { return }
        var job = embeddingJobs.removeFirst()
        do throws(SourceError) {
            let embedder = try readyEmbedder()
            if let long = job.work.inputs.first(where: { $0.count > embedder.capacity }) {
                throw .contextLength(needed: long.count, limit: embedder.capacity)
            }
            let inputs = job.next(budget: min(embedder.capacity, budget ?? .max))
            job.take(try embedder.vectors(of: inputs))
            let count = inputs.reduce(0) { $0 + $1.count }
            status.promptTokens += UInt64(count)
            embeddingShare.read(count, budget: budget)
            if job.isOver {
                job.work.reply(.success(job.vectors))
            } else {
                embeddingJobs.append(job)
            }
        } catch {
            job.work.reply(.failure(error))
        }
    }

    /// A client that waited for vectors left.
    func cancelEmbedding(_ ticket: Int) {
        guard let place = embeddingJobs.firstIndex(where: { $0.work.ticket == ticket }) else { return }
        embeddingJobs.remove(at: place).work.reply(.failure(.cancelled))
    }

    private func readyEmbedder() throws(SourceError) -> EmbeddingContext {
        if let embedder { return embedder }
        do throws(EngineError) {
            let made = try EmbeddingContext(
                model: embeddingModel,
                contextLength: embeddingModel === context.model ? contextLength : embeddingModel.trainedContextLength,
                threads: context.threads
            )
            embedder = made
            return made
        } catch {
            throw .backend(error.description)
        }
    }
}
