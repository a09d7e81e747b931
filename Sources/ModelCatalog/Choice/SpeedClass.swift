package import Hardware

/// How fast one answer is likely to be written: a class, and no promise.
///
/// Each token reads all weights that are used for it once, so memory bandwidth sets the pace. The bandwidth is that of the
/// kind of device, roughly, and not of this one.
package enum SpeedClass: String, Sendable, CaseIterable, Comparable {
    /// Likely less than 3 tokens per second.
    case tooSlow = "too slow"
    /// Likely less than 8.
    case slow
    /// Likely less than 25: about as fast as one reads.
    case usable
    case fast

    package static func < (a: SpeedClass, b: SpeedClass) -> Bool { a.rank < b.rank }

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    /// The class of a model that was found to fit.
    package static func of(_ fit: Fit, on machine: Machine) -> SpeedClass {
        let accelerator = fit.loads.compactMap { load in
            if case .accelerator(let place) = load.place { bandwidth(of: machine.accelerators[place]) } else { nil }
        }.min()
        var seconds = Double(fit.activeOnProcessor) / bandwidth(of: machine)
        if let accelerator { seconds += Double(fit.activeOnAccelerators) / accelerator }
        return switch 1 / max(seconds, 1e-9) {
        case ..<3: .tooSlow
        case ..<8: .slow
        case ..<25: .usable
        default: .fast
        }
    }

    /// Bytes per second that such a device usually reads of its weights, after all losses.
    static func bandwidth(of device: Accelerator) -> Double {
        let name = device.name.lowercased()
        return switch device.maker {
        case .apple where name.contains("ultra"): 500e9
        case .apple where name.contains("max"): 250e9
        case .apple where name.contains("pro"): 120e9
        case .apple: 60e9
        case _ where device.isUnified: 40e9
        // What has so much memory has it stacked.
        case _ where device.total >= 60 << 30: 1200e9
        case _ where device.total >= 15 << 30: 350e9
        default: 150e9
        }
    }

    /// The same of the processor's own memory.
    static func bandwidth(of machine: Machine) -> Double {
        if machine.system.surroundings == .termux { return 12e9 }
        if machine.accelerators.contains(where: { $0.maker == .apple }) { return 50e9 }
        return switch machine.processor.cores {
        case ...2: 8e9
        case ...4: 15e9
        case ...12: 30e9
        case ...24: 45e9
        default: 100e9
        }
    }
}
