import Dispatch
import Foundation

/// What comes from standard input, as it comes.
package enum Keyboard {
    /// Whether a person sits there.
    package static var isTerminal: Bool { isatty(FileHandle.standardInput.fileDescriptor) == 1 }

    /// Whether somebody looks at standard error.
    package static var showsErrors: Bool { isatty(FileHandle.standardError.fileDescriptor) == 1 }

    /// The bytes, until the end of the input or of the iteration; read on a queue of its own.
    package static func bytes() -> AsyncStream<[UInt8]> {
        let input = FileHandle.standardInput
        return AsyncStream(bufferingPolicy: .bufferingOldest(4096)) { continuation in
            let source = DispatchSource.makeReadSource(
                fileDescriptor: input.fileDescriptor,
                queue: DispatchQueue(label: "keyboard")
            )
            source.setEventHandler {
                let data = input.availableData
                if data.isEmpty {
                    source.cancel()
                } else {
                    continuation.yield(Array(data))
                }
            }
            source.setCancelHandler { continuation.finish() }
            continuation.onTermination = { _ in source.cancel() }
            source.activate()
        }
    }
}
