import Foundation
import SwarmCLI
import Testing

@Suite("Folders")
struct FoldersTests {
    @Test func foldersFollowTheXDGVariables() {
        let folders = Folders(environment: ["XDG_CONFIG_HOME": "/c", "XDG_CACHE_HOME": "relative"], home: "/home/ada")
        #expect(folders.configuration == "/c/local-swarm")
        #expect(folders.cache == "/home/ada/.cache/local-swarm")
        #expect(Folders(environment: [:], home: "/home/ada").configuration == "/home/ada/.config/local-swarm")
    }

    @Test(arguments: [("~/m.gguf", "/home/ada/m.gguf"), ("~", "/home/ada"), ("~x", "~x"), ("a/~", "a/~"), ("/m", "/m")])
    func aTildeIsTheHomeFolder(path: String, expanded: String) {
        #expect(Folders(environment: [:], home: "/home/ada").expand(path) == expanded)
    }
}

@Suite("Finding the model")
struct ModelFileTests {
    private func write(_ text: String, at path: String) throws {
        let url = URL(fileURLWithPath: path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    private func find(_ path: String?, in folder: String, executable: String = "/nowhere/swarm") throws -> ModelFile {
        try ModelFile.find(path, folders: Folders(environment: [:], home: folder), executable: executable)
    }

    @Test func aNamedModelIsCalledAfterItsFile() throws {
        try withFolder { folder in
            try write("GGUF....", at: folder + "/qwen-7b.Q4_K_M.GGUF")
            let model = try find("~/qwen-7b.Q4_K_M.GGUF", in: folder)
            #expect(model == ModelFile(path: folder + "/qwen-7b.Q4_K_M.GGUF", name: "qwen-7b.Q4_K_M"))
        }
    }

    @Test func whatIsNoModelIsAnErrorThatSaysWhatToDo() throws {
        try withFolder { folder in
            try write("PK\u{3}\u{4}", at: folder + "/a.gguf")
            try write("", at: folder + "/empty.gguf")
            #expect(throws: ModelFileError.missing(folder + "/b.gguf")) { try find("~/b.gguf", in: folder) }
            #expect(throws: ModelFileError.folder(folder)) { try find("~", in: folder) }
            #expect(throws: ModelFileError.notGGUF(folder + "/a.gguf")) { try find("~/a.gguf", in: folder) }
            #expect(throws: ModelFileError.notGGUF(folder + "/empty.gguf")) { try find("~/empty.gguf", in: folder) }
            #expect(ModelFileError.missing("x").description.contains("--model"))
        }
    }

    @Test func theBundledModelIsFoundBesideAnInstalledProgramThroughLinks() throws {
        try withFolder { folder in
            try write("", at: folder + "/prefix/bin/swarm")
            try write("GGUF", at: folder + "/prefix/share/local-swarm/models/bumble-q8_0.gguf")
            try FileManager.default.createSymbolicLink(
                atPath: folder + "/link",
                withDestinationPath: "prefix/bin/swarm"
            )
            let model = try find(nil, in: folder, executable: folder + "/link")
            #expect(model.path == folder + "/prefix/share/local-swarm/models/bumble-q8_0.gguf")
            #expect(model.name == "bumble")
        }
    }

    @Test func theBundledModelIsFoundAboveAProgramBuiltInItsSourceTree() throws {
        try withFolder { folder in
            try write("", at: folder + "/clone/.build/debug/swarm")
            try write("GGUF", at: folder + "/clone/Models/bumble/bumble-q8_0.gguf")
            let model = try find(nil, in: folder, executable: folder + "/clone/.build/debug/swarm")
            #expect(model == ModelFile(path: folder + "/clone/Models/bumble/bumble-q8_0.gguf", name: "bumble"))
        }
    }

    @Test func aMissingBundledModelSaysWhereItWasLookedFor() throws {
        try withFolder { folder in
            let looked = folder + "/share/local-swarm/models/bumble-q8_0.gguf"
            #expect(throws: ModelFileError.noBundledModel(looked: looked)) {
                try find(nil, in: folder, executable: folder + "/bin/swarm")
            }
        }
    }
}
