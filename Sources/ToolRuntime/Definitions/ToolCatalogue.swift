import SwarmCore

extension ToolDefinition {
    private static func object(_ properties: JSON, required: [String]) -> JSON {
        [
            "type": "object", "properties": properties, "required": .array(required.map { .string($0) }),
            "additionalProperties": false,
        ]
    }

    private static func text(atMost length: Int? = nil) -> JSON {
        guard let length else { return ["type": "string"] }
        return ["type": "string", "maxLength": .integer(length)]
    }

    private static let path: JSON = ["type": "string", "minLength": 1, "maxLength": 4096]
    private static let fileNames = [
        "path": "filePath", "file_path": "filePath", "file": "filePath", "filename": "filePath", "filepath": "filePath",
    ]
    private static let folderNames = [
        "filePath": "path", "file_path": "path", "dir": "path", "directory": "path", "folder": "path",
    ]

    static let read = ToolDefinition(
        name: .read,
        summary: "Read a file with line numbers.",
        parameters: object(
            [
                "filePath": path, "offset": ["type": "integer", "minimum": 1],
                "limit": ["type": "integer", "minimum": 1],
            ],
            required: ["filePath"]
        ),
        effect: .looks,
        subject: "filePath",
        aliases: fileNames
    )

    static let write = ToolDefinition(
        name: .write,
        summary: "Write a whole file.",
        parameters: object(["filePath": path, "content": text()], required: ["filePath", "content"]),
        effect: .changes,
        subject: "filePath",
        aliases: fileNames.merging(["contents": "content", "text": "content"]) { $1 }
    )

    static let edit = ToolDefinition(
        name: .edit,
        summary: "Replace text.",
        parameters: object(
            ["filePath": path, "oldString": text(), "newString": text(), "replaceAll": ["type": "boolean"]],
            required: ["filePath", "oldString", "newString"]
        ),
        effect: .changes,
        subject: "filePath",
        aliases: fileNames.merging([
            "old_string": "oldString", "old": "oldString", "oldText": "oldString", "old_text": "oldString",
            "new_string": "newString", "new": "newString", "newText": "newString", "new_text": "newString",
            "replace_all": "replaceAll", "all": "replaceAll",
        ]) { $1 }
    )

    static let bash = ToolDefinition(
        name: .bash,
        summary: "Run a shell command.",
        parameters: object(
            ["command": ["type": "string", "minLength": 1, "maxLength": 65_536], "description": text()],
            required: ["command", "description"]
        ),
        effect: .changes,
        subject: "command",
        aliases: ["cmd": "command", "script": "command"]
    )

    static let grep = ToolDefinition(
        name: .grep,
        summary: "Search file contents by regular expression.",
        parameters: object(
            ["pattern": ["type": "string", "minLength": 1, "maxLength": 1000], "path": path, "include": path],
            required: ["pattern"]
        ),
        effect: .looks,
        subject: "path",
        aliases: folderNames.merging(["regex": "pattern", "query": "pattern", "glob": "include"]) { $1 }
    )

    static let glob = ToolDefinition(
        name: .glob,
        summary: "Find files by name, such as **/*.py.",
        parameters: object(
            ["pattern": ["type": "string", "minLength": 1, "maxLength": 1000], "path": path],
            required: ["pattern"]
        ),
        effect: .looks,
        subject: "path",
        aliases: folderNames
    )

    static let list = ToolDefinition(
        name: .list,
        summary: "List a folder.",
        parameters: object(["path": path], required: []),
        effect: .looks,
        subject: "path",
        aliases: folderNames
    )

    static let webfetch = ToolDefinition(
        name: .webfetch,
        summary: "Fetch a web page.",
        parameters: object(
            [
                "url": ["type": "string", "minLength": 1, "maxLength": 8192],
                "format": ["type": "string", "enum": ["markdown", "text", "html"]],
            ],
            required: ["url"]
        ),
        effect: .looks,
        subject: "url",
        aliases: ["uri": "url", "link": "url"]
    )

    static let todowrite = ToolDefinition(
        name: .todowrite,
        summary: "Write the list.",
        parameters: object(
            [
                "todos": [
                    "type": "array", "maxItems": 100,
                    "items": [
                        "type": "object",
                        "properties": [
                            "content": ["type": "string", "minLength": 1, "maxLength": 500],
                            "status": [
                                "type": "string", "enum": ["pending", "in_progress", "completed"],
                            ],
                        ],
                        "required": ["content"],
                    ],
                ]
            ],
            required: ["todos"]
        ),
        effect: .remembers
    )

    static let todoread = ToolDefinition(
        name: .todoread,
        summary: "Read the list of tasks.",
        parameters: object([:], required: []),
        effect: .looks
    )

    static let question = ToolDefinition(
        name: .question,
        summary: "Ask the user.",
        parameters: object(
            [
                "question": ["type": "string", "minLength": 1, "maxLength": 2000],
                "options": ["type": "array", "maxItems": 10, "items": ["type": "string", "maxLength": 200]],
            ],
            required: ["question"]
        ),
        effect: .asks,
        aliases: ["text": "question"]
    )

    static let skill = ToolDefinition(
        name: .skill,
        summary: "Load instructions by name.",
        parameters: object(["name": ["type": "string", "minLength": 1, "maxLength": 64]], required: ["name"]),
        effect: .looks,
        subject: "name"
    )
}
