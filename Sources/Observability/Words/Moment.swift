import Foundation

/// Moments as people read them.
enum Moment {
    /// For example `2026-11-23 03:30:54`.
    /// - Parameter time: Unix time in seconds.
    static func words(_ time: Int, in zone: TimeZone) -> String {
        let style = Date.ISO8601FormatStyle(dateSeparator: .dash, dateTimeSeparator: .space, timeZone: zone)
            .year().month().day().time(includingFractionalSeconds: false)
        return Date(timeIntervalSince1970: Double(time)).formatted(style)
    }
}
