import Foundation

/// A model on disk.
package struct ModelFile: Sendable, Equatable {
    package var path: String
    /// What clients call it unless told otherwise.
    package var name: String

    package init(path: String, name: String) {
        self.path = path
        self.name = name
    }

    /// Finds the model to load.
    ///
    /// - Parameters:
    ///   - path: the one the user chose; `nil` takes the bundled one.
    ///   - executable: this program's own file; the bundled model lies beside it or above it.
    /// - Throws: when the file is not there or is no GGUF file, with what to do about it.
    package static func find(_ path: String?, folders: Folders, executable: String) throws(ModelFileError) -> ModelFile
    {
        guard let path else { return try bundled(executable: executable) }
        let full = folders.expand(path)
        var isFolder: ObjCBool = false
        let exists = unsafe FileManager.default.fileExists(atPath: full, isDirectory: &isFolder)
        if !exists { throw .missing(full) }
        if isFolder.boolValue { throw .folder(full) }
        guard isGGUF(full) else { throw .notGGUF(full) }
        let file = URL(fileURLWithPath: full).lastPathComponent
        let name = file.lowercased().hasSuffix(".gguf") ? String(file.dropLast(5)) : file
        return ModelFile(path: full, name: name.isEmpty ? "model" : name)
    }

    /// The model that comes with the program: where `make install` puts it, or in the source tree it was built in.
    private static func bundled(executable: String) throws(ModelFileError) -> ModelFile {
        let program = URL(fileURLWithPath: executable).resolvingSymlinksInPath()
        var folder = program.deletingLastPathComponent()
        var places = [folder.appendingPathComponent("../share/local-swarm/models/bumble-q8_0.gguf").standardized]
        while folder.pathComponents.count > 1 {
            places.append(folder.appendingPathComponent("Models/bumble/bumble-q8_0.gguf"))
            folder = folder.deletingLastPathComponent()
        }
        guard let place = places.first(where: { isGGUF($0.path) }) else {
            throw .noBundledModel(looked: places[0].path)
        }
        return ModelFile(path: place.path, name: "bumble")
    }

    /// The file begins as the GGUF specification says.
    private static func isGGUF(_ path: String) -> Bool {
        guard let file = FileHandle(forReadingAtPath: path) else { return false }
        defer { try? file.close() }
        return (try? file.read(upToCount: 4)) == Data("GGUF".utf8)
    }
}

/// Why there is no model to load.
package enum ModelFileError: Error, Sendable, Equatable, CustomStringConvertible {
    case missing(String)
    case folder(String)
    /// Not a GGUF file, or not readable by this user.
    case notGGUF(String)
    case noBundledModel(looked: String)

    package var description: String {
        switch self {
        case .missing(let path): "there is no model at \(path); --model takes the path of a .gguf file"
        case .folder(let path): "\(path) is a folder; --model takes the path of a .gguf file, for example one inside it"
        case .notGGUF(let path):
            "\(path) cannot be read as a GGUF model; choose a .gguf file, or make one with llama.cpp's convert_hf_to_gguf.py"
        case .noBundledModel(let looked):
            "the bundled model is missing (looked for \(looked)); name a .gguf file with --model, or install again"
        }
    }
}
