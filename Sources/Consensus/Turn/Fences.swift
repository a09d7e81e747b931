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
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let content = line.trimmed()
            let fence = content.prefix { $0 == content.first }
            let isFence = fence.count >= 3 && (fence.first == "`" || fence.first == "~")
            if let opening = open?.fence, var block = open?.block {
                if isFence, fence.first == opening.first, fence.count >= opening.count, fence.count == content.count {
                    blocks.append(block)
                    open = nil
                } else {
                    block.code += line + "\n"
                    open = (opening, block)
                }
            } else if isFence {
                marked += "```\n"
                open = (fence, Block(language: content.dropFirst(fence.count).trimmed().lowercased(), code: ""))
            } else {
                outside += line + "\n"
                marked += line + "\n"
            }
        }
        if let open { blocks.append(open.block) }
    }
}
