package import Hardware
import LlamaEngine
import Logging

/// This machine, and what llama.cpp sees of it.
package struct Detection: Sendable, Equatable {
    /// With notes on both.
    package var machine: Machine
    /// What llama.cpp lists; `nil` when its drivers did not answer.
    package var devices: [EngineDevice]?

    /// How long llama.cpp's drivers may take to start: those of several GPUs take seconds each.
    private static let patience = Duration.seconds(20)

    package init(machine: Machine, devices: [EngineDevice]?) {
        self.devices = devices
        guard let devices else {
            self.machine = machine
            let text = "llama.cpp's drivers did not answer within \(Self.patience.components.seconds) seconds"
            self.machine.notes.append(Machine.Note(probe: "llama.cpp", text: text))
            return
        }
        self.machine = machine.reconciled(with: devices)
    }

    /// Finds it out.
    init(logger: Logger) async {
        // One after the other: a driver that is starting shows its memory as taken.
        let machine = await Machine.detect()
        let devices = await BackendDevice.list(within: Self.patience, logger: logger)
        self.init(machine: machine, devices: devices.map { $0.map(EngineDevice.init) })
    }

    /// The machine as llama.cpp can use it, for decisions about models.
    package var usable: Machine { machine.usable(by: devices ?? []) }
}

extension EngineDevice {
    /// A device of the engine, in the words of the hardware's room.
    init(_ device: BackendDevice) {
        let kind: Kind =
            switch device.kind {
            case .cpu: .cpu
            case .gpu: .gpu
            case .igpu: .igpu
            case .accel: .accel
            }
        self.init(
            name: device.name,
            description: device.description,
            kind: kind,
            totalBytes: device.totalBytes,
            freeBytes: device.freeBytes
        )
    }
}
