import Hardware
import Logging
import ModelCatalog
import ModelStore
import SwarmCore

/// A model that is ready to be loaded, and how it is to run.
struct ChosenModel: Sendable {
    var file: ModelFile
    var plan: RunPlan?
    /// Numbers of threads that are worth measuring.
    var threadChoices: [Int]
}

/// Comes to the model that a command runs: named, found, fetched, or the bundled one.
struct ModelChooser: Sendable {
    let launch: Launch
    /// Models may be fetched that nobody named.
    let mayFetch: Bool
    /// What is being waited for, in words for the user.
    let report: @Sendable (String) -> Void

    /// - Throws: when a named model is not there, cannot be fetched, or does not fit; nothing is taken in its place.
    func choose() async throws -> ChosenModel {
        let machine = await Detection(logger: launch.logger).usable
        let isOffline = try launch.hubSettings().isOffline
        let question = try await launch.modelQuestion(on: machine, mayFetch: mayFetch && !isOffline)
        let steps = try question.steps(to: launch.settings.modelPath)
        for step in steps {
            let isLast = step == steps.last
            do {
                if !isLast { try await reach(step) }
                let file = try await obtain(step)
                if let reason = step.reason {
                    launch.logger.notice("chose \(file.name)", metadata: ["reason": "\(reason)"])
                }
                return try await planned(file, on: machine)
            } catch let error as PullError where !isLast {
                launch.logger.warning(
                    "\(step.name ?? "the model") could not be fetched; taking another",
                    metadata: ["reason": "\(error)"]
                )
            }
        }
        throw Failure("there is no model to load; name one with --model")
    }

    /// Asks the hub once, briefly, whether a model is there that nobody named: it is not worth a long wait.
    private func reach(_ step: ModelStep) async throws(PullError) {
        guard case .hub(let artifact) = step.place else { return }
        let rules = DownloadRules(patience: .seconds(5), retry: RetryRules(attempts: 1))
        _ = try await Hub.open(try launch.hubSettings(), rules: rules, logger: launch.logger) { hub throws(PullError) in
            try await hub.listing(of: artifact.repository, revision: artifact.revision)
        }
    }

    private func obtain(_ step: ModelStep) async throws -> ModelFile {
        var found: ModelFile
        switch step.place {
        case .path(let path): return try launch.modelFile(path)
        case .bundled: return try launch.modelFile(nil)
        case .found(let model): found = try launch.modelFile(model.paths.first)
        case .hub(let artifact):
            let words = artifact.files.first.map { "\(artifact.repository)/\($0.name)" } ?? artifact.repository
            report("fetching \(words)")
            found = try launch.modelFile(try await launch.fetch(.artifact(artifact)).paths.first)
        case .repository(let reference):
            report("fetching \(reference)")
            found = try launch.modelFile(try await launch.fetch(.repository(reference)).paths.first)
        }
        if let name = step.name { found.name = name }
        return found
    }

    /// Reckons how the file runs here.
    ///
    /// What cannot be read is left to llama.cpp, which says why.
    private func planned(_ file: ModelFile, on machine: Machine) async throws -> ChosenModel {
        let settings = launch.settings
        let threads = machine.processor.threadCandidates
        guard let shape = try? ModelShape(GGUFFile.headers(of: file.path)) else {
            return ChosenModel(file: file, threadChoices: threads)
        }
        let plan = try RunPlan.make(
            for: shape,
            named: file.name,
            on: machine,
            given: RunPlan.Given(
                context: settings.context,
                cells: settings.cells,
                gpuLayers: settings.gpuLayers,
                candidates: settings.candidates
            )
        )
        if plan.isShortened {
            launch.logger.notice(
                "memory allows \(file.name) a context of \(plan.context) tokens, of \(shape.contextLength) that it can have"
            )
        }
        return ChosenModel(file: file, plan: plan, threadChoices: threads)
    }
}
