import CLlama
import Foundation
package import Logging

/// A device that this build of llama.cpp computes on, as llama.cpp lists it.
package struct BackendDevice: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        case cpu
        case gpu
        /// Shares the processor's memory.
        case igpu
        /// Helps the processor and holds no layers.
        case accel
    }

    /// For example `CUDA0` or `CPU`.
    package var name: String
    /// For example `NVIDIA GeForce RTX 4090`.
    package var description: String
    package var kind: Kind
    package var freeBytes: UInt64
    package var totalBytes: UInt64

    /// All of them, in llama.cpp's order.
    ///
    /// The first call starts the drivers, which can take seconds, on a thread of its own. A driver that hangs cannot be
    /// ended: its thread is left behind.
    /// - Parameters:
    ///   - time: how long to wait.
    ///   - logger: gets what llama.cpp says meanwhile, unless an engine's does already.
    /// - Returns: `nil` when they did not answer in time.
    package static func list(within time: Duration, logger: Logger) async -> [BackendDevice]? {
        LlamaLog.redirectIfUnset(to: logger)
        let (answers, answer) = AsyncStream.makeStream(of: [BackendDevice].self, bufferingPolicy: .bufferingNewest(1))
        let thread = Thread {
            answer.yield(read())
            answer.finish()
        }
        thread.start()
        return await withTaskGroup(of: [BackendDevice]?.self) { group in
            group.addTask {
                for await devices in answers { return devices }
                return nil
            }
            group.addTask {
                try? await Task.sleep(for: time)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
    }

    private static func read() -> [BackendDevice] {
        (0..<ggml_backend_dev_count()).compactMap { index in
            guard let device = unsafe ggml_backend_dev_get(index) else { return nil }
            let kind: Kind? =
                switch unsafe ggml_backend_dev_type(device) {
                case GGML_BACKEND_DEVICE_TYPE_CPU: .cpu
                case GGML_BACKEND_DEVICE_TYPE_GPU: .gpu
                case GGML_BACKEND_DEVICE_TYPE_IGPU: .igpu
                case GGML_BACKEND_DEVICE_TYPE_ACCEL: .accel
                // Stands for several of the others.
                default: nil
                }
            guard let kind else { return nil }
            var free = 0
            var total = 0
            unsafe ggml_backend_dev_memory(device, &free, &total)
            return BackendDevice(
                name: unsafe text(ggml_backend_dev_name(device)),
                description: unsafe text(ggml_backend_dev_description(device)),
                kind: kind,
                freeBytes: UInt64(clamping: free),
                totalBytes: UInt64(clamping: total)
            )
        }
    }

    private static func text(_ pointer: UnsafePointer<CChar>?) -> String {
        unsafe pointer.map { unsafe String(cString: $0) } ?? ""
    }
}
