package import SwarmCore

extension TextToolFormat {
    /// The grammar of calls: names of these tools, and arguments that are a JSON object (RFC 8259).
    ///
    /// Unless a call is required it takes hold at a line that is `TOOL:` and the name of a tool, and at nothing less:
    /// forced on from the mark alone, an answer that only speaks of tools would be made into a call. White space is
    /// bounded, since small models otherwise never stop writing it.
    package static func grammar(_ tools: TextTools, isRequired: Bool) -> Grammar {
        let names = tools.names.map(quoted).joined(separator: " | ")
        let gbnf = #"""
            root ::= call \#(tools.isParallel ? "(gap call)* " : "")gap?
            call ::= "\#(tool) " name "\n\#(arguments) " object
            name ::= \#(names)
            gap ::= "\n" "\n"?
            object ::= "{" space (member ("," space member)* space)? "}"
            member ::= string ":" space value
            value ::= object | array | string | number | "true" | "false" | "null"
            array ::= "[" space (value ("," space value)* space)? "]"
            string ::= "\"" ([^"\\\x00-\x1F] | "\\" (["\\/bfnrt] | "u" [0-9a-fA-F]{4}))* "\""
            number ::= "-"? ("0" | [1-9] [0-9]{0,17}) ("." [0-9]{1,17})? ([eE] [+-]? [0-9]{1,3})?
            space ::= " "? | "\n" " "{0,16}

            """#
        if isRequired { return Grammar(gbnf: gbnf) }
        // The group is where the grammar begins. It ends at the end of what there is: a token that holds more than the
        // line would be held against the grammar as a whole. Blanks are counted since patterns are matched recursively.
        let known = tools.names.map(escaped).joined(separator: "|")
        return Grammar(
            gbnf: gbnf,
            isLazy: true,
            triggers: [.pattern("(?:^|\\n)[ \\t]{0,8}(\(tool) (?:\(known))\\n)$")]
        )
    }

    /// A literal of GBNF.
    private static func quoted(_ name: String) -> String {
        let text = name.flatMap { character -> String in
            switch character {
            case "\"": #"\""#
            case "\\": #"\\"#
            case "\n": #"\n"#
            case "\r": #"\r"#
            default: String(character)
            }
        }
        return "\"\(String(text))\""
    }

    /// A name that stands for itself in an ECMAScript pattern.
    private static func escaped(_ name: String) -> String {
        String(name.flatMap { #"\^$.*+?()[]{}|/"#.contains($0) ? "\\\($0)" : String($0) })
    }
}
