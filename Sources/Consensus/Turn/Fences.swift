/// An answer divided into its fenced code blocks and the text around them (CommonMark, section 4.5).
struct Fences {
    struct Block: Equatable {
        /// The language named after the fence; may be empty.
        var language: String
        var code: String
    }

    private(set) var blocks: [Block] = []
    /// Everything outside the blocks, line by line.
    private(set) var outside = ""
    /// The same with a line of three backquotes in place of each block, so that what it parts stays apart.
    private(set) var marked = ""

    init(_ text: String) {
        var open: (fence: Substring, block: Block)?
        for line in text.lines {
            let fence = Fences.mayBeFence(line) ? Fences.fence(line) : nil
            if let opening = open?.fence {
                if let fence, fence.marks.first == opening.first, fence.marks.count >= opening.count, fence.info.isEmpty
                {
                    if let block = open?.block { blocks.append(block) }
                    open = nil
                } else {
                    open?.block.code.append(contentsOf: line)
                    open?.block.code.append("\n")
                }
            } else if let fence {
                marked += "```\n"
                open = (fence.marks, Block(language: fence.info.lowercased(), code: ""))
            } else {
                outside.append(contentsOf: line)
                outside.append("\n")
                marked.append(contentsOf: line)
                marked.append("\n")
            }
        }
        if let open { blocks.append(open.block) }
    }

    /// Most lines are none, which their bytes tell sooner than their characters.
    private static func mayBeFence(_ line: Substring) -> Bool {
        var bytes = line.utf8.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 >= 0x80 }
        guard let mark = bytes.popFirst() else { return false }
        return mark == UInt8(ascii: "`") || mark == UInt8(ascii: "~")
    }

    private static func fence(_ line: Substring) -> (marks: Substring, info: Substring)? {
        let content = line.trimmed()
        let marks = content.prefix { $0 == content.first }
        guard marks.count >= 3, marks.first == "`" || marks.first == "~" else { return nil }
        return (marks, content.dropFirst(marks.count).trimmed())
    }
}
