import Hardware
package import SwarmCore

extension Detection {
    /// For programs; every size is in bytes.
    package var json: JSON {
        [
            "system": [
                "name": .string(machine.system.name), "kernel": .string(machine.system.kernel),
                "surroundings": .string(machine.system.surroundings.kind),
                "surroundings_name": machine.system.surroundings.name.map(JSON.string) ?? .null,
            ],
            "processor": [
                "name": .string(machine.processor.name), "architecture": .string(machine.processor.architecture),
                "cores": .integer(machine.processor.cores), "threads": .integer(machine.processor.threads),
                "performance_cores": machine.processor.performanceCores.map { .integer($0) } ?? .null,
                "features": .array(machine.processor.features.sorted().map(JSON.string)),
                "thread_candidates": .array(machine.processor.threadCandidates.map { .integer($0) }),
            ],
            "memory": [
                "total": .integer(machine.memory.total), "available": .integer(machine.memory.available),
                "limit": machine.memory.limit.map { .integer($0) } ?? .null,
            ],
            "accelerators": .array(machine.accelerators.map(\.json)),
            "llama_cpp": [
                "version": .string(Version.llamaCpp),
                "devices": devices.map { .array($0.map(\.json)) } ?? .null,
            ],
            "notes": .array(machine.notes.map { ["probe": .string($0.probe), "text": .string($0.text)] }),
        ]
    }
}

extension OperatingSystem.Surroundings {
    fileprivate var kind: String {
        switch self {
        case .bareMetal: "bare_metal"
        case .virtualMachine: "virtual_machine"
        case .container: "container"
        case .windowsSubsystem: "wsl"
        case .termux: "termux"
        }
    }

    fileprivate var name: String? {
        switch self {
        case .virtualMachine(let name), .container(let name): name.isEmpty ? nil : name
        case .bareMetal, .windowsSubsystem, .termux: nil
        }
    }
}

extension Accelerator {
    fileprivate var json: JSON {
        [
            "maker": .string(maker.rawValue), "name": .string(name), "total": total == 0 ? .null : .integer(total),
            "free": free.map { .integer($0) } ?? .null, "unified": .bool(isUnified),
            "capability": capability.map(JSON.string) ?? .null, "driver": driver.map(JSON.string) ?? .null,
        ]
    }
}

extension EngineDevice {
    fileprivate var json: JSON {
        [
            "name": .string(name), "description": .string(description), "kind": .string(kind.rawValue),
            "total": .integer(totalBytes), "free": .integer(freeBytes),
        ]
    }
}
