import Foundation

/// What comes from standard input, as it comes.
package enum Keyboard {
    /// Whether a person sits there.
    package static var isTerminal: Bool { isatty(FileHandle.standardInput.fileDescriptor) == 1 }

    /// Whether somebody looks at standard error.
    package static var showsErrors: Bool { isatty(FileHandle.standardError.fileDescriptor) == 1 }

    /// The bytes, until the end of the input or of the iteration; they are read on a queue of Foundation's.
    package static func bytes() -> AsyncStream<[UInt8]> {
        let input = FileHandle.standardInput
        return AsyncStream(bufferingPolicy: .bufferingOldest(4096)) { continuation in
            continuation.onTermination = { _ in input.readabilityHandler = nil }
            input.readabilityHandler = { input in
                let data = input.availableData
                if data.isEmpty {
                    continuation.finish()
                } else {
                    continuation.yield(Array(data))
                }
            }
        }
    }
}
