import Foundation
import Hardware
import Observability
import SwarmCore

extension Detection {
    /// For a terminal: a heading at the left, and what belongs to it beside it.
    package func lines(width: Int) -> [String] {
        var blocks: [(heading: String, entries: [String])] = [
            ("machine", [machine.system.words]), ("processor", machine.processor.words),
            ("memory", [machine.memory.words]),
        ]
        let accelerators = machine.accelerators.map(\.words)
        blocks.append(("accelerators", accelerators.isEmpty ? ["none"] : accelerators))
        blocks.append(("llama.cpp", devices.map { $0.map(\.words) } ?? ["did not answer"]))
        let notes = machine.notes.map { "\($0.probe): \($0.text)" }
        if !notes.isEmpty { blocks.append(("notes", notes)) }
        let indent = (blocks.map(\.heading.count).max() ?? 0) + 2
        return blocks.flatMap { heading, entries in
            let body = entries.flatMap { Self.wrapped(SafeText.line($0), room: max(20, width - indent)) }
            return body.enumerated().map { place, line in
                (place == 0 ? heading : "").padding(toLength: indent, withPad: " ", startingAt: 0) + line
            }
        }
    }

    /// Words on lines of at most so many characters; the lines after the first stand two further in.
    private static func wrapped(_ text: String, room: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, line.count + 1 + word.count > room {
                lines.append(line)
                line = "  " + word
            } else {
                line += line.isEmpty ? word : " " + word
            }
        }
        return lines + [line]
    }
}

extension OperatingSystem {
    fileprivate var words: String {
        let place: String =
            switch surroundings {
            case .bareMetal: ""
            case .virtualMachine(""): ", in a virtual machine"
            case .virtualMachine(let name): ", in a virtual machine (\(name))"
            case .container(let name): ", in a container (\(name))"
            case .windowsSubsystem: ", in the Windows subsystem for Linux"
            case .termux: ", in Termux"
            }
        return "\(name), kernel \(kernel)\(place)"
    }
}

extension Processor {
    fileprivate var words: [String] {
        let fast = performanceCores.map { ", \($0) of them fast" } ?? ""
        let count = "\(cores) core\(cores == 1 ? "" : "s")\(fast), \(threads) thread\(threads == 1 ? "" : "s")"
        return ["\(name) (\(architecture))", count, featureWords]
    }

    /// What it computes with: of each family the widest, which has the others in it.
    private var featureWords: String {
        let families: [[(feature: String, words: String)]] = [
            [("amx_int8", "AMX tiles"), ("sme", "SME tiles")],
            [("avx512", "AVX-512"), ("avx2", "AVX2"), ("avx", "AVX"), ("sse3", "SSE3")],
            [("sve2", "SVE2"), ("sve", "SVE"), ("neon", "NEON"), ("rvv", "RISC-V vectors"), ("vsx", "VSX")],
        ]
        let helpers: [(feature: String, words: String)] = [
            ("avx512_vnni", "8-bit dot products"), ("avx_vnni", "8-bit dot products"),
            ("dotprod", "8-bit dot products"),
            ("matmul_int8", "8-bit matrix products"), ("avx512_bf16", "16-bit floats"), ("fp16_va", "16-bit floats"),
        ]
        var words = families.compactMap { family in family.first { features.contains($0.feature) }?.words }
        for helper in helpers where features.contains(helper.feature) && !words.contains(helper.words) {
            words.append(helper.words)
        }
        return words.isEmpty
            ? "computes one number at a time, as far as is known" : "computes with " + words.joined(separator: ", ")
    }
}

extension Memory {
    fileprivate var words: String {
        guard total > 0 else { return "unknown" }
        let bound = limit == nil ? "" : " (a control group's limit)"
        return "\(Size.words(available)) available of \(Size.words(total))\(bound)"
    }
}

extension Accelerator {
    fileprivate var words: String {
        var parts: [String] = []
        switch (total, free) {
        case (0, _): parts.append("memory unknown")
        case (let total, let free?): parts.append("\(Size.words(free)) free of \(Size.words(total))")
        case (let total, nil): parts.append(Size.words(total))
        }
        if isUnified { parts.append("shares the processor's memory") }
        if let capability { parts.append(maker == .nvidia ? "CUDA capability \(capability)" : capability) }
        if let driver { parts.append("driver \(driver)") }
        return "\(name): " + parts.joined(separator: ", ")
    }
}

extension EngineDevice {
    fileprivate var words: String {
        let size = totalBytes == 0 ? "" : ", \(Size.words(freeBytes)) free of \(Size.words(totalBytes))"
        return "\(name): \(description)\(size)"
    }
}

/// Amounts of memory in words.
enum Size {
    static func words(_ bytes: UInt64) -> String {
        bytes >= 1 << 30
            ? String(format: "%.1f GiB", Double(bytes) / 1_073_741_824)
            : String(format: "%.0f MiB", Double(bytes) / 1_048_576)
    }
}
