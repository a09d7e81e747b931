/// Finds out one kind of thing about a machine.
///
/// A probe is a thin reader; what its files and tools say is read by pure parsers that never trap. It never fails: what it
/// cannot find out it leaves out, and says so in a note if the user can do something about it.
package protocol Probe: Sendable {
    /// A short name, by which its notes are known.
    var name: String { get }

    func look(at facts: any FactSource) async -> Findings
}

/// What one probe found out.
package struct Findings: Sendable, Equatable {
    package var system: OperatingSystem?
    package var processor: Processor?
    package var memory: Memory?
    package var accelerators: [Accelerator]
    /// Each is a sentence without a full stop.
    package var notes: [String]

    package init(
        system: OperatingSystem? = nil,
        processor: Processor? = nil,
        memory: Memory? = nil,
        accelerators: [Accelerator] = [],
        notes: [String] = []
    ) {
        self.system = system
        self.processor = processor
        self.memory = memory
        self.accelerators = accelerators
        self.notes = notes
    }

    /// Notes why a tool gave nothing, if it is there and was stopped.
    mutating func note(_ output: ToolOutput, of tool: String) {
        if let trouble = output.trouble(of: tool), !notes.contains(trouble) { notes.append(trouble) }
    }
}
