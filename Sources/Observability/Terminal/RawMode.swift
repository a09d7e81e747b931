#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A terminal that hands over every key as it is pressed, and shows none of them by itself (termios(3)).
package struct RawMode: Sendable {
    private let original: termios

    /// Makes the terminal behind standard input raw; `nil` when there is none.
    package static func enter() -> RawMode? {
        var settings = termios()
        guard unsafe tcgetattr(STDIN_FILENO, &settings) == 0 else { return nil }
        let original = settings
        settings.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG | IEXTEN)
        settings.c_iflag &= ~tcflag_t(IXON | ICRNL)
        guard unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings) == 0 else { return nil }
        return RawMode(original: original)
    }

    /// Makes it what it was.
    package func leave() {
        var original = original
        _ = unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &original)
    }
}
