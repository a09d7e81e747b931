import Foundation
import SwarmCLI
import Testing

@Suite("Configuration files")
struct ConfigurationFileTests {
    @Test(arguments: [
        ("http:\n  prot: 1", "http.prot", SettingKey.port), ("swarm.candidate: 3", "swarm.candidate", .candidates),
        ("engine:\n  gpu_layers: 3", "engine.gpu_layers", .gpuLayers), ("Status: off", "Status", .status),
    ])
    func anUnknownKeyIsAnErrorThatNamesTheNearest(yaml: String, key: String, nearest: SettingKey) throws {
        let error = try #require(throws: SettingsError.self) { try ConfigurationFile(yaml: yaml, path: "f.yaml") }
        #expect(error == .unknownKey(key, file: "f.yaml", nearest: nearest))
        #expect(error.description.contains("\"\(nearest.rawValue)\""))
    }

    @Test func aKeyLikeNoOtherIsNotGuessed() throws {
        let error = try #require(throws: SettingsError.self) { try ConfigurationFile(yaml: "zzzzzzzz: 1", path: "f") }
        #expect(error == .unknownKey("zzzzzzzz", file: "f", nearest: nil))
    }

    @Test(arguments: ["", "\n", "# http:\n#   port: 1\n", "  \n\t# x"])
    func aFileWithoutSettingsIsAllowed(yaml: String) throws {
        let file = try ConfigurationFile(yaml: yaml, path: "f")
        #expect(try Settings(Layers(flags: [:], environment: [:], file: file)).port == 17_615)
    }

    @Test(arguments: ["http: [", "- 1\n- 2", "just words", "a: {b: 1", "\t: x"])
    func textThatIsNoMappingIsAnErrorNamingTheFile(yaml: String) throws {
        let error = try #require(throws: SettingsError.self) { try ConfigurationFile(yaml: yaml, path: "f.yaml") }
        #expect(error.description.hasPrefix("f.yaml: is not usable YAML: "))
    }

    @Test func aMissingFileIsAnErrorOnlyWhenItWasNamed() throws {
        try withFolder { folder in
            let folders = Folders(environment: [:], home: folder)
            let none = try ConfigurationFile.read(named: nil, folders: folders)
            #expect(none?.path == nil)
            #expect(throws: SettingsError.file(path: folder + "/c.yaml", reason: "there is no such configuration file"))
            {
                try ConfigurationFile.read(named: "~/c.yaml", folders: folders)
            }
            #expect(throws: SettingsError.file(path: folder, reason: "is a folder, not a configuration file")) {
                try ConfigurationFile.read(named: "~", folders: folders)
            }
        }
    }

    @Test func theFileOfTheUserIsFound() throws {
        try withFolder { folder in
            let place = folder + "/.config/local-swarm"
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            try Data("http:\n  port: 9\n".utf8).write(to: URL(fileURLWithPath: place + "/config.yaml"))
            let file = try ConfigurationFile.read(named: nil, folders: Folders(environment: [:], home: folder))
            #expect(try Settings(Layers(flags: [:], environment: [:], file: file)).port == 9)
        }
    }
}

/// Gives a new folder and removes it afterwards.
func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        .resolvingSymlinksInPath()
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.path)
}
