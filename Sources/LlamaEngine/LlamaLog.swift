import CLlama
import CLlamaChat
import Logging
import SwarmCore

/// Sends llama.cpp's own log to swift-log, so that not a line of it reaches the terminal by itself.
enum LlamaLog {
    private static let sink = Locked<Sink>(Sink())

    private struct Sink {
        var logger: Logger?
        /// Thrown while a decode is being stopped on purpose.
        var abort: AbortSwitch?
        /// An unfinished line: llama.cpp prints some in pieces.
        var line = ""
        var level = Logger.Level.debug
    }

    /// From now on everything llama.cpp says goes to this logger, one level quieter than it thinks of itself.
    ///
    /// - Parameter abort: while it is thrown, what llama.cpp calls an error is a decode that was stopped on purpose.
    static func redirect(to logger: Logger, abort: AbortSwitch) {
        sink.withLock { sink in
            sink.logger = logger
            sink.abort = abort
        }
        unsafe clc_set_log(
            { level, text, _ in
                guard let text = unsafe text else { return }
                unsafe LlamaLog.take(level: level, text: String(cString: text))
            },
            nil
        )
    }

    /// The same, unless it goes to a logger already.
    static func redirectIfUnset(to logger: Logger) {
        if sink.withLock({ $0.logger == nil }) { redirect(to: logger, abort: AbortSwitch()) }
    }

    private static func take(level: ggml_log_level, text: String) {
        let finished = sink.withLock { sink -> (Logger?, Logger.Level, [Substring])? in
            if let known = swiftLevel(level) { sink.level = sink.abort?.isSet == true ? .debug : known }
            sink.line += text
            guard sink.line.hasSuffix("\n") else { return nil }
            defer { sink.line = "" }
            return (sink.logger, sink.level, sink.line.split(separator: "\n").map { Substring(String($0)) })
        }
        guard let (logger, level, lines) = finished else { return }
        for line in lines {
            logger?.log(level: isAboutSharedCells(line) ? .debug : level, "llama.cpp", metadata: ["text": "\(line)"])
        }
    }

    /// Whether a line warns that there are more cells than a sequence may have positions: here many sequences share them.
    private static func isAboutSharedCells(_ line: Substring) -> Bool {
        line.contains("n_ctx_seq") && line.contains("n_ctx_train")
    }

    /// The level a llama.cpp level stands for, `nil` for a continued line.
    ///
    /// llama.cpp's info is a developer's trace of loading.
    private static func swiftLevel(_ level: ggml_log_level) -> Logger.Level? {
        switch level {
        case GGML_LOG_LEVEL_ERROR: .error
        case GGML_LOG_LEVEL_WARN: .info
        case GGML_LOG_LEVEL_INFO: .debug
        case GGML_LOG_LEVEL_CONT: nil
        default: .trace
        }
    }
}
