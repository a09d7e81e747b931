import Foundation
package import Logging

/// Writes each log event as one line on standard error, in step with whatever else the terminal shows.
package struct TerminalLogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var logLevel: Logger.Level
    package var metadataProvider: Logger.MetadataProvider?
    private let format: LogFormat
    private let terminal: Terminal

    /// - Parameter level: events below it are not written.
    package init(terminal: Terminal, format: LogFormat, level: Logger.Level) {
        self.terminal = terminal
        self.format = format
        logLevel = level
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var all = metadata
        all.merge(metadataProvider?.get() ?? [:]) { $1 }
        all.merge(event.metadata ?? [:]) { $1 }
        if let error = event.error, all["error"] == nil { all["error"] = "\(error)" }
        let line = LogLine(
            time: time,
            level: event.level,
            message: event.message.description,
            metadata: all.mapValues(\.description)
        )
        switch format {
        case .text: terminal.note(line.text(hasColour: terminal.hasColour))
        case .json: terminal.note(line.json)
        }
    }

    /// Time of day for a person at the terminal; date and time in UTC for everything that is kept (RFC 3339).
    private var time: String {
        let now = Date()
        if format == .text, terminal.canShowStatus {
            return now.formatted(Date.ISO8601FormatStyle(timeZone: .current).time(includingFractionalSeconds: false))
        }
        return now.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
