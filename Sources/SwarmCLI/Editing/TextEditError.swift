/// Why a file of settings is left as it is.
package enum TextEditError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The text does not follow its format.
    case notUnderstood(reason: String)
    /// The text is right but written in a way that cannot be changed without touching what is beside it.
    case tooUnusual(at: String)
    /// A value stands where settings belong.
    case blocked(at: String)

    package var description: String {
        switch self {
        case .notUnderstood(let reason): "it cannot be read: \(reason)"
        case .tooUnusual(let place): "\(place) is written in a way that cannot be changed without losing something"
        case .blocked(let place): "\(place) holds something else than settings"
        }
    }
}
