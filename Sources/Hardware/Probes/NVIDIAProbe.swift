/// Graphics processors of NVIDIA: cards, slices of cards, and those of Jetson that share the processor's memory.
package struct NVIDIAProbe: Probe {
    package let name = "nvidia"

    package init() {}

    private static let query = "index,name,memory.total,memory.free,compute_cap,driver_version,mig.mode.current"
    /// Drivers before 510 refuse a query that asks for the compute capability.
    private static let oldQuery = "index,name,memory.total,memory.free,driver_version"

    package func look(at facts: any FactSource) async -> Findings {
        guard facts.platform.family == .linux else { return Findings() }
        async let memory = MemoryProbe.memory(facts)
        let answer = await query(Self.query, facts)

        var findings = Findings()
        if let jetson = Jetson(facts), let memory = await memory {
            findings.accelerators = [jetson.accelerator(memory)]
            return findings
        }
        var cards = NVIDIACard.parse(answer.result ?? "", fields: Self.query)
        // Starting the driver can take a second: what is needed seldom is asked only then.
        if cards.isEmpty, answer.text?.contains("not a valid field") == true {
            cards = NVIDIACard.parse(await query(Self.oldQuery, facts).result ?? "", fields: Self.oldQuery)
        }
        let isSliced = cards.contains(where: \.isSliced)
        let slices = isSliced ? MIGSlice.parse(await facts.run("nvidia-smi", ["-L"]).result ?? "") : []
        add(cards, slices, await memory, to: &findings)
        if findings.accelerators.isEmpty { explain(answer, facts, &findings) }
        return findings
    }

    private func query(_ fields: String, _ facts: any FactSource) async -> ToolOutput {
        await facts.run("nvidia-smi", ["--query-gpu=\(fields)", "--format=csv,noheader,nounits"])
    }

    private func add(_ cards: [NVIDIACard], _ slices: [MIGSlice], _ memory: Memory?, to findings: inout Findings) {
        for card in cards where !card.isSliced {
            var accelerator = Accelerator(
                maker: .nvidia,
                name: card.name,
                total: card.total ?? 0,
                free: card.free,
                capability: card.capability,
                driver: card.driver
            )
            if card.total == nil, card.sharesMemory, let memory {
                accelerator.total = memory.total
                accelerator.free = memory.available
                accelerator.isUnified = true
            } else if card.total == nil {
                findings.notes.append("nvidia-smi does not tell the memory of \(card.name); nothing is put on it")
            }
            findings.accelerators.append(accelerator)
        }
        let sliced = cards.filter(\.isSliced)
        guard !sliced.isEmpty else { return }
        guard let first = slices.first, let card = cards.first(where: { $0.index == first.card }) else {
            findings.notes.append("a GPU is in MIG mode and has no slices; make one: nvidia-smi mig -cgi")
            return
        }
        // A process sees one slice (NVIDIA's MIG user guide, "CUDA device enumeration"), and none beside whole cards.
        if findings.accelerators.isEmpty {
            findings.accelerators = [
                Accelerator(
                    maker: .nvidia,
                    name: "\(card.name) MIG \(first.profile)",
                    total: first.memory ?? 0,
                    capability: card.capability,
                    driver: card.driver
                )
            ]
        }
        findings.notes.append(
            "MIG is on, with \(slices.count) slice\(slices.count == 1 ? "" : "s"); "
                + "one program uses one of them: choose it with CUDA_VISIBLE_DEVICES"
        )
    }

    private func explain(_ answer: ToolOutput, _ facts: any FactSource, _ findings: inout Findings) {
        findings.note(answer, of: "nvidia-smi")
        let text = answer.text?.lowercased() ?? ""
        if text.contains("version mismatch") {
            findings.notes.append("the NVIDIA driver was updated while the old one runs: restart the machine")
        } else if text.contains("couldn't communicate with the nvidia driver") || text.contains("nvml") {
            findings.notes.append(
                "nvidia-smi cannot reach the NVIDIA driver: install the driver for this kernel, or restart the machine"
            )
        } else if text.contains("gpu is lost") || text.contains("unable to determine the device handle") {
            findings.notes.append("an NVIDIA GPU does not answer any more: restart the machine")
        } else if GraphicsCards.isOnBus(.nvidia, facts) || !GraphicsCards.folders(of: .nvidia, facts).isEmpty {
            if answer == .missing {
                findings.notes.append(
                    "there is an NVIDIA GPU, but no nvidia-smi: install NVIDIA's driver "
                        + "(a container is started with --gpus all)"
                )
            } else if findings.notes.isEmpty {
                findings.notes.append("there is an NVIDIA GPU, but nvidia-smi lists none: see `nvidia-smi -q`")
            }
        } else if case .ended(_, let text) = answer, !text.lowercased().contains("no devices were found") {
            findings.notes.append("what nvidia-smi printed could not be read: it lists no GPU")
        }
    }
}

/// One line of `nvidia-smi --query-gpu=... --format=csv,noheader,nounits`.
package struct NVIDIACard: Sendable, Equatable {
    package var index: Int
    package var name: String
    /// `nil` where it says `[N/A]`.
    package var total: UInt64?
    package var free: UInt64?
    package var capability: String?
    package var driver: String?
    /// Multi-instance GPU is on: what can be used are its slices.
    package var isSliced = false

    /// Its memory is the processor's: Grace Blackwell desktops and Tegra.
    package var sharesMemory: Bool {
        ["GB10", "Orin", "Xavier", "Thor", "Tegra", "nvgpu"].contains { name.contains($0) }
    }

    /// - Parameter fields: what was asked for, separated by commas.
    package static func parse(_ text: String, fields: String) -> [NVIDIACard] {
        let fields = fields.split(separator: ",").map(String.init)
        return Scan.lines(text).compactMap { line in
            let cells = line.split(separator: ",", omittingEmptySubsequences: false).map { Scan.trimmed($0) }
            guard cells.count == fields.count else { return nil }
            let row = Dictionary(zip(fields, cells)) { first, _ in first }.filter { _, cell in
                !cell.isEmpty && !cell.hasPrefix("[") && cell != "N/A"
            }
            guard let index = row["index"].flatMap({ Int($0) }), let name = row["name"] else { return nil }
            // Without units the sizes are in MiB.
            func size(_ field: String) -> UInt64? { Scan.product(row[field].flatMap { UInt64($0) }, 1 << 20) }
            return NVIDIACard(
                index: index,
                name: name,
                total: size("memory.total").flatMap { $0 == 0 ? nil : $0 },
                free: size("memory.free"),
                capability: row["compute_cap"],
                driver: row["driver_version"],
                isSliced: row["mig.mode.current"] == "Enabled"
            )
        }
    }
}

/// One slice of a card, as `nvidia-smi -L` lists it below its card.
package struct MIGSlice: Sendable, Equatable {
    package var card: Int
    /// For example `3g.20gb`.
    package var profile: String

    /// The memory in the profile's name, in bytes.
    package var memory: UInt64? {
        guard let part = profile.split(separator: ".").last(where: { $0.contains("gb") }) else { return nil }
        return Scan.product(UInt64(part.prefix { $0.isASCII && $0.isNumber }), 1 << 30)
    }

    package static func parse(_ text: String) -> [MIGSlice] {
        var slices: [MIGSlice] = []
        var card: Int?
        for line in Scan.lines(text) {
            let words = Scan.words(line)
            guard words.count > 1 else { continue }
            if words[0] == "GPU" { card = Int(words[1].prefix { $0 != ":" }) }
            if words[0] == "MIG", let card { slices.append(MIGSlice(card: card, profile: words[1])) }
        }
        return slices
    }
}
