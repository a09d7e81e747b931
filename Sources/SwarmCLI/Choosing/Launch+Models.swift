import Foundation
import Hardware
import ModelCatalog
import ModelStore

extension Launch {
    /// The file at a path; without one the model that comes with the program.
    func modelFile(_ path: String?) throws(ModelFileError) -> ModelFile {
        let executable = Bundle.main.executablePath ?? CommandLine.arguments[0]
        return try ModelFile.find(path, folders: folders, executable: executable)
    }

    /// Looks for models in the store and where other programs keep theirs.
    var finder: ModelFinder {
        let environment = ProcessInfo.processInfo.environment
        return ModelFinder(ModelPlaces(environment: environment, home: folders.home, store: store.folder))
    }

    /// What there is to choose from now, and for what, as far as it was set.
    func modelQuestion(on machine: Machine, mayFetch: Bool) async throws -> ModelQuestion {
        var wish = Wish()
        if let context = settings.context { wish.contexts = [context] }
        if let candidates = settings.candidates {
            wish.candidates = candidates
            wish.fewestCandidates = min(candidates, wish.fewestCandidates)
        }
        return ModelQuestion(
            catalogue: try catalogue(),
            machine: machine,
            found: await finder.find().models,
            wish: wish,
            mayFetch: mayFetch
        )
    }
}
