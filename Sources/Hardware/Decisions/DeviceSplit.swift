/// Which layers of a model go where.
package struct DeviceSplit: Sendable, Equatable {
    /// Of the model's layers, those on accelerators; the others stay with the processor.
    package var layers: Int
    /// What does not belong to a layer, such as the output's weights, is on an accelerator too.
    package var includesOutput: Bool
    /// Per accelerator of the machine its part of these layers; they add up to 1, or are all 0 when `layers` is 0.
    package var shares: [Double]
    /// In words, for the user.
    package var reason: String

    package init(layers: Int, includesOutput: Bool, shares: [Double], reason: String) {
        self.layers = layers
        self.includesOutput = includesOutput
        self.shares = shares
        self.reason = reason
    }

    /// As llama.cpp counts: the output is one layer more.
    package var gpuLayers: Int { layers + (includesOutput ? 1 : 0) }

    /// What is to be placed.
    package struct Need: Sendable, Equatable {
        package var layers: Int
        /// Weights of one layer.
        package var bytesPerLayer: UInt64
        /// KV memory of all layers together.
        package var kvBytes: UInt64
        /// What belongs to no layer: the output's weights.
        package var otherBytes: UInt64
        /// What each accelerator needs beside that: buffers of the computation and of its driver.
        package var overhead: UInt64

        package init(
            layers: Int,
            bytesPerLayer: UInt64,
            kvBytes: UInt64,
            otherBytes: UInt64 = 0,
            overhead: UInt64 = 512 << 20
        ) {
            self.layers = layers
            self.bytesPerLayer = bytesPerLayer
            self.kvBytes = kvBytes
            self.otherBytes = otherBytes
            self.overhead = overhead
        }

        /// One layer with its part of the KV memory; the largest number when that is more.
        package var perLayer: UInt64 {
            guard layers > 0 else { return 1 }
            let (quotient, remainder) = kvBytes.quotientAndRemainder(dividingBy: UInt64(layers))
            let share = quotient + (remainder > 0 ? 1 : 0)
            let (sum, isTooLarge) = bytesPerLayer.addingReportingOverflow(share)
            return isTooLarge ? .max : max(1, sum)
        }
    }

    /// Decides by what is free now.
    ///
    /// - All layers on Apple Silicon: the memory is the same, and the processor beside it is slower.
    /// - Else on as few accelerators as hold everything, the one with most free memory first: crossing from one to another
    ///   costs time. On all of them, each by its free memory, when none of fewer do; what is left stays with the processor.
    /// - Graphics that share the processor's memory only where there is nothing else, and not those known to Vulkan alone.
    /// - CUDA below capability 5.0 is not used: llama.cpp is not built for it.
    package static func decide(_ machine: Machine, _ need: Need) -> DeviceSplit {
        let none = [Double](repeating: 0, count: machine.accelerators.count)
        guard need.layers > 0 else {
            return DeviceSplit(layers: 0, includesOutput: false, shares: none, reason: "there are no layers")
        }
        if let place = machine.accelerators.firstIndex(where: { $0.maker == .apple }) {
            var shares = none
            shares[place] = 1
            return DeviceSplit(
                layers: need.layers,
                includesOutput: true,
                shares: shares,
                reason: "Apple Silicon takes all layers"
            )
        }
        let rooms = rooms(machine.accelerators, need)
        guard !rooms.isEmpty else {
            let reason =
                machine.accelerators.isEmpty ? "there is no accelerator" : "no accelerator has room for a layer"
            return DeviceSplit(layers: 0, includesOutput: false, shares: none, reason: reason)
        }
        for count in 1...rooms.count {
            if let split = split(Array(rooms.prefix(count)), need, layers: need.layers, includesOutput: true, none) {
                return split
            }
        }
        // Not everything fits: as many layers as do, on all of them.
        var layers = min(need.layers, rooms.reduce(0) { $0 + $1.layers(of: need) })
        while layers > 0 {
            if let split = split(rooms, need, layers: layers, includesOutput: false, none) { return split }
            layers -= 1
        }
        return DeviceSplit(
            layers: 0,
            includesOutput: false,
            shares: none,
            reason: "no accelerator has room for a layer"
        )
    }

    // MARK: - Rooms

    /// An accelerator that can take layers.
    private struct Room {
        var place: Int
        /// Bytes for layers and output.
        var bytes: UInt64
        var capability: Double

        func layers(of need: Need) -> Int { Int(clamping: min(bytes / need.perLayer, UInt64(need.layers))) }
    }

    private static func rooms(_ accelerators: [Accelerator], _ need: Need) -> [Room] {
        let able = accelerators.indices.filter { place in
            let accelerator = accelerators[place]
            if accelerator.maker == .other, accelerator.isUnified { return false }
            guard accelerator.maker == .nvidia, let capability = accelerator.capability.flatMap({ Double($0) }) else {
                return true
            }
            return capability >= 5
        }
        let own = able.filter { !accelerators[$0].isUnified }
        let rooms = (own.isEmpty ? able : own).map { place in
            let free = min(accelerators[place].free ?? accelerators[place].total, accelerators[place].total)
            return Room(
                place: place,
                bytes: free - min(free, need.overhead),
                capability: accelerators[place].capability.flatMap { Double($0) } ?? 0
            )
        }
        return rooms.filter { $0.layers(of: need) > 0 }
            .sorted { ($1.bytes, $1.capability, $0.place) < ($0.bytes, $0.capability, $1.place) }
    }

    /// These layers on these accelerators in proportion to their free memory; `nil` when one would overflow.
    private static func split(
        _ rooms: [Room],
        _ need: Need,
        layers: Int,
        includesOutput: Bool,
        _ none: [Double]
    ) -> DeviceSplit? {
        let total = rooms.reduce(0.0) { $0 + Double($1.bytes) }
        guard total > 0 else { return nil }
        var shares = none
        for room in rooms { shares[room.place] = Double(room.bytes) / total }
        let counts = Self.counts(layers, shares)
        let last = counts.lastIndex { $0 > 0 }
        for room in rooms {
            // llama.cpp puts the output on the last device that has layers.
            let other = includesOutput && room.place == last ? need.otherBytes : 0
            guard other <= room.bytes else { return nil }
            guard UInt64(counts[room.place]) <= (room.bytes - other) / need.perLayer else { return nil }
        }
        let all = layers == need.layers ? "all \(layers) layers" : "\(layers) of \(need.layers) layers"
        let reason =
            rooms.count == 1 ? "\(all) fit into the free memory" : "\(all) on \(rooms.count) GPUs by free memory"
        return DeviceSplit(layers: layers, includesOutput: includesOutput, shares: shares, reason: reason)
    }

    /// How many of the layers each accelerator gets: layer `i` of `n` goes to the first whose shares, added up, exceed `i / n`.
    package static func counts(_ layers: Int, _ shares: [Double]) -> [Int] {
        var counts = [Int](repeating: 0, count: shares.count)
        var ends: [Double] = []
        for share in shares { ends.append((ends.last ?? 0) + share) }
        guard let last = shares.lastIndex(where: { $0 > 0 }) else { return counts }
        for layer in 0..<max(0, layers) {
            let place = ends.firstIndex { $0 > Double(layer) / Double(layers) } ?? last
            counts[place] += 1
        }
        return counts
    }
}
