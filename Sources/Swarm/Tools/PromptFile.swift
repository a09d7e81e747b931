import Dispatch
import Foundation
package import Logging
import SwarmCore

/// The text that tells a model how to call tools: built in, or the operator's own, read again whenever it changes.
///
/// The operator's is `tools.txt` in a folder. While it is not there, cannot be read or cannot be used, the built-in one
/// counts; the log has one line about every version that cannot be used.
package final class PromptFile: Sendable {
    /// Most bytes of a file.
    package static let limit = 16_384

    /// The text for those who have none of their own.
    package static let builtIn = String(decoding: PackageResources.tools_txt, as: UTF8.self)

    private struct Stamp: Equatable {
        var modified: Date?
        var size: Int
    }

    private struct State {
        var stamp: Stamp?
        var text: String?
    }

    private let path: String?
    private let logger: Logger?
    private let state = Locked(State())
    // A file may lie on a disk that is slow or gone.
    private let queue = DispatchQueue(label: "prompts")

    /// - Parameters:
    ///   - folder: where the operator's file may lie; `nil` looks for none.
    ///   - logger: told of files that cannot be used.
    package init(folder: String? = nil, logger: Logger? = nil) {
        path = folder.map { $0 + "/tools.txt" }
        self.logger = logger
    }

    /// The text as it is now; it holds `{tools}` once.
    package func text() async -> String {
        guard let path else { return PromptFile.builtIn }
        return await withCheckedContinuation { continuation in
            queue.async { [self] in continuation.resume(returning: current(path)) }
        }
    }

    private func current(_ path: String) -> String {
        let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: target) else {
            state.withLock { $0 = State() }
            return PromptFile.builtIn
        }
        let stamp = Stamp(modified: attributes[.modificationDate] as? Date, size: attributes[.size] as? Int ?? 0)
        let known = state.withLock { $0 }
        if known.stamp == stamp { return known.text ?? PromptFile.builtIn }
        var text: String?
        do throws(Unusable) {
            text = try PromptFile.read(target, isFile: attributes[.type] as? FileAttributeType == .typeRegular)
        } catch {
            logger?.warning(
                "a prompt cannot be used, the built-in one is",
                metadata: ["path": "\(path)", "reason": "\(error.reason)"]
            )
        }
        let read = State(stamp: stamp, text: text)
        state.withLock { $0 = read }
        return text ?? PromptFile.builtIn
    }

    private struct Unusable: Error { var reason: String }

    private static func read(_ path: String, isFile: Bool) throws(Unusable) -> String {
        // Opening a pipe would wait for whoever writes to it.
        guard isFile else { throw Unusable(reason: "it is no file") }
        guard let file = FileHandle(forReadingAtPath: path), let data = try? file.read(upToCount: limit + 1) ?? Data()
        else { throw Unusable(reason: "it cannot be read") }
        guard data.count <= limit else { throw Unusable(reason: "it has more than \(limit) bytes") }
        guard let text = String(data: data, encoding: .utf8) else { throw Unusable(reason: "it is not UTF-8") }
        guard text.ranges(of: TextToolFormat.place).count == 1 else {
            throw Unusable(reason: "it must hold \(TextToolFormat.place) once")
        }
        return text
    }
}
