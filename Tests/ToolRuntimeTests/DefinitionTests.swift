import SwarmCore
import Testing

@testable import ToolRuntime

struct DefinitionTests {
    @Test(arguments: ToolName.allCases)
    func everyToolIsDescribedOnceAndItsSubjectIsAnArgument(name: ToolName) {
        let definition = ToolDefinition.of(name)
        #expect(definition.name == name)
        #expect(definition.spec.name == name.rawValue)
        #expect(!definition.summary.isEmpty && !definition.summary.contains("\n"))
        let declared = definition.parameters["properties"]?.objectValue?.keys ?? []
        #expect(definition.subject.map(declared.contains) ?? true)
        #expect(Set(definition.aliases.values).isSubset(of: Set(declared)))
        #expect(Set(definition.aliases.keys).isDisjoint(with: Set(declared)))
    }

    @Test func onlyWhatChangesSomethingIsDestructive() {
        #expect(ToolDefinition.all.filter(\.isDestructive).map(\.name) == [.write, .edit, .bash])
    }

    @Test func callsAreReadIntoTypes() throws {
        #expect(
            try ToolRequest(name: "read", arguments: ["filePath": "a.txt", "offset": 3])
                == .read(path: "a.txt", offset: 3, limit: nil)
        )
        #expect(
            try ToolRequest(
                name: "edit",
                arguments: ["filePath": "a", "oldString": "x", "newString": "y", "replaceAll": true]
            ) == .edit(path: "a", old: "x", new: "y", all: true)
        )
        #expect(
            try ToolRequest(name: "todowrite", arguments: ["todos": [["content": "a", "status": "in_progress"]]])
                == .todowrite([Todo(content: "a", status: .inProgress)])
        )
        #expect(try ToolRequest(name: "list", arguments: [:]) == .list(path: "."))
        #expect(
            try ToolRequest(name: "webfetch", arguments: ["url": "https://a.org"])
                == .webfetch(url: "https://a.org", format: .markdown)
        )
    }

    @Test func aCommandNeedsNoDescriptionThoughItsSchemaDoes() throws {
        #expect(try ToolRequest(name: "bash", arguments: ["command": "ls"]) == .bash(command: "ls"))
        #expect(ToolDefinition.bash.usage == "bash(command, description)")
    }

    @Test func namesAndScalarsThatModelsConfuseAreTakenForWhatIsMeant() throws {
        let arguments: JSON = ["file_path": "a", "offset": "7", "limit": nil]
        #expect(try ToolRequest(name: "read", arguments: arguments) == .read(path: "a", offset: 7, limit: nil))
        let edit: JSON = ["path": "a", "old_string": " x ", "new_string": "7", "replace_all": "true"]
        #expect(try ToolRequest(name: "edit", arguments: edit) == .edit(path: "a", old: " x ", new: "7", all: true))
    }

    private static let wrong: [(String, JSON, String)] = [
        ("raed", ["filePath": "a"], "There is no tool \"raed\""),
        ("read", [:], "lacks the required member \"filePath\""),
        ("read", ["filePath": "a", "offset": 0], "/offset: must be at least 1"),
        ("read", ["filePath": "a", "lines": 3], "/lines: must not be there"),
        ("write", ["filePath": "a"], "write(filePath, content)"),
        ("write", "text", "must be an object"), ("webfetch", ["url": "x", "format": "pdf"], "must be one of"),
    ]

    @Test(arguments: wrong)
    func errorsSayWhatToDo(name: String, arguments: JSON, words: String) {
        let error = #expect(throws: ToolArgumentError.self) { try ToolRequest(name: name, arguments: arguments) }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }

    @Test func theRecordHoldsHashesAndNoSecrets() {
        func audit(_ name: String, _ arguments: JSON) -> ToolAudit {
            let call = ToolInvocation(id: "1", name: name, arguments: arguments, session: SessionKey(rawValue: "s"))
            return ToolAudit(call, ToolOutcome(.done, "abc"), time: 5, seconds: 1)
        }
        let command = audit("bash", ["command": "curl -H 'Authorization: Bearer hunter2' x"])
        #expect(command.subject == "curl")
        #expect(audit("bash", ["command": "KEY='a hunter2' deploy"]).subject == "")
        #expect(command.resultHash == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(audit("webfetch", ["url": "https://a.org/x?token=hunter2"]).subject == "a.org")
        #expect(audit("read", ["path": "src/a.py"]).subject == "src/a.py")
        #expect(!"\(command)".contains("hunter2"))
    }
}
