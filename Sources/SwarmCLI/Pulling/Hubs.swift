import Foundation
import ModelCatalog
import ModelStore

extension Launch {
    /// The folder of models that were pulled.
    var store: Store { Store(folder: folders.data + "/models") }

    /// Which hub is asked, by the variables of its own tools.
    func hubSettings(isOffline: Bool = false) throws(PullError) -> HubSettings {
        var settings = try HubSettings(environment: ProcessInfo.processInfo.environment, home: folders.home)
        settings.isOffline = settings.isOffline || isOffline || self.settings.isOffline
        return settings
    }

    /// The models that are known by name: those of the program, and the user's own on top.
    func catalogue() throws -> Catalogue {
        let own = folders.configuration + "/models.yaml"
        let builtIn = try Catalogue.builtIn()
        guard let data = FileManager.default.contents(atPath: own) else { return builtIn }
        return builtIn.merging(try Catalogue(yaml: String(decoding: data, as: UTF8.self), name: own))
    }

    /// A path as a person reads it.
    func short(_ path: String) -> String {
        path.hasPrefix(folders.home + "/") ? "~" + path.dropFirst(folders.home.count) : path
    }

    /// The one model of the store that a name means: its full name, its path, or an ending of either.
    func stored(_ name: String) async throws -> StoredModel {
        let models = await store.list()
        let path = folders.expand(name)
        var found = models.filter { $0.name == name || $0.path == path || $0.files.contains { $0.path == path } }
        if found.isEmpty {
            found = models.filter { $0.name.hasSuffix("/" + name) || $0.name.hasSuffix("/" + name + ".gguf") }
        }
        if found.isEmpty, case .artifact(let artifact)? = try? ModelNames(catalogue: try catalogue()).target(name) {
            found = models.filter { model in
                model.repository == artifact.repository && model.format == artifact.format
                    && (artifact.files.isEmpty || model.files.contains { $0.name == artifact.files[0].name })
            }
        }
        if found.isEmpty { throw Failure("\(name) is not in the store; swarm list shows what is") }
        guard found.count == 1 else {
            throw Failure("\(name) may be any of \(found.map(\.name).joined(separator: ", "))")
        }
        return found[0]
    }
}
