import Testing

@testable import Sandboxing

struct InterpreterTests {
    @Test func foldersThatABoxShowsAnywayAreLeftOut() throws {
        let interpreter = try #require(
            Interpreter(executable: "/usr/bin/python3", folders: ["/usr", "/usr"], home: "/home/me")
        )
        #expect(interpreter.readable == [])
    }

    @Test func aFolderInsideTheHomeIsShownAlone() throws {
        let folders = ["/home/me/py", "/home/me/py/base", "/home/me/other"]
        let interpreter = try #require(
            Interpreter(executable: "/home/me/py/bin/python3", folders: folders, home: "/home/me")
        )
        #expect(interpreter.readable == ["/home/me/py", "/home/me/other"])
    }

    @Test(arguments: ["/", "/home", "/home/me", "relative"])
    func theWholeHomeIsNeverShown(folder: String) {
        #expect(Interpreter(executable: "/x/python3", folders: [folder], home: "/home/me") == nil)
    }
}
