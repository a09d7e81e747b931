/// Instructions that lie in the workspace under a name.
enum SkillTool {
    /// Bytes of one file.
    static let limit = 16_384
    private static let folders = [".swarm/skills", "skills"]

    /// The text of a skill: `.swarm/skills/NAME.md`, or `skills/NAME/SKILL.md`, in either folder in either form.
    /// - Throws: for what is no name, and with the names there are for one that is not there.
    static func text(of name: String, in workspace: Workspace) throws(JailError) -> String {
        guard isName(name) else { throw JailError(.refused, name, "is no name of a skill") }
        for folder in folders {
            for path in ["\(folder)/\(name).md", "\(folder)/\(name)/SKILL.md"] {
                let place = try Walk.resolve(path, in: workspace)
                guard place.status != nil else { continue }
                return String(decoding: try place.contents(limit: limit).bytes, as: UTF8.self)
            }
        }
        let names = names(in: workspace)
        let there = names.isEmpty ? "there are none" : "there are: " + names.joined(separator: ", ")
        throw JailError(.missing, name, "is no skill of this workspace; \(there)")
    }

    /// The names of all skills, in order.
    static func names(in workspace: Workspace) -> [String] {
        var names: Set<String> = []
        for path in folders {
            guard let folder = try? Walk.resolve(path, in: workspace).openFolder(),
                let found = try? Posix.names(in: folder, limit: 200).names
            else { continue }
            for entry in found {
                if entry.hasSuffix(".md") {
                    names.insert(String(entry.dropLast(3)))
                } else if (try? Walk.resolve("\(path)/\(entry)/SKILL.md", in: workspace).status) != nil {
                    names.insert(entry)
                }
            }
        }
        return names.filter(isName).sorted()
    }

    private static func isName(_ name: String) -> Bool {
        !name.hasPrefix(".") && !name.isEmpty && name.utf8.count <= 64
            && name.allSatisfy(\.isASCII)
            && name.utf8.allSatisfy { byte in
                byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
                    || Character(Unicode.Scalar(byte)).isLetter || Character(Unicode.Scalar(byte)).isNumber
            }
    }
}
